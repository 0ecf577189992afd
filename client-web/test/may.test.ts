import { describe, expect, it } from "vitest";
import { mayGesture, mayHold, mayTakeBack, mayTo, mayTurn, nextChoices, slowFor } from "../src/core/may";
import { actsFor } from "../src/core/acts";
import type { MayHold, MayTo, MayTurn } from "../src/core/may";
import type { Snapshot } from "../src/core/wire";
import { ana, ben, cleo, fay, flow, held, person, round, said, snapshot, staffSnapshot } from "./build";

const now = 100_000;

/** The names of what is allowed. */
function allowed(may: MayTurn | MayHold | MayTo): string[] {
  return Object.entries(may)
    .filter(([, yes]) => (Array.isArray(yes) ? yes.length > 0 : yes))
    .map(([what]) => what);
}

const turn = (of: Snapshot) => allowed(mayTurn(of));

describe("what a member may do", () => {
  const lineup = [1, 2, 3, 4];

  it("with the turn that is offered: take it, pass, later, a little longer", () => {
    const offered = flow({ token: { offered: { seat: 2 } }, lineup, waiting: [3, 4] });
    expect(turn(snapshot({ round: round(), flow: offered }))).toEqual([
      "take",
      "pass",
      "later",
      "longer",
      "point",
      "changeStance",
    ]);
  });

  it("with the turn that is theirs: share, and pass only before the first share", () => {
    const mine = (shares: number) =>
      snapshot({ round: round(), flow: flow({ token: held(2, { shares }), lineup }) });
    expect(turn(mine(0))).toEqual(["pass", "later", "share", "done", "point", "changeStance"]);
    expect(turn(mine(1))).toEqual(["share", "done", "point", "changeStance"]);
  });

  it("while somebody else has it: pass this round, and no more", () => {
    const others = flow({ token: held(3), lineup, waiting: [4, 2] });
    expect(turn(snapshot({ round: round(), flow: others }))).toEqual(["sitOut", "point", "changeStance"]);
    const first = flow({ token: held(3), lineup, waiting: [2, 4] });
    expect(turn(snapshot({ round: round(), flow: first }))).toEqual([
      "stepBack",
      "sitOut",
      "point",
      "changeStance",
    ]);
  });

  it("in popcorn: reach for the turn, the unheard first; and choose who is next", () => {
    const popcorn = round({ order: "popcorn" });
    const first = { centre: { first_reach: { until: now + 1_000 } } };
    expect(turn(snapshot({ round: popcorn, flow: flow({ waiting: [2, 3] }) }))).toContain("reach");
    expect(turn(snapshot({ round: popcorn, flow: flow({ token: first, waiting: [2] }) }))).toContain("reach");
    expect(turn(snapshot({ round: popcorn, flow: flow({ token: first, heard: [2] }) }))).not.toContain(
      "reach",
    );
    expect(turn(snapshot({ round: popcorn, flow: flow({ token: first, passed: [2] }) }))).not.toContain(
      "reach",
    );
    expect(turn(snapshot({ round: popcorn, flow: flow({ heard: [2] }) }))).toContain("reach");
    const mine = snapshot({
      round: popcorn,
      flow: flow({ token: held(2) }),
      people: [fay, ana, { ...ben, presence: "away" }, cleo],
    });
    expect(turn(mine)).toContain("nameNext");
    expect(nextChoices(mine).map(({ seat }) => seat)).toEqual([1, 4]);
  });

  it("in hands: raise, lower, and let one person go first", () => {
    const hands = round({ order: "hands" });
    expect(turn(snapshot({ round: hands, flow: flow({ hands: [3], waiting: [3] }) }))).toEqual([
      "raise",
      "point",
      "changeStance",
    ]);
    expect(turn(snapshot({ round: hands, flow: flow({ hands: [2, 3], waiting: [2, 3] }) }))).toEqual([
      "lower",
      "stepBack",
      "point",
      "changeStance",
    ]);
  });

  it("on an open floor: write; slow mode asks them to wait", () => {
    const open = round({ order: "open", slow_ms: 30_000 });
    const of = snapshot({ round: open }, { said: [said(1, 2, "Hi", { kind: "floor", at: now - 10_000 })] });
    expect(turn(of)).toContain("say");
    expect(slowFor(of, now)).toBe(20_000);
    expect(turn(snapshot({ phase: "gathering" }))).toContain("say");
    expect(turn(snapshot({ phase: "gathering", people: [ana, ben] }))).not.toContain("say");
  });

  it("while muted, and as a listener: nothing with the turn; in a pause: lay it down", () => {
    const waits = flow({ token: held(3), lineup, waiting: [2, 4] });
    expect(turn(snapshot({ round: round(), flow: waits }, { own: { removed: false, muted: {} } }))).toEqual([
      "point",
      "changeStance",
    ]);
    const mine = flow({ token: held(2), lineup });
    expect(turn(snapshot({ round: round(), flow: mine, paused: { why: "staff" } }))).toEqual([
      "done",
      "changeStance",
    ]);
    const offered = flow({ token: { offered: { seat: 2 } }, lineup });
    expect(turn(snapshot({ round: round(), flow: offered, paused: { why: "staff" } }))).toEqual([
      "pass",
      "changeStance",
    ]);
    const listener = { ...ana, role: "listener" as const };
    expect(turn(snapshot({ phase: "gathering", people: [fay, listener] }))).toEqual([]);
  });

  it("with words: take back one's own for ten seconds, make signs to those of others", () => {
    const of = snapshot();
    expect(mayTakeBack(of, said(1, 2, "mine", { at: now - 9_999 }), now)).toBe(true);
    expect(mayTakeBack(of, said(1, 2, "mine", { at: now - 10_000 }), now)).toBe(false);
    expect(mayTakeBack(of, said(1, 3, "theirs", { at: now }), now)).toBe(false);
    expect(mayGesture(of, said(1, 3, "theirs"))).toBe(true);
    expect(mayGesture(of, said(1, 2, "mine"))).toBe(false);
  });
});

describe("what staff may do", () => {
  const moderator = (common: Parameters<typeof staffSnapshot>[0]) =>
    staffSnapshot({ people: [{ ...fay, role: "moderator" }, ana, ben, cleo], ...common });

  it("before the first round: open it", () => {
    expect(allowed(mayHold(staffSnapshot({ phase: "gathering" })))).toEqual([
      "staff",
      "facilitator",
      "openRound",
      "announce",
      "pause",
      "end",
    ]);
    expect(allowed(mayHold(moderator({ phase: "gathering" })))).toEqual([
      "staff",
      "openRound",
      "pause",
      "end",
    ]);
  });

  it("in a turn: move on, and as facilitator take it back", () => {
    const common = { round: round(), flow: flow({ token: held(3), lineup: [3, 4], waiting: [4] }) };
    expect(allowed(mayHold(staffSnapshot(common)))).toEqual([
      "staff",
      "facilitator",
      "closeRound",
      "changeRound",
      "skip",
      "reclaim",
      "announce",
      "pause",
      "phases",
      "end",
    ]);
    expect(allowed(mayHold(moderator(common)))).toEqual(["staff", "closeRound", "skip", "pause", "end"]);
  });

  it("while the round waits for the facilitator's word: give the next offer, or go on", () => {
    const waits = {
      round: round({ advance: "facilitator" }),
      flow: flow({ lineup: [3, 4], waiting: [3, 4], next: 3 }),
    };
    expect(allowed(mayHold(staffSnapshot(waits)))).toContain("next");
    const halted = { ...waits, flow: { ...waits.flow, halted: true } };
    expect(allowed(mayHold(staffSnapshot(halted)))).toContain("goOn");
    expect(allowed(mayHold(staffSnapshot(halted)))).not.toContain("next");
  });

  it("in a pause: go on; in an end: undo it", () => {
    expect(allowed(mayHold(staffSnapshot({ paused: { why: "staff" } })))).toEqual([
      "staff",
      "facilitator",
      "announce",
      "unpause",
      "phases",
      "end",
    ]);
    expect(mayHold(staffSnapshot({ phase: "lingering" })).phases).toEqual(["open"]);
    expect(allowed(mayHold(staffSnapshot({ ending: now })))).toEqual(["staff", "facilitator", "undoEnd"]);
  });

  it("to a person: offer, mute, remove, and their undo", () => {
    const common = { round: round(), flow: flow({ waiting: [3, 4] }) };
    expect(allowed(mayTo(staffSnapshot(common), 3))).toEqual(["offer", "mute", "remove", "setRole"]);
    const board = {
      muted: [{ seat: 3, by: 1, at: 1 }],
      barred: [{ seat: 4, by: 1, at: 1 }],
      turns: [],
      points: [],
    };
    expect(allowed(mayTo(staffSnapshot(common, { board }), 3))).toEqual(["unmute", "remove", "setRole"]);
    expect(
      allowed(mayTo(staffSnapshot({ people: [fay, ana, ben, { ...cleo, presence: "left" }] }, { board }), 4)),
    ).toEqual(["restore"]);
  });

  it("to themselves, to the last facilitator, to equals and superiors: not that", () => {
    expect(allowed(mayTo(staffSnapshot(), 1))).toEqual([]);
    const eve = person(5, "Eve", { role: "moderator" });
    const people = [
      { ...fay, role: "moderator" as const },
      ana,
      ben,
      cleo,
      eve,
      person(6, "Gus", { role: "facilitator" }),
    ];
    expect(allowed(mayTo(staffSnapshot({ people }), 5))).toEqual([]);
    expect(allowed(mayTo(staffSnapshot({ people }), 6))).toEqual([]);
    expect(allowed(mayTo(staffSnapshot({ people }), 3))).toEqual(["mute", "remove"]);
    expect(allowed(mayTo(snapshot(), 3))).toEqual([]);
  });
});

describe("what staff probably want next", () => {
  const likely = (of: Snapshot) => actsFor(of, mayHold(of), now).likely;

  it("is nothing while a turn takes its course", () => {
    expect(
      likely(staffSnapshot({ round: round(), flow: flow({ token: held(3), lineup: [3, 4], waiting: [4] }) })),
    ).toBeUndefined();
  });

  it.each([
    ["to open the first round", { phase: "gathering" as const }, "open_round"],
    ["to close a round that is complete", { round: round(), flow: flow({ complete: true }) }, "close_round"],
    [
      "to give the next offer",
      { round: round({ advance: "facilitator" }), flow: flow({ waiting: [3] }) },
      "next",
    ],
    [
      "to offer it to the first who waits",
      { round: round({ order: "facilitator" }), flow: flow({ waiting: [3] }) },
      "offer_first",
    ],
    [
      "to go on after taking it back",
      { round: round(), flow: flow({ halted: true, waiting: [3] }) },
      "go_on",
    ],
    ["to end a pause", { round: round(), paused: { why: "staff" as const } }, "unpause"],
    ["to undo an end", { ending: now + 1_000 }, "undo_end"],
    [
      "to move on from someone who is away",
      { round: round(), flow: flow({ token: held(3, { away: { left: 9 } }) }) },
      "skip",
    ],
  ])("is %s", (_what, common, act) => {
    expect(likely(staffSnapshot(common))).toBe(act);
  });

  it("is to move on when an offer was not answered for long", () => {
    const offered = (left_ms: number) =>
      staffSnapshot(
        { round: round(), flow: flow({ move: 5, token: { offered: { seat: 3 } } }) },
        {
          board: {
            muted: [],
            barred: [],
            turns: [],
            points: [],
            offer: { move: 5, since: 0, until: { until: now + left_ms } },
          },
        },
      );
    expect(likely(offered(46_000))).toBeUndefined();
    expect(likely(offered(45_000))).toBe("skip");
  });

  it("passes over whoever is muted when it offers", () => {
    const board = { muted: [{ seat: 3, by: 1 }], barred: [], turns: [], points: [] };
    const of = staffSnapshot(
      { round: round({ order: "facilitator" }), flow: flow({ waiting: [3] }) },
      { board },
    );
    expect(likely(of)).toBeUndefined();
  });
});
