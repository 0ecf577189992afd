import { describe, expect, it } from "vitest";
import { bars_max } from "../src/core/limits";
import { firstTakeable, mayHide, mayHold, mayKeepOut, mayLift, mayRespond, mayRestore, mayTakeBack, mayTo, mayTurn, nextChoices, slowFor } from "../src/core/may";
import { actsFor, firstToOffer, firstWaiting } from "../src/features/console/acts";
import type { MayHold, MayTo, MayTurn } from "../src/core/may";
import type { Role, View } from "../src/core/wire";
import { ana, bar, ben, cleo, fay, held, hosts, hostView, type InRoom, messages, person, question, round, message, textId, view } from "./build";

const now = 100_000;

/** Names of the allowed actions. */
function allowed(may: MayTurn | MayHold | MayTo): string[] {
  return Object.entries(may)
    .filter(([, yes]) => (Array.isArray(yes) ? yes.length > 0 : yes))
    .map(([what]) => what);
}

const turn = (of: View) => allowed(mayTurn(of));

describe("what a member may do", () => {
  const lineup = [1, 2, 3, 4];

  it("with an offered turn: take it, pass, later, a little longer", () => {
    const offered = { token: { offered: { seat: 2 } }, lineup, waiting: [3, 4] };
    expect(turn(view({ round: round(), turn: offered }))).toEqual([
      "take",
      "pass",
      "later",
      "longer",
      "point",
      "changeStance",
    ]);
  });

  it("with their own turn: share, and pass only before the first share", () => {
    const mine = (shares: number) =>
      view({ round: round(), turn: { token: held(2, { shares }), lineup } });
    expect(turn(mine(0))).toEqual(["pass", "later", "share", "finish", "point", "changeStance"]);
    expect(turn(mine(1))).toEqual(["share", "finish", "point", "changeStance"]);
  });

  it("while someone else has it: pass this round, and nothing else", () => {
    const others = { token: held(3), lineup, waiting: [4, 2] };
    expect(turn(view({ round: round(), turn: others }))).toEqual(["sitOut", "point", "changeStance"]);
    const first = { token: held(3), lineup, waiting: [2, 4] };
    expect(turn(view({ round: round(), turn: first }))).toEqual([
      "stepBack",
      "sitOut",
      "point",
      "changeStance",
    ]);
  });

  it("in popcorn: take the turn from the centre, people not yet heard first; and choose who is next", () => {
    const popcorn = round({ order: "popcorn" });
    const first = { centre: { first_reach: { until: now + 1_000 } } };
    expect(turn(view({ round: popcorn, turn: { waiting: [2, 3] } }))).toContain("reach");
    expect(turn(view({ round: popcorn, turn: { token: first, waiting: [2] } }))).toContain("reach");
    expect(turn(view({ round: popcorn, turn: { token: first, heard: [2] } }))).not.toContain(
      "reach",
    );
    expect(turn(view({ round: popcorn, turn: { token: first, passed: [2] } }))).not.toContain(
      "reach",
    );
    expect(turn(view({ round: popcorn, turn: { heard: [2] } }))).toContain("reach");
    const mine = view({
      round: popcorn,
      turn: { token: held(2) },
      people: [fay, ana, { ...ben, presence: "away" }, cleo],
    });
    expect(turn(mine)).toContain("nameNext");
    expect(nextChoices(mine).map(({ seat }) => seat)).toEqual([1, 4]);
  });

  it("in hands: raise, lower, and let one person go first", () => {
    const hands = round({ order: "hands" });
    expect(turn(view({ round: hands, turn: { hands: [3], waiting: [3] } }))).toEqual([
      "raise",
      "point",
      "changeStance",
    ]);
    expect(turn(view({ round: hands, turn: { hands: [2, 3], waiting: [2, 3] } }))).toEqual([
      "lower",
      "stepBack",
      "point",
      "changeStance",
    ]);
  });

  it("on an open floor: write; slow mode asks them to wait", () => {
    const open = round({ order: "open", slow_ms: 30_000 });
    const of = view({ round: open }, messages(message(1, 2, "Hi", { kind: "floor", at: now - 10_000 })));
    expect(turn(of)).toContain("say");
    expect(slowFor(of, now)).toBe(20_000);
    expect(turn(view({ phase: "gathering" }))).toContain("say");
    expect(turn(view({ phase: "gathering", people: [ana, ben] }))).not.toContain("say");
  });

  it("while muted: keep their place, and let the turn pass", () => {
    const own = { removed: false, hidden: {}, muted: {} };
    const waits = { token: held(3), lineup, waiting: [2, 4] };
    expect(turn(view({ round: round(), turn: waits }, { own }))).toEqual([
      "stepBack",
      "sitOut",
      "point",
      "changeStance",
    ]);
    const offered = { token: { offered: { seat: 2 } }, lineup };
    expect(turn(view({ round: round(), turn: offered }, { own }))).toEqual([
      "pass",
      "later",
      "point",
      "changeStance",
    ]);
  });

  it("in a pause: give up the turn; as a listener: nothing", () => {
    const mine = { token: held(2), lineup };
    const pause = { reason: "host" } as const;
    expect(turn(view({ round: round(), turn: mine, pause }))).toEqual([
      "pass",
      "later",
      "finish",
      "point",
      "changeStance",
    ]);
    const offered = { token: { offered: { seat: 2 } }, lineup };
    expect(turn(view({ round: round(), turn: offered, pause }))).toEqual([
      "pass",
      "later",
      "point",
      "changeStance",
    ]);
    const spoke = { token: held(2, { shares: 1 }), lineup };
    expect(turn(view({ round: round(), turn: spoke, closes_at: now + 1_000 }))).toEqual([
      "finish",
      "say",
      "changeStance",
    ]);
    const listener = { ...ana, role: "listener" as const };
    expect(turn(view({ phase: "gathering", people: [fay, listener] }))).toEqual([]);
  });

  it("with messages: take back their own for ten seconds, respond to those of others with gestures", () => {
    const of = view();
    expect(mayTakeBack(of, message(1, 2, "mine", { at: now - 9_999 }), now)).toBe(true);
    expect(mayTakeBack(of, message(1, 2, "mine", { at: now - 10_000 }), now)).toBe(false);
    expect(mayTakeBack(of, message(1, 3, "theirs", { at: now }), now)).toBe(false);
    expect(mayTakeBack(of, question(1, "What helped?", { seat: 2, at: now }), now)).toBe(false);
    expect(mayRespond(of)).toBe(true);
    const said = messages(message(1, 2, "old", { at: now - 60_000 }), message(2, 2, "mine", { at: now - 9_000 }), message(3, 3, "theirs", { at: now - 8_000 }), message(4, 2, "more", { at: now - 7_000 }));
    expect(firstTakeable(view({}, said), now)).toBe(2);
    expect(firstTakeable(view({}, said), now + 2_000)).toBe(4);
    expect(firstTakeable(view({}, said), now + 9_000)).toBeUndefined();
  });
});

describe("what hosts may do", () => {
  const moderator = (common: InRoom) =>
    hostView({ people: [{ ...fay, role: "moderator" }, ana, ben, cleo], ...common });

  it("before the first round: open it", () => {
    expect(allowed(mayHold(hostView({ phase: "gathering" })))).toEqual([
      "host",
      "facilitator",
      "openRound",
      "announce",
      "pause",
      "end",
    ]);
    expect(allowed(mayHold(moderator({ phase: "gathering" })))).toEqual([
      "host",
      "openRound",
      "pause",
      "end",
    ]);
  });

  it("in a turn: move on, and as facilitator take it back", () => {
    const common = { round: round(), turn: { token: held(3), lineup: [3, 4], waiting: [4] } };
    expect(allowed(mayHold(hostView(common)))).toEqual([
      "host",
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
    expect(allowed(mayHold(moderator(common)))).toEqual(["host", "closeRound", "skip", "pause", "end"]);
  });

  it("while the round waits for the facilitator: make the next offer, or resume", () => {
    const waits = {
      round: round({ advance: "facilitator" }),
      turn: { lineup: [3, 4], waiting: [3, 4], next: 3 },
    };
    expect(allowed(mayHold(hostView(waits)))).toContain("next");
    const halted = { ...waits, turn: { ...waits.turn, halted: true } };
    expect(allowed(mayHold(hostView(halted)))).toContain("resumeOrder");
    expect(allowed(mayHold(hostView(halted)))).not.toContain("next");
  });

  it("in a pause: go on; in an end: undo it", () => {
    expect(allowed(mayHold(hostView({ pause: { reason: "host" } })))).toEqual([
      "host",
      "facilitator",
      "announce",
      "unpause",
      "phases",
      "end",
    ]);
    expect(mayHold(hostView({ phase: "lingering" })).phases).toEqual(["open"]);
    expect(allowed(mayHold(hostView({ closes_at: now })))).toEqual(["host", "facilitator", "undoEnd"]);
  });

  it("to a person: offer, mute, remove, and their undo", () => {
    const common = { round: round(), turn: { waiting: [3, 4] } };
    expect(allowed(mayTo(hostView(common), 3))).toEqual(["offer", "mute", "remove", "setRole", "setName"]);
    const stands = hosts({ mutes: { 3: { by: 1 } }, bars: { one: bar(4) } });
    expect(allowed(mayTo(hostView(common, stands), 3))).toEqual(["unmute", "remove", "setRole", "setName"]);
    expect(
      allowed(mayTo(hostView({ people: [fay, ana, ben, { ...cleo, presence: "left" }] }, stands), 4)),
    ).toEqual(["liftBar", "barLonger", "setName"]);
    const lasting = hosts({ bars: { one: { ...bar(4), until: "lifted" } } });
    expect(
      allowed(mayTo(hostView({ people: [fay, ana, ben, { ...cleo, presence: "left" }] }, lasting), 4)),
    ).toEqual(["liftBar", "barShorter", "setName"]);
  });

  it("to someone who was removed: a moderator may not let a host back in, and a circle keeps a bounded number", () => {
    const lifted = { name: textId("Robin"), at: 1, until: "lifted" } as const;
    const asModerator = (role: Role) =>
      hostView(
        { people: [{ ...fay, role: "moderator" }, ana, ben, { ...cleo, role, presence: "left" }] },
        hosts({ bars: { one: bar(4), two: lifted } }),
      );
    expect(mayLift(asModerator("participant"), bar(4))).toBe(true);
    expect(mayLift(asModerator("moderator"), bar(4))).toBe(false);
    expect(mayLift(asModerator("moderator"), lifted), "from an earlier session").toBe(true);
    const many = Object.fromEntries(Array.from({ length: bars_max }, (_, n) => [`${n}`, lifted]));
    expect(mayKeepOut(hostView({}, hosts({ bars: many })))).toBe(false);
    const { 0: _one, ...fewer } = many;
    expect(mayKeepOut(hostView({}, hosts({ bars: fewer })))).toBe(true);
  });

  it("to a person's name: change it, in a pause and at the end too, unless the host is muted", () => {
    const maySetName = (of: View) => mayTo(of, 3).setName;
    expect(maySetName(hostView({ pause: { reason: "host" } }))).toBe(true);
    expect(maySetName(hostView({ closes_at: now }))).toBe(true);
    expect(maySetName(hostView({}, { own: { removed: false, hidden: {}, muted: {} } }))).toBe(false);
  });

  it("to themselves, the last facilitator, equals and superiors: nothing like that", () => {
    expect(allowed(mayTo(hostView(), 1))).toEqual([]);
    const eve = person(5, "Eve", { role: "moderator" });
    const people = [
      { ...fay, role: "moderator" as const },
      ana,
      ben,
      cleo,
      eve,
      person(6, "Gus", { role: "facilitator" }),
    ];
    expect(allowed(mayTo(hostView({ people }), 5))).toEqual([]);
    expect(allowed(mayTo(hostView({ people }), 6))).toEqual([]);
    expect(allowed(mayTo(hostView({ people }), 3))).toEqual(["mute", "remove", "setName"]);
    expect(allowed(mayTo(view(), 3))).toEqual([]);
  });
});

describe("hiding a message", () => {
  const said = message(9, 3, "You know where I live");
  const hidden = { ...said, hidden: true };
  const keeping = { removed: false, hidden: { 9: { text: said.text, by: 1, until: now } } };

  it("is for hosts, and for messages of people they may remove, and their own", () => {
    expect(mayHide(hostView(), said)).toBe(true);
    expect(mayHide(hostView(), message(9, 1, "My own"))).toBe(true);
    expect(mayHide(view(), said)).toBe(false);
    expect(mayHide(view(), message(9, 2, "My own"))).toBe(false);
    expect(mayHide(hostView(), { ...said, taken_back: true })).toBe(false);
    expect(mayHide(hostView(), hidden)).toBe(false);
    expect(mayHide(hostView(), question(9, "What helped?"))).toBe(false);
  });

  it("can be undone while the words are kept", () => {
    expect(mayRestore(hostView({}, { own: keeping }), hidden)).toBe(true);
    expect(mayRestore(hostView(), hidden)).toBe(false);
  });
});

describe("what hosts probably want next", () => {
  const nextAct = (of: View) => actsFor(of, mayHold(of)).nextAct;

  it("is to close the round, later, while a turn proceeds normally", () => {
    const of = hostView({ round: round(), turn: { token: held(3), lineup: [3, 4], waiting: [4] } });
    expect(actsFor(of, mayHold(of))).toMatchObject({ nextAct: "close_round", ready: false });
  });

  it.each([
    ["to open the first round", { phase: "gathering" as const }, "open_round"],
    ["to close a round that is complete", { round: round(), turn: { complete: true } }, "close_round"],
    [
      "to make the next offer",
      { round: round({ advance: "facilitator" }), turn: { waiting: [3] } },
      "next",
    ],
    [
      "to offer it to the first person who is waiting",
      { round: round({ order: "facilitator" }), turn: { waiting: [3] } },
      "offer_first",
    ],
    [
      "to go on after taking it back",
      { round: round(), turn: { halted: true, waiting: [3] } },
      "resume_order",
    ],
    ["to end a pause", { round: round(), pause: { reason: "host" as const } }, "unpause"],
    ["to undo an end", { closes_at: now + 1_000 }, "undo_end"],
  ])("is %s", (_what, common, act) => {
    expect(nextAct(hostView(common))).toBe(act);
  });

  it("never suggests that a facilitator offers the turn to themselves", () => {
    const alone = hostView({ round: round({ order: "facilitator" }), turn: { waiting: [1] } });
    expect(nextAct(alone)).toBe("close_round");
    const others = hostView({ round: round({ order: "facilitator" }), turn: { waiting: [1, 3] } });
    expect(firstToOffer(others)).toBe(3);
  });

  it("skips anyone muted when it offers", () => {
    const of = hostView(
      { round: round({ order: "facilitator" }), turn: { waiting: [3] } },
      hosts({ mutes: { 3: { by: 1 } } }),
    );
    expect(nextAct(of)).toBe("close_round");
    expect(firstWaiting(of), "the room itself doesn't").toBe(3);
  });
});
