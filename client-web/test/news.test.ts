import { describe, expect, it } from "vitest";
import { type Announcer, announce, silent } from "../src/core/announcer";
import { factOf } from "../src/core/fact";
import { fold } from "../src/core/fold";
import { newsOf, timeNews, type Telling } from "../src/core/news";
import type { Snapshot } from "../src/core/wire";
import { words } from "../src/words";
import { flow, held, id, round, snapshot, staffSnapshot } from "./build";

const name = (seat: number) => ["", "Fay", "Ana", "Ben", "Cleo"][seat] ?? "Someone";

function telling(
  before: Snapshot,
  event: object,
  to: "room" | "staff" | "seat" = "room",
): Telling | undefined {
  const number = to === "staff" ? (before.cursor.staff ?? 0) + 1 : before.cursor[to] + 1;
  const fact = factOf({ [to]: number, at: 1, ...event }, to);
  if (!fact) throw new Error("not an event");
  return newsOf(fact, before, fold(before, fact), name);
}

function told(before: Snapshot, event: object, to: "room" | "staff" | "seat" = "room"): string | undefined {
  const news = telling(before, event, to)?.news;
  return news && words.news.sentence(news);
}

const says = (seat: number, text: string, kind = "share") => ({
  said: { words: { id: id(50), text: { plain: text } }, seat, kind, flow: flow() },
});

describe("what is told aloud", () => {
  it("interrupts for an offer to oneself, a pause and a removal, and for nothing else", () => {
    const offer = (seat: number) => ({ offered: { seat, flow: flow() } });
    expect(telling(snapshot(), offer(2))?.assertive).toBe(true);
    expect(telling(snapshot(), { paused: { pause: { why: "staff" }, flow: flow() } })?.assertive).toBe(true);
    expect(telling(snapshot(), { removed: {} }, "seat")?.assertive).toBe(true);
    expect(telling(snapshot(), offer(3))?.assertive).toBe(false);
    expect(telling(snapshot(), { taken: { seat: 2, flow: flow() } })?.assertive).toBe(false);
    expect(telling(snapshot(), { muted: {} }, "seat")?.assertive).toBe(false);
  });

  it("has a sentence for each step of a turn", () => {
    expect(told(snapshot(), { offered: { seat: 2, flow: flow() } })).toBe(
      "The turn is offered to you. Take it, pass, or say later; there is no hurry.",
    );
    expect(told(snapshot(), { offered: { seat: 3, flow: flow() } })).toBe("The turn is offered to Ben.");
    expect(told(snapshot(), { taken: { seat: 2, flow: flow() } })).toBe("It is your turn.");
    expect(told(snapshot(), says(3, "private words"))).toBe("Ben shared.");
    expect(told(snapshot(), { turn_ended: { seat: 3, how: "done", flow: flow() } })).toBe("Ben is done.");
    expect(told(snapshot(), { turn_ended: { seat: 2, how: "line_lost", flow: flow() } })).toBe(
      "You have not come back; the turn moved on.",
    );
    expect(told(snapshot(), { offer_ended: { seat: 3, how: "unanswered", flow: flow() } })).toBe(
      "Ben did not answer; the turn comes back later.",
    );
  });

  it("reads out what the facilitator says to all, and what is asked", () => {
    expect(told(snapshot(), says(1, "Five minutes more", "announcement"))).toBe(
      "Fay to all: Five minutes more",
    );
    const prompt = { id: id(60), text: { plain: "What helped?" } };
    expect(told(snapshot(), { round_opened: { round: round({ prompt }), flow: flow() } })).toBe(
      "A round begins. Asked: What helped?",
    );
    const before = snapshot({ round: round({ prompt }) });
    expect(
      told(before, { round_changed: { round: round({ prompt, order: "hands" }), flow: flow() } }),
    ).toBeUndefined();
  });

  it("is silent about what one has just done oneself", () => {
    expect(told(snapshot(), says(2, "mine"))).toBeUndefined();
    expect(told(snapshot(), { passed: { seat: 2, flow: flow() } })).toBeUndefined();
  });

  it("tells staff of raised hands and of whoever asks for them", () => {
    const raised = { hand_raised: { seat: 3, flow: flow() } };
    expect(told(snapshot(), raised)).toBeUndefined();
    expect(told(staffSnapshot(), raised)).toBe("Ben raised a hand.");
    expect(told(staffSnapshot(), { point_raised: { seat: 3 } }, "staff")).toBe(
      "Ben asks for the staff's attention.",
    );
  });

  it("gives one notice a minute before a limit, and one at its end", () => {
    const limited = snapshot({ flow: flow({ token: held(2, { since: 0, limit: { until: 180_000 } }) }) });
    const at = (from: number, to: number) => {
      const news = timeNews(limited, from, to, name)?.news;
      return news && words.news.sentence(news);
    };
    expect(at(118_000, 119_000)).toBeUndefined();
    expect(at(119_500, 120_500)).toBe("About a minute is left. Please round off when you can.");
    expect(at(120_500, 121_500)).toBeUndefined();
    expect(at(179_500, 180_500)).toBe("Your time is over. Please finish your sentence.");
    const still = snapshot({ flow: flow({ token: held(2, { limit: { left: 60_000 } }) }) });
    expect(timeNews(still, 0, 1_000_000, name)).toBeUndefined();
  });
});

describe("when it is told", () => {
  function spoken(
    tellings: (Telling | undefined)[],
    underWay: boolean,
    from: Announcer = silent,
  ): [string[], Announcer] {
    let announcer = from;
    const all: string[] = [];
    for (const one of tellings) {
      const [next, now] = announce(announcer, one, underWay);
      announcer = next;
      all.push(...now.assertive.map(words.news.sentence), ...now.polite.map(words.news.sentence));
    }
    return [all, announcer];
  }

  it("comings and goings wait for the end of a turn", () => {
    const left = telling(snapshot(), { left: { seat: 3, flow: flow() } });
    const done = telling(snapshot(), { turn_ended: { seat: 4, how: "done", flow: flow() } });
    const [during, announcer] = spoken([left, left], true);
    expect(during).toEqual([]);
    expect(spoken([done], false, announcer)[0]).toEqual(["Cleo is done.", "Ben left.", "Ben left."]);
    expect(spoken([left], false)[0]).toEqual(["Ben left."]);
  });

  it("many lines of one person are told once", () => {
    const shared = telling(snapshot(), says(3, "line"));
    const other = telling(snapshot(), says(4, "line"));
    expect(spoken([shared, shared, shared, other, shared], true)[0]).toEqual([
      "Ben shared.",
      "Cleo shared.",
      "Ben shared.",
    ]);
  });

  it("a crowd of comings and goings is kept short", () => {
    const joined = telling(snapshot(), { returned: { seat: 3, flow: flow() } });
    const [, announcer] = spoken(
      Array.from({ length: 50 }, () => joined),
      true,
    );
    expect(announcer.held).toHaveLength(8);
  });
});
