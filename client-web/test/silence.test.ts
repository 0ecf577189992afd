import { bare, isolated, named } from "../src/core/view/isolated";
import { describe, expect, it } from "vitest";
import { seenOf, silenceOf, stepLeft } from "../src/features/silence/silence";
import { texts, textId, view } from "./build";
import { words } from "../src/words/all";

const name = (seat: number) => named(["", "Fay", "Ana"][seat] ?? "Someone");

describe("a silence", () => {
  it("shows who rang, why and how long it lasts", () => {
    const silence = { by: 1, until: 15_000, reason: textId("For Noor's mother.") };
    const of = view({ silence }, { texts: texts("For Noor's mother.") });
    expect(silenceOf(of, name, 3_001)).toEqual({ by: named("Fay"), reason: isolated("For Noor's mother."), left_ms: 11_999 });
    expect(bare(words.silence.rang(named("Fay")))).toBe("Fay rang the bell.");
    expect(bare(words.silence.quoted(isolated("For Noor's mother.")))).toBe("“For Noor's mother.”");
    expect(words.silence.left(11_999)).toBe("About 20 seconds left.");
  });

  it("has no reason if none was given, and lasts a moment until the server ends it", () => {
    const of = view({ silence: { by: 2, until: 15_000 } });
    expect(silenceOf(of, name, 15_900)).toEqual({ by: "you", left_ms: -900 });
    expect(words.silence.left(-900)).toBe("It ends in a moment.");
  });

  it("has its length for a name if the page saw its beginning", () => {
    const titled = (left_ms: number) => {
      const { ms, whole } = seenOf(left_ms);
      return words.silence.titled(whole ? ms : undefined);
    };
    expect([60_200, 59_000, 57_100].map(titled)).toEqual(Array(3).fill("A minute of silence"));
    expect(titled(119_500)).toBe("Two minutes of silence");
    for (const left_ms of [56_000, 40_000, 30_000, 4_000, -100]) expect(titled(left_ms)).toBe("A moment of silence");
  });

  it("is drawn in five steps where nothing may move", () => {
    const seen = seenOf(60_000);
    expect([60_000, 48_001, 48_000, 12_000, 1, 0, -5].map((left_ms) => stepLeft(left_ms, seen))).toEqual([1, 1, 0.8, 0.2, 0.2, 0, 0]);
    expect(stepLeft(40_000, seenOf(40_000)), "one whose beginning the page missed").toBe(1);
  });

  it("is absent unless the bell was rung", () => {
    expect(silenceOf(view(), name, 0)).toBeUndefined();
  });
});
