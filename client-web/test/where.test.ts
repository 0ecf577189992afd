import { bare, named } from "../src/core/view/isolated";
import { describe, expect, it } from "vitest";
import { namesOf } from "../src/core/view/people";
import { whereAreWe } from "../src/features/room/where";
import type { View } from "../src/core/wire";
import { words } from "../src/words/all";
import { ana, ben, cleo, fay, held, type InRoom, round, textId, texts, view } from "./build";

const now = 100_000;

function told(of: View): string {
  const names = namesOf(of, words.common.names);
  const where = whereAreWe(of, (seat) => names.get(seat)?.plain ?? named("?"), now);
  const asked = where.asked && `${words.where.asked} “${where.asked}”`;
  const all = [words.where.sentence(where), where.message && `“${where.message}”`, asked];
  return bare(all.filter((part) => part).join(" "));
}

const inRound = (more: InRoom, others: Partial<View> = {}) => told(view({ round: round(), ...more }, others));

describe("where are we", () => {
  it("says who has the turn, who is next, the reader's own place and what is asked", () => {
    const prompt = textId("What helped you?");
    const sentence = inRound({
      round: round({ prompt }),
      turn: { token: held(3), lineup: [1, 3, 4, 2], waiting: [4, 2], next: 4, heard: [1] },
    }, { texts: texts("What helped you?") });
    expect(sentence).toBe(
      "Ben has the turn. Cleo is next, then you. The question: “What helped you?”",
    );
  });

  it("addresses the person who has the turn, and says how long it lasts", () => {
    const until = (ms: number) => held(2, { limit: { until: now + ms } });
    expect(inRound({ turn: { token: held(2), lineup: [2] } })).toBe("You have the turn.");
    expect(inRound({ turn: { token: until(170_000), lineup: [2] } })).toBe(
      "You have the turn, with about 3 minutes left.",
    );
    expect(inRound({ turn: { token: until(31_000), lineup: [2] } })).toBe(
      "You have the turn, with about 40 seconds left.",
    );
    expect(inRound({ turn: { token: until(-1), lineup: [2] } })).toBe(
      "You have the turn. Time is up; you can finish gently.",
    );
  });

  it("says that a turn waits for someone whose connection dropped", () => {
    const token = held(3, { away: { left: 60_000 } });
    expect(inRound({ turn: { token, lineup: [3, 2], waiting: [2], next: 2 } })).toBe(
      "Ben has the turn but has lost connection; we’ll wait about a minute. You’re next.",
    );
  });

  it("says to whom the turn is offered", () => {
    const to = (seat: number) => ({ token: { offered: { seat } }, lineup: [2, 3], waiting: [] });
    expect(inRound({ turn: to(2) })).toBe("The turn is offered to you. There’s no hurry.");
    expect(inRound({ turn: { ...to(3), heard: [2] } })).toBe(
      "The turn is offered to Ben. You’ve spoken in this round.",
    );
    expect(inRound({ turn: { ...to(3), heard: [2] }, people: [fay, ana, { ...ben, presence: "away" }] })).toBe(
      "The turn is offered to Ben, who has lost connection. You’ve spoken in this round.",
    );
  });

  it("says who may take the turn from the centre", () => {
    const popcorn = round({ order: "popcorn" });
    const first = { centre: { first_reach: { until: now + 5_000 } } };
    expect(inRound({ round: popcorn, turn: { waiting: [2] } })).toBe(
      "The turn is open. You can take it. You haven’t spoken in this round yet.",
    );
    expect(inRound({ round: popcorn, turn: { token: first, heard: [2], waiting: [3] } })).toBe(
      "The turn is open; people who haven’t spoken go first. You’ve spoken in this round.",
    );
  });

  it.each([
    [
      "no round",
      { round: round({ open: false }) },
      "Between rounds. A host will open the next one.",
    ],
    ["an open floor", { round: round({ order: "open" }) }, "Anyone can write."],
    [
      "hands, none raised",
      { round: round({ order: "hands" }) },
      "The turn is in the centre, for anyone who raises a hand.",
    ],
    [
      "a round that is complete",
      { turn: { complete: true, lineup: [2], passed: [2] } },
      "Everyone here has been asked, and the round is complete. You’ve passed this round.",
    ],
    [
      "a turn taken back",
      { turn: { halted: true, lineup: [2, 3], waiting: [3, 2] } },
      "The turn stays in the centre until a host continues the round. 1 person is ahead of you.",
    ],
    [
      "a facilitator's order",
      { round: round({ order: "facilitator" }), turn: { waiting: [3, 2], later: [2] } },
      "The turn is in the centre. A host will offer it to someone. The turn will come back to you.",
    ],
    [
      "someone who came late",
      { turn: { token: held(3), lineup: [3] } },
      "Ben has the turn. You’ll join in from the next round.",
    ],
    ["arrivals", { phase: "gathering", round: undefined }, "People are arriving, and anyone can write."],
    [
      "arrivals without hosts",
      { phase: "gathering", people: [ana, ben] },
      "People are arriving. You can write when a host is here.",
    ],
    ["goodbyes", { phase: "lingering" }, "The rounds are over, and anyone can write a goodbye."],
    [
      "an end that can be undone",
      { closes_at: now + 118_000 },
      "This session closes in 2 minutes.",
    ],
    [
      "a turn that anyone may take once more",
      { round: round({ order: "popcorn" }), turn: { complete: true, heard: [2, 3] } },
      "Everyone here has been asked. Anyone who’d like to can take the turn again. You’ve spoken in this round.",
    ],
    [
      "the closing, between its rounds",
      { phase: "closing", round: round({ open: false }) },
      "Between rounds. A host will open the next one. This is the closing.",
    ],
    [
      "the closing round",
      { phase: "closing", turn: { token: held(2), lineup: [2] } },
      "You have the turn. This is the closing.",
    ],
    ["the end", { phase: "ended" }, "This session is over."],
  ] as [string, InRoom, string][])("has a sentence for %s", (_what, common, sentence) => {
    const { round: given, ...rest } = { round: round(), ...common };
    expect(told(view({ ...(given && { round: given }), ...rest }))).toBe(sentence);
  });

  it("says that a silence is kept, how long, and who keeps the turn", () => {
    const silence = { by: 1, until: now + 12_000, reason: textId("For Noor's mother.") };
    const token = held(3);
    const flows = { token, lineup: [3, 2], waiting: [2], next: 2 };
    expect(inRound({ silence, turn: flows })).toBe(
      "We’re in silence for about 20 seconds. Ben keeps the turn. You’re next.",
    );
    expect(inRound({ silence: { ...silence, until: now }, turn: { token: held(2), lineup: [2] } })).toBe(
      "The silence ends in a moment. You keep the turn.",
    );
    expect(told(view({ silence, phase: "gathering" }))).toBe("We’re in silence for about 20 seconds.");
    expect(inRound({ silence, pause: { reason: "host", by: 1 } })).toContain("Fay paused the circle");
  });

  it("asks nothing of the person who keeps the turn in a pause", () => {
    const pause = { reason: "host", by: 1 } as const;
    const keep = "Fay paused the circle. You keep the turn. Ben is next.";
    const flows = { token: held(2), lineup: [2, 3], waiting: [3], next: 3, later: [2] };
    expect(inRound({ pause, turn: flows })).toBe(keep);
    expect(inRound({ pause, round: round({ order: "hands" }), turn: flows })).toBe(keep);
    expect(inRound({ pause, round: round({ order: "popcorn" }), turn: flows })).toBe(keep);
  });

  it("says who paused the circle, why, and who keeps the turn", () => {
    const message = textId("A breath");
    const token = held(3);
    expect(
      inRound({
        pause: { reason: "host", by: 1, message },
        turn: { token, lineup: [3, 2], heard: [2] },
      }, { texts: texts("A breath") }),
    ).toBe("Fay paused the circle. Ben keeps the turn. You’ve spoken in this round. “A breath”");
    expect(
      inRound({
        pause: { reason: "no_host" },
        people: [{ ...fay, presence: "away" }, ana, ben, cleo],
        no_host: { until: now + 540_000 },
        turn: { token, lineup: [3, 2], waiting: [2], next: 2 },
      }),
    ).toBe(
      "The circle is paused until a host comes back. If nobody does, the session ends in about 9 minutes. Ben keeps the turn. You’re next.",
    );
  });

  it("says how listeners, and people who listen, rest or are muted, are taking part", () => {
    const as = (more: Partial<typeof ana>, own: View["own"] = { removed: false, hidden: {} }) =>
      inRound(
        { people: [fay, { ...ana, ...more }, ben], turn: { token: held(3), lineup: [3, 2] } },
        { own },
      );
    expect(as({ role: "listener", stance: "listening" })).toBe(
      "Ben has the turn. You’re here as a listener.",
    );
    expect(as({ stance: "listening" })).toBe("Ben has the turn. You’re listening, so the turn goes past you.");
    expect(as({ stance: "resting" })).toBe("Ben has the turn. You’re resting, so the turn goes past you.");
    expect(as({}, { removed: false, hidden: {}, muted: {} })).toBe("Ben has the turn. You’re muted for now.");
  });

  it.each([["offered the turn", { offered: { seat: 2 } }], ["given it", held(2)]])(
    "doesn't ask someone who is muted and %s to answer",
    (_when, token) => {
      const turn = { token, lineup: [2, 3], waiting: [3], next: 3 };
      expect(inRound({ turn }, { own: { removed: false, hidden: {}, muted: {} } })).toBe(
        "The turn has come to you, but you’re muted for now. It moves on by itself, as if you’d said later. Ben is next.",
      );
    },
  );
});
