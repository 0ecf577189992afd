import { bare, named } from "../src/core/view/isolated";
import { describe, expect, it } from "vitest";
import { silenceOf } from "../src/features/silence/silence";
import { texts, textId, view } from "./build";
import { words } from "../src/words/all";

const name = (seat: number) => named(["", "Fay", "Ana"][seat] ?? "Someone");

describe("a silence", () => {
  it("shows who rang, why and how long it lasts", () => {
    const silence = { by: 1, until: 15_000, reason: textId("For Noor's mother.") };
    const of = view({ silence }, { texts: texts("For Noor's mother.") });
    expect(silenceOf(of, name, 3_001)).toEqual({ by: named("Fay"), reason: "For Noor's mother.", seconds: 12 });
    expect(bare(words.silence.rang(named("Fay")))).toBe("Fay rang the bell.");
    expect(words.silence.left(12)).toBe("12 seconds");
  });

  it("has no reason if none was given, and lasts a moment until the server ends it", () => {
    const of = view({ silence: { by: 2, until: 15_000 } });
    expect(silenceOf(of, name, 15_900)).toEqual({ by: "you", seconds: 1 });
  });

  it("is absent unless the bell was rung", () => {
    expect(silenceOf(view(), name, 0)).toBeUndefined();
  });
});
