import { describe, expect, it } from "vitest";
import { circleOf, formatNames, formats, problemsOf, waysOf } from "../src/features/start/formats";
import { pictures } from "../src/features/start/kinds";
import { agreements_chars_max } from "../src/core/limits";
import { countChars } from "../src/core/view/text";
import { words } from "../src/words/all";

const it_is = { title: " Tuesday circle ", agreements: "", heldBy: "" };
const minute = 60_000;
const day = 24 * 60 * minute;

describe("every format", () => {
  it.each(formatNames)("%s makes a circle within the bounds of the wire", (format) => {
    const agreements = words.start.agreements[format];
    const circle = circleOf({ ...it_is, agreements }, waysOf(format, {}), []);
    const { settings } = circle;
    expect(["go_round", "popcorn", "hands", "facilitator", "open"]).toContain(settings.order);
    expect(["next_round", "at_end", "closed"]).toContain(settings.late);
    expect(settings.slow_ms).toBe(0);
    if (settings.limit) {
      expect(settings.limit.ms).toBeGreaterThanOrEqual(15_000);
      expect(settings.limit.ms).toBeLessThanOrEqual(60 * minute);
      expect(settings.limit.firm).toBe(false);
    }
    if (circle.lasts_ms !== undefined) {
      expect(circle.lasts_ms).toBeGreaterThanOrEqual(5 * minute);
      expect(circle.lasts_ms).toBeLessThanOrEqual(8 * 60 * minute);
    }
    expect(countChars(agreements)).toBeLessThanOrEqual(agreements_chars_max);
    expect(problemsOf({ ...it_is, agreements }, 0)).toEqual({});
  });

  it.each(formatNames)("%s says when confidentiality ends", (format) => {
    expect(words.start.agreements[format]).toContain("life is in danger");
    expect(words.start.agreements[format]).toContain("can pass");
  });

  it("sums up the settings on the circle's title page", () => {
    expect(words.start.about("recovery", formats.recovery)).toBe(
      "Recovery meeting. About an hour. People raise a hand when they’d like the turn. About 3 minutes for each turn. Everyone can pass.",
    );
    expect(words.start.about("own", formats.own)).toBe(
      "Your own. The turn goes from person to person, once each. Everyone can pass.",
    );
  });

  it.each(formatNames)("%s has a picture of its own", (format) => {
    const others = formatNames.filter((other) => other !== format);
    for (const other of others) expect(pictures[other]).not.toEqual(pictures[format]);
  });
});

describe("what a maker chose", () => {
  it("stays, whatever format is chosen after it", () => {
    const chosen = { pace: "brisk", turn: "5", late: "closed", lasts: "30", earlier_words: true } as const;
    for (const format of formatNames) expect(waysOf(format, chosen)).toMatchObject(chosen);
    expect(waysOf("support", {})).toEqual(formats.support);
  });

  it("includes an order only if the format lets them choose one", () => {
    expect(waysOf("own", { order: "hands" }).order).toBe("hands");
    expect(waysOf("council", { order: "hands" }).order).toBe("popcorn");
  });
});

describe("a circle to be created", () => {
  it("carries what was written, and nothing for what was left out", () => {
    const bare = circleOf(it_is, waysOf("own", {}), []);
    expect(bare).toEqual({
      title: { plain: "Tuesday circle" },
      settings: {
        order: "go_round",
        hands_by: "least_heard",
        advance: "itself",
        offers: "ask",
        late: "next_round",
        earlier_words: false,
        bell: "facilitator",
        pace: "usual",
        slow_ms: 0,
      },
      entries: [],
    });
    const whole = circleOf(
      { title: "T", agreements: " a\nb ", heldBy: " Fay ", nextAt: 5 },
      waysOf("own", { lasts: "45", turn: "1" }),
      [],
    );
    expect(whole).toMatchObject({
      agreements: { plain: "a\nb" },
      held_by: { plain: "Fay" },
      lasts_ms: 45 * minute,
      next_at: 5,
      settings: { limit: { ms: minute, firm: false } },
    });
  });

  it("is not sent where the server would refuse it", () => {
    expect(problemsOf({ ...it_is, title: "  " }, 0)).toEqual({ title: "empty" });
    expect(problemsOf({ ...it_is, title: "t".repeat(121) }, 0)).toEqual({ title: "too_long" });
    expect(problemsOf({ ...it_is, title: "\u200B" }, 0)).toEqual({ title: "blank" });
    expect(problemsOf({ ...it_is, title: "a\u202Eb" }, 0), "this can be dropped").toEqual({});
    expect(problemsOf({ ...it_is, agreements: "\u200B" }, 0)).toEqual({ agreements: "blank" });
    expect(problemsOf({ ...it_is, agreements: "a".repeat(4_001) }, 0)).toEqual({ agreements: "too_long" });
    expect(problemsOf({ ...it_is, heldBy: "h".repeat(121) }, 0)).toEqual({ heldBy: "too_long" });
    expect(problemsOf({ ...it_is, nextAt: 10 }, 10)).toEqual({ nextAt: "unfit" });
    expect(problemsOf({ ...it_is, nextAt: 400 * day + 11 }, 10)).toEqual({ nextAt: "unfit" });
    expect(problemsOf({ ...it_is, nextAt: 400 * day }, 10)).toEqual({});
  });

  it("has its first problem first, in the order of the page", () => {
    const found = problemsOf({ title: "", agreements: "a".repeat(4_001), heldBy: "a".repeat(121), nextAt: 0 }, 1);
    expect(Object.keys(found)).toEqual(["title", "agreements", "heldBy", "nextAt"]);
  });
});
