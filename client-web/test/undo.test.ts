/** What undoes each act of staff, and when nothing does any more. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fold } from "../src/core/fold";
import { frameOf } from "../src/core/frame";
import { undoOf } from "../src/core/undo";
import type { Board, Command, Common, Flow, Role, Round, Snapshot } from "../src/core/wire";
import { ana, ben, cleo, fay, flow, held, id, round, said, settings, staffSnapshot } from "./build";

const now = 100_000;
const board = (more: Partial<Board>): { board: Board } => ({
  board: { muted: [], barred: [], turns: [], points: [], ...more },
});
const inRound = (of: Partial<Flow>, more: Partial<Common> = {}) => ({
  round: round(),
  flow: flow({ move: 7, lineup: [2, 3, 4], ...of }),
  ...more,
});

/** The commands that undo `command`, asked at `before`, once the room stands as in `after`. */
function undone(command: Command, before: Snapshot, after: Snapshot, time = now): Command[] {
  return undoOf(id(70), command, before)?.commands(after, time) ?? [];
}

describe("the undo of an act to a person", () => {
  it("lifts a mute, and mutes again for the time that was left", () => {
    const free = staffSnapshot();
    const muted = (until?: number) =>
      staffSnapshot({}, board({ muted: [{ seat: 3, by: 1, ...(until && { until }) }] }));
    expect(undone({ mute: { seat: 3 } }, free, muted())).toEqual([{ unmute: { seat: 3 } }]);
    expect(undone({ unmute: { seat: 3 } }, muted(now + 9_000), free)).toEqual([
      { mute: { seat: 3, for_ms: 9_000 } },
    ]);
    expect(undone({ unmute: { seat: 3 } }, muted(), free)).toEqual([{ mute: { seat: 3 } }]);
    expect(undone({ unmute: { seat: 3 } }, muted(now), free), "its time is over").toEqual([]);
    expect(undone({ mute: { seat: 3 } }, free, free), "somebody else lifted it").toEqual([]);
  });

  it("gives the turn back to whoever lost it by the mute, where it lies or is only offered", () => {
    const before = staffSnapshot(inRound({ token: held(3) }));
    const muted = board({ muted: [{ seat: 3, by: 1 }] });
    const after = (of: Partial<Flow>, more: Partial<Common> = {}) => staffSnapshot(inRound(of, more), muted);
    const mute: Command = { mute: { seat: 3 } };
    const lift = { unmute: { seat: 3 } };
    const offered = after({ move: 9, token: { offered: { seat: 4 } } });
    expect(undone(mute, before, offered)).toEqual([lift, { offer: { move: 9, seat: 3 } }]);
    expect(undone(mute, before, after({ token: held(4) })), "nobody is interrupted").toEqual([lift]);
    expect(undone(mute, before, after({})), "the order offers it by itself").toEqual([lift]);
    const given = { round: round({ order: "facilitator" as const }) };
    expect(undone(mute, before, after({ move: 8 }, given))).toEqual([lift, { offer: { move: 8, seat: 3 } }]);
  });

  it("lets back in, removes again, and gives back the part they had", () => {
    const gone = staffSnapshot(
      { people: [fay, ana, { ...ben, presence: "left" }, cleo] },
      board({ barred: [{ seat: 3, by: 1, at: 1 }] }),
    );
    expect(undone({ remove: { seat: 3 } }, staffSnapshot(), gone)).toEqual([{ restore: { seat: 3 } }]);
    expect(undone({ remove: { seat: 3 } }, staffSnapshot(), staffSnapshot())).toEqual([]);
    const left = staffSnapshot({ people: [fay, ana, { ...ben, presence: "left" }, cleo] });
    expect(undone({ restore: { seat: 3 } }, gone, left)).toEqual([{ remove: { seat: 3 } }]);
    const changed = staffSnapshot({ people: [fay, ana, { ...ben, role: "moderator" }, cleo] });
    const change: Command = { set_role: { seat: 3, role: "moderator" } };
    expect(undone(change, staffSnapshot(), changed)).toEqual([
      { set_role: { seat: 3, role: "participant" } },
    ]);
    expect(undone(change, staffSnapshot(), staffSnapshot()), "changed again since").toEqual([]);
    expect(undoOf(id(1), change, changed), "nothing was changed").toBeUndefined();
    const ending = { ...changed, common: { ...changed.common, ending: now } };
    expect(undone(change, staffSnapshot(), ending), "refused while the session ends").toEqual([]);
  });
});

describe("the undo of an act on the turn", () => {
  const before = staffSnapshot(inRound({ token: held(3) }));

  it("offers it to whom it was taken from, unless somebody has begun since", () => {
    const skip: Command = { skip: { move: 7 } };
    const next = staffSnapshot(inRound({ move: 9, token: { offered: { seat: 4 } } }));
    expect(undone(skip, before, next)).toEqual([{ offer: { move: 9, seat: 3 } }]);
    expect(undone(skip, before, staffSnapshot(inRound({ token: held(4) })))).toEqual([]);
    const away = { people: [fay, ana, { ...ben, presence: "away" as const }, cleo] };
    expect(undone(skip, before, staffSnapshot(inRound({}, away)))).toEqual([]);
    const asModerator = { people: [{ ...fay, role: "moderator" as const }, ana, ben, cleo] };
    expect(
      undone(skip, before, staffSnapshot(inRound({}, asModerator))),
      "offers are a facilitator's",
    ).toEqual([]);
  });

  it("takes an empty turn that was given at once, and none whose person would lose the round by it", () => {
    const skip: Command = { skip: { move: 7 } };
    const atOnce = { settings: { ...settings, offers: "at_once" as const } };
    const after = (of: Partial<Flow>) => staffSnapshot(inRound({ move: 9, ...of }, atOnce));
    expect(undone(skip, before, after({ token: held(4) }))).toEqual([{ offer: { move: 9, seat: 3 } }]);
    expect(undone(skip, before, after({ token: held(4, { shares: 1 }) }))).toEqual([]);
    expect(undone(skip, before, after({ token: held(4), later: [4] }))).toEqual([]);
  });

  it("gives back what was reclaimed, and lets the order go on", () => {
    const reclaim: Command = { reclaim: { move: 7 } };
    const rests = staffSnapshot(inRound({ move: 8, halted: true }));
    expect(undone(reclaim, before, rests)).toEqual([{ offer: { move: 8, seat: 3 } }, { go_on: { move: 9 } }]);
    const elsewhere = staffSnapshot(inRound({ move: 9, halted: true, token: { offered: { seat: 4 } } }));
    expect(undone(reclaim, before, elsewhere)).toEqual([
      { offer: { move: 9, seat: 3 } },
      { go_on: { move: 11 } },
    ]);
    const halted = staffSnapshot(inRound({ halted: true, token: held(3) }));
    expect(undone(reclaim, halted, rests), "it had stood before").toEqual([{ offer: { move: 8, seat: 3 } }]);
  });

  it("takes an offer back, to whom it came from or to the centre", () => {
    const after = staffSnapshot(inRound({ move: 9, token: { offered: { seat: 4 } } }));
    const offer: Command = { offer: { move: 7, seat: 4 } };
    expect(undone(offer, before, after)).toEqual([{ offer: { move: 9, seat: 3 } }]);
    const rested = staffSnapshot(
      inRound({ waiting: [4], next: 4 }, { round: round({ advance: "facilitator" }) }),
    );
    const both = [{ reclaim: { move: 9 } }, { go_on: { move: 10 } }];
    expect(undone(offer, rested, after)).toEqual(both);
    expect(undone({ next: { move: 7 } }, rested, after)).toEqual(both);
    const given = { round: round({ order: "facilitator" as const }) };
    const offered = { move: 9, token: { offered: { seat: 4 } } };
    expect(undone(offer, staffSnapshot(inRound({}, given)), staffSnapshot(inRound(offered, given)))).toEqual([
      { reclaim: { move: 9 } },
    ]);
    expect(undone(offer, rested, staffSnapshot(inRound({ token: held(4) }))), "it was taken").toEqual([]);
  });

  it("puts those who still wait back into their order", () => {
    const was = staffSnapshot(inRound({ waiting: [2, 3, 4] }));
    const reorder: Command = { reorder: { waiting: [4, 2, 3] } };
    const after = (waiting: number[]) => staffSnapshot(inRound({ waiting }));
    expect(undone(reorder, was, after([4, 2, 3]))).toEqual([{ reorder: { waiting: [2, 3, 4] } }]);
    expect(undone(reorder, was, after([3, 2]))).toEqual([{ reorder: { waiting: [2, 3] } }]);
    expect(undone(reorder, was, after([2, 3])), "it is as it was").toEqual([]);
  });

  it("does not exist for what only lets it run", () => {
    for (const command of [
      { go_on: { move: 7 } },
      { longer: { move: 7 } },
      { close_round: {} },
      { done: { move: 7 } },
    ]) {
      expect(undoOf(id(1), command, before)).toBeUndefined();
    }
  });
});

describe("the undo of an act on the round and the session", () => {
  it("changes the round back, while it lasts and nobody changed it again", () => {
    const prompt = { id: id(60), text: { plain: "Before?" } };
    const limit = { ms: 60_000, firm: false };
    const was = staffSnapshot({ round: round({ prompt, limit }) });
    const after = (more: object) => staffSnapshot({ round: round({ prompt, limit, ...more }) });
    const order: Command = { set_order: { order: "hands", hands_by: "first_come", advance: "facilitator" } };
    expect(undone(order, was, after({ order: "hands" }))).toEqual([
      { set_order: { order: "go_round", hands_by: "least_heard", advance: "itself" } },
    ]);
    expect(undone(order, was, after({ order: "popcorn" }))).toEqual([]);
    // Going back would not raise the hands that were up.
    const hands = staffSnapshot({ round: round({ prompt, order: "hands" }), flow: flow({ hands: [3] }) });
    expect(undoOf(id(70), { set_order: { order: "popcorn" } }, hands)).toBeUndefined();
    expect(undone(order, was, after({ order: "hands", number: 2 }))).toEqual([]);
    const asked: Command = { set_prompt: { prompt: { plain: "After?" } } };
    expect(undone(asked, was, after({ prompt: { id: id(61), text: { plain: "After?" } } }))).toEqual([
      { set_prompt: { prompt: { plain: "Before?" } } },
    ]);
    expect(undone({ set_limit: {} }, was, staffSnapshot({ round: round({ prompt }) }))).toEqual([
      { set_limit: { limit } },
    ]);
    const none = staffSnapshot({ round: round() });
    expect(
      undone(
        asked,
        none,
        staffSnapshot({ round: round({ prompt: { id: id(61), text: { plain: "After?" } } }) }),
      ),
    ).toEqual([{ set_prompt: {} }]);
  });

  it("closes a round that was just opened, until somebody has spoken or passed", () => {
    const open: Command = { open_round: { order: "go_round" } };
    const gathering = staffSnapshot({ phase: "gathering" });
    const opened = staffSnapshot({ round: round() });
    expect(undone(open, gathering, opened)).toEqual([{ close_round: {} }]);
    const spoken = staffSnapshot({ round: round() }, { said: [said(1, 2, "Hello")] });
    expect(undone(open, gathering, spoken)).toEqual([]);
    const passed = staffSnapshot({ round: round(), flow: flow({ passed: [2] }) });
    expect(undone(open, gathering, passed), "that was somebody's part in it").toEqual([]);
    const announced = staffSnapshot(
      { round: round() },
      { said: [said(1, 1, "Hi", { kind: "announcement" })] },
    );
    expect(undone(open, gathering, announced)).toEqual([{ close_round: {} }]);
    const closing = staffSnapshot({ phase: "closing", round: round({ number: 2 }) });
    const between = staffSnapshot({ round: round({ open: false }) });
    expect(undone(open, between, closing)).toEqual([{ close_round: {} }, { set_phase: { phase: "open" } }]);
    expect(undone(open, between, opened), "another round").toEqual([]);
  });

  it("goes back to the phase before, where a way leads there", () => {
    const at = (phase: Common["phase"], more: Partial<Common> = {}) => staffSnapshot({ phase, ...more });
    const to = (phase: "open" | "closing" | "lingering"): Command => ({ set_phase: { phase } });
    expect(undone(to("closing"), at("open"), at("closing"))).toEqual([to("open")]);
    expect(undone(to("lingering"), at("open"), at("lingering"))).toEqual([to("open")]);
    expect(undone(to("lingering"), at("closing"), at("lingering"))).toEqual([to("open"), to("closing")]);
    expect(undone(to("open"), at("lingering"), at("open"))).toEqual([to("lingering")]);
    expect(
      undone(to("open"), at("lingering"), at("open", { round: round() })),
      "it would close a round",
    ).toEqual([]);
    expect(undone(to("closing"), at("open"), at("lingering"))).toEqual([]);
  });

  it("ends a pause, pauses again in the same words, and takes an end or a word back", () => {
    const message = { id: id(60), text: { plain: "Breathe." } };
    const paused = staffSnapshot({ paused: { why: "staff", by: 1, message } });
    expect(undone({ pause: {} }, staffSnapshot(), paused)).toEqual([{ unpause: {} }]);
    expect(undone({ pause: {} }, staffSnapshot(), staffSnapshot())).toEqual([]);
    expect(
      undone({ pause: {} }, staffSnapshot(), staffSnapshot({ paused: { why: "staff", by: 5 } })),
    ).toEqual([]);
    expect(undone({ unpause: {} }, paused, staffSnapshot())).toEqual([
      { pause: { message: { plain: "Breathe." } } },
    ]);
    expect(undone({ end: {} }, staffSnapshot(), staffSnapshot({ ending: now + 1 }))).toEqual([
      { undo_end: {} },
    ]);
    expect(undone({ end: {} }, staffSnapshot(), staffSnapshot())).toEqual([]);
    const word = said(70, 1, "Soon over", { kind: "announcement", at: now - 9_000 });
    const announce: Command = { announce: { text: { plain: "Soon over" } } };
    const after = staffSnapshot({}, { said: [word] });
    expect(undone(announce, staffSnapshot(), after)).toEqual([{ take_back: { said: id(70) } }]);
    expect(undone(announce, staffSnapshot(), after, now + 1_000), "ten seconds are over").toEqual([]);
  });
});

/** Whose page a recording shows, event by event: the views before and after each. */
function replayed(recording: string): { name: string; body: object; before: Snapshot; after: Snapshot }[] {
  const path = fileURLToPath(new URL(`../../protocol/scenarios/frames/${recording}.jsonl`, import.meta.url));
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const steps: ReturnType<typeof replayed> = [];
  let view: Snapshot | undefined;
  for (const line of lines) {
    const heard = frameOf((JSON.parse(line) as { frame: Record<string, unknown> }).frame);
    if (heard.is === "welcome") view = heard.welcome.snapshot ?? view;
    if (heard.is === "snapshot") view = heard.snapshot;
    if (heard.is !== "fact" || !view) continue;
    const before = view;
    view = fold(before, heard.fact);
    steps.push({ name: heard.fact.name, body: heard.fact.body, before, after: view });
  }
  return steps;
}

describe("in a recorded session", () => {
  const seatOf = (body: object) => (body as { seat: number }).seat;
  const cases: [string, string, (body: object) => Command, string][] = [
    ["mute.Mo", "muted", (body) => ({ mute: { seat: seatOf(body) } }), "unmute"],
    ["removal.Fay", "barred", (body) => ({ remove: { seat: seatOf(body) } }), "restore"],
    ["roles.Fay", "role", (body) => ({ set_role: body as { seat: number; role: Role } }), "set_role"],
    ["end.Fay", "ending", () => ({ end: {} }), "undo_end"],
    [
      "order-changed.Fay",
      "round_changed",
      (body) => ({ set_order: { order: (body as { round: Round }).round.order } }),
      "set_order",
    ],
  ];

  it.each(cases)("%s: what the server tells by %s can be undone from then on", (recording, fact, ask, by) => {
    const step = replayed(recording).find(({ name }) => name === fact);
    if (!step) throw new Error(`nothing is ${fact} in ${recording}`);
    const undo = undoOf(id(70), ask(step.body), step.before);
    const time = step.before.common.opened_at;
    expect(undo?.commands(step.before, time), "not before it is done").toEqual([]);
    expect(Object.keys(undo?.commands(step.after, time)[0] ?? {})).toEqual([by]);
  });
});
