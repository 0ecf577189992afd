/** What undoes each action of a host, and when it can't be undone any more. */
import { bare, named } from "../src/core/view/isolated";
import { describe, expect, it } from "vitest";
import { frameOf } from "../src/core/connection/frame";
import { applyFrame } from "../src/core/connection/merge";
import { untagged } from "../src/core/tagged";
import { undoOf } from "../src/features/console/undo";
import type { Command, Order, Phase, Role, View } from "../src/core/wire";
import {
  ana,
  bar,
  ben,
  cleo,
  fay,
  held,
  hosts,
  hostView,
  type InRoom,
  message,
  messages,
  question,
  person,
  round,
  settings,
  textId,
  texts,
  type TurnAndQueue,
} from "./build";
import { readRecording, recordings } from "./recordings";
import { words } from "../src/words/all";

const now = 100_000;
const inRound = (of: TurnAndQueue, more: InRoom = {}) => ({
  round: round(),
  turn: { turn_id: 7, lineup: [2, 3, 4], ...of },
  ...more,
});

/** The commands that undo `command`, sent at `before`, once the room is as in `after`. */
function undone(command: Command, before: View, after: View, time = now, message?: number): Command[] {
  return undoOf(command, before)?.commands(after, time, message) ?? [];
}

describe("undoing an action on a person", () => {
  it("lifts a mute, and mutes again for the remaining time", () => {
    const free = hostView();
    const muted = (until?: number) =>
      hostView({}, hosts({ mutes: { 3: { by: 1, ...(until && { until }) } } }));
    expect(undone({ mute: { seat: 3 } }, free, muted())).toEqual([{ unmute: { seat: 3 } }]);
    expect(undone({ unmute: { seat: 3 } }, muted(now + 9_000), free)).toEqual([
      { mute: { seat: 3, for_ms: 9_000 } },
    ]);
    expect(undone({ unmute: { seat: 3 } }, muted(), free)).toEqual([{ mute: { seat: 3 } }]);
    expect(undone({ unmute: { seat: 3 } }, muted(now), free), "its time is over").toEqual([]);
    expect(undone({ mute: { seat: 3 } }, free, free), "someone else lifted it").toEqual([]);
  });

  it("returns the turn to the person who lost it by the mute, if it is free or only offered", () => {
    const before = hostView(inRound({ token: held(3) }));
    const muted = hosts({ mutes: { 3: { by: 1 } } });
    const after = (of: TurnAndQueue, more: InRoom = {}) => hostView(inRound(of, more), muted);
    const mute: Command = { mute: { seat: 3 } };
    const lift = { unmute: { seat: 3 } };
    const offered = after({ turn_id: 9, token: { offered: { seat: 4 } } });
    expect(undone(mute, before, offered)).toEqual([lift, { offer: { turn_id: 9, seat: 3 } }]);
    expect(undone(mute, before, after({ token: held(4) })), "nobody is interrupted").toEqual([lift]);
    expect(undone(mute, before, after({ turn_id: 7 })), "the round is complete").toEqual([
      lift,
      { offer: { turn_id: 7, seat: 3 } },
    ]);
    const given = { round: round({ order: "facilitator" as const }) };
    expect(undone(mute, before, after({ turn_id: 8 }, given))).toEqual([lift, { offer: { turn_id: 8, seat: 3 } }]);
  });

  it("lets back in, removes again, and restores their role", () => {
    const gone = hostView(
      { people: [fay, ana, { ...ben, presence: "left" }, cleo] },
      hosts({ bars: { one: bar(3) } }),
    );
    expect(undone({ remove: { seat: 3 } }, hostView(), gone)).toEqual([{ lift_bar: { bar: "one" } }]);
    expect(undone({ remove: { seat: 3 } }, hostView(), hostView())).toEqual([]);
    const byOther = hostView({ people: [fay, ana, { ...ben, presence: "left" }, cleo] }, hosts({ bars: { one: { ...bar(3), by: 2 } } }));
    expect(undone({ remove: { seat: 3 } }, hostView(), byOther), "another host did it as well").toEqual([]);
    const left = hostView({ people: [fay, ana, { ...ben, presence: "left" }, cleo] });
    expect(undone({ lift_bar: { bar: "one" } }, gone, left)).toEqual([{ remove: { seat: 3, until: "session_end" } }]);
    const longer: Command = { remove: { seat: 3, until: "lifted" } };
    const barred = hostView({ people: [fay, ana, { ...ben, presence: "left" }, cleo] }, hosts({ bars: { one: { ...bar(3), until: "lifted" } } }));
    expect(undone(longer, gone, barred)).toEqual([{ remove: { seat: 3, until: "session_end" } }]);
    expect(undone(longer, gone, gone), "changed back since").toEqual([]);
    const earlier = hostView({}, hosts({ bars: { one: { name: textId("Robin"), at: 1, until: "lifted" } } }));
    expect(undoOf({ lift_bar: { bar: "one" } }, earlier), "from an earlier session").toBeUndefined();
    const changed = hostView({ people: [fay, ana, { ...ben, role: "moderator" }, cleo] });
    const change: Command = { set_role: { seat: 3, role: "moderator" } };
    expect(undone(change, hostView(), changed)).toEqual([
      { set_role: { seat: 3, role: "participant" } },
    ]);
    expect(undone(change, hostView(), hostView()), "changed again since").toEqual([]);
    expect(undoOf(change, changed), "nothing was changed").toBeUndefined();
    const ending = hostView({ people: [fay, ana, { ...ben, role: "moderator" }, cleo], closes_at: now });
    expect(undone(change, hostView(), ending), "refused while the session ends").toEqual([]);
  });
});

describe("undoing another person's new name", () => {
  const give: Command = { set_name: { seat: 3, name: { plain: "Robin B." } } };
  const called = (name: string, more: InRoom = {}) =>
    hostView({ people: [fay, ana, person(3, name), cleo], ...more });

  it("gives back the name before, which only this page still has", () => {
    const after = called("Robin B.");
    expect(after.texts[textId("Ben")]).toBeUndefined();
    expect(undone(give, hostView(), after)).toEqual([{ set_name: { seat: 3, name: { plain: "Ben" } } }]);
    const ending = called("Robin B.", { closes_at: now });
    expect(undone(give, hostView(), ending), "also while the session ends").toHaveLength(1);
  });

  it("isn't offered once they have another name, or if there was none to give back", () => {
    expect(undone(give, hostView(), called("Rob"))).toEqual([]);
    expect(undoOf(give, { ...hostView(), texts: {} })).toBeUndefined();
  });

  it("says both names", () => {
    const deed = undoOf(give, hostView())?.deed;
    expect(deed && bare(words.console.done({ is: "deed", deed }, () => named("Robin B.")))).toBe("Ben is called Robin B. now.");
  });
});

describe("undoing an action on the turn", () => {
  const before = hostView(inRound({ token: held(3) }));

  it("offers it to the person it was taken from, unless someone has begun since", () => {
    const skip: Command = { skip: { turn_id: 7 } };
    const next = hostView(inRound({ turn_id: 9, token: { offered: { seat: 4 } } }));
    expect(undone(skip, before, next)).toEqual([{ offer: { turn_id: 9, seat: 3 } }]);
    expect(undone(skip, before, hostView(inRound({ token: held(4) })))).toEqual([]);
    const away = { people: [fay, ana, { ...ben, presence: "away" as const }, cleo] };
    expect(undone(skip, before, hostView(inRound({}, away)))).toEqual([]);
    const asModerator = { people: [{ ...fay, role: "moderator" as const }, ana, ben, cleo] };
    expect(
      undone(skip, before, hostView(inRound({}, asModerator))),
      "offers are a facilitator's",
    ).toEqual([]);
  });

  it("takes an empty turn that was given at once, unless its person would lose the round by it", () => {
    const skip: Command = { skip: { turn_id: 7 } };
    const atOnce = { settings: { ...settings, offers: "at_once" as const } };
    const after = (of: TurnAndQueue) => hostView(inRound({ turn_id: 9, ...of }, atOnce));
    expect(undone(skip, before, after({ token: held(4) }))).toEqual([{ offer: { turn_id: 9, seat: 3 } }]);
    expect(undone(skip, before, after({ token: held(4, { shares: 1 }) }))).toEqual([]);
    expect(undone(skip, before, after({ token: held(4), later: [4] }))).toEqual([]);
  });

  it("returns what was reclaimed, and resumes the order", () => {
    const reclaim: Command = { reclaim: { turn_id: 7 } };
    const rests = hostView(inRound({ turn_id: 8, halted: true }));
    expect(undone(reclaim, before, rests)).toEqual([{ offer: { turn_id: 8, seat: 3 } }, { resume_order: { turn_id: 9 } }]);
    const elsewhere = hostView(inRound({ turn_id: 9, halted: true, token: { offered: { seat: 4 } } }));
    expect(undone(reclaim, before, elsewhere)).toEqual([
      { offer: { turn_id: 9, seat: 3 } },
      { resume_order: { turn_id: 11 } },
    ]);
    const halted = hostView(inRound({ halted: true, token: held(3) }));
    expect(undone(reclaim, halted, rests), "it was halted before").toEqual([{ offer: { turn_id: 8, seat: 3 } }]);
  });

  it("returns an offer to where it came from: a person or the centre", () => {
    const after = hostView(inRound({ turn_id: 9, token: { offered: { seat: 4 } } }));
    const offer: Command = { offer: { turn_id: 7, seat: 4 } };
    expect(undone(offer, before, after)).toEqual([{ offer: { turn_id: 9, seat: 3 } }]);
    const rested = hostView(
      inRound({ waiting: [4], next: 4 }, { round: round({ advance: "facilitator" }) }),
    );
    const both = [{ reclaim: { turn_id: 9 } }, { resume_order: { turn_id: 10 } }];
    expect(undone(offer, rested, after)).toEqual(both);
    expect(undone({ next: { turn_id: 7 } }, rested, after)).toEqual(both);
    const given = { round: round({ order: "facilitator" as const }) };
    const offered = { turn_id: 9, token: { offered: { seat: 4 } } };
    expect(undone(offer, hostView(inRound({}, given)), hostView(inRound(offered, given)))).toEqual([
      { reclaim: { turn_id: 9 } },
    ]);
    expect(undone(offer, rested, hostView(inRound({ token: held(4) }))), "it was taken").toEqual([]);
  });

  it("restores the order of those who still wait", () => {
    const was = hostView(inRound({ waiting: [2, 3, 4] }));
    const reorder: Command = { reorder: { waiting: [4, 2, 3] } };
    const after = (waiting: number[]) => hostView(inRound({ waiting }));
    expect(undone(reorder, was, after([4, 2, 3]))).toEqual([{ reorder: { waiting: [2, 3, 4] } }]);
    expect(undone(reorder, was, after([3, 2]))).toEqual([{ reorder: { waiting: [2, 3] } }]);
    expect(undone(reorder, was, after([2, 3])), "it is as it was").toEqual([]);
  });

  it("doesn't exist for actions that only let it run", () => {
    for (const command of [
      { resume_order: { turn_id: 7 } },
      { longer: { turn_id: 7 } },
      { close_round: {} },
      { finish: { turn_id: 7 } },
    ]) {
      expect(undoOf(command, before)).toBeUndefined();
    }
  });
});

describe("undoing an action on the round and the session", () => {
  it("changes the round back while it lasts, unless someone changed it again", () => {
    const prompt = textId("Before?");
    const written = { texts: texts("Before?", "After?") };
    const limit = { ms: 60_000, firm: false };
    const was = hostView({ round: round({ prompt, limit }) }, written);
    const after = (more: object) => hostView({ round: round({ prompt, limit, ...more }) }, written);
    const order: Command = { set_order: { order: "hands", hands_by: "first_come", advance: "facilitator" } };
    expect(undone(order, was, after({ order: "hands" }))).toEqual([
      { set_order: { order: "go_round", hands_by: "least_heard", advance: "itself" } },
    ]);
    expect(undone(order, was, after({ order: "popcorn" }))).toEqual([]);
    // Going back would not raise the hands that were up.
    const hands = hostView({ round: round({ prompt, order: "hands" }), turn: { hands: [3] } });
    expect(undoOf({ set_order: { order: "popcorn" } }, hands)).toBeUndefined();
    expect(undone(order, was, after({ order: "hands", number: 2 }))).toEqual([]);
    const asked: Command = { set_prompt: { prompt: { plain: "After?" } } };
    expect(undone(asked, was, after({ prompt: textId("After?") }))).toEqual([
      { set_prompt: { prompt: { plain: "Before?" } } },
    ]);
    expect(undone({ set_limit: {} }, was, hostView({ round: round({ prompt }) }))).toEqual([
      { set_limit: { limit } },
    ]);
    const none = hostView({ round: round() });
    expect(
      undone(
        asked,
        none,
        hostView({ round: round({ prompt: textId("After?") }) }, written),
      ),
    ).toEqual([{ set_prompt: {} }]);
  });

  it("closes a round that was just opened, until someone has spoken or passed", () => {
    const open: Command = { open_round: { order: "go_round" } };
    const gathering = hostView({ phase: "gathering" });
    const opened = hostView({ round: round() });
    expect(undone(open, gathering, opened)).toEqual([{ close_round: {} }]);
    const spoken = hostView({ round: round() }, messages(message(1, 2, "Hello")));
    expect(undone(open, gathering, spoken)).toEqual([]);
    const passed = hostView({ round: round(), turn: { passed: [2] } });
    expect(undone(open, gathering, passed), "someone has already taken part in it").toEqual([]);
    const announced = hostView(
      { round: round() },
      { ...messages(message(1, 1, "Hi", { kind: "announcement" })) },
    );
    expect(undone(open, gathering, announced)).toEqual([{ close_round: {} }]);
    const asked = hostView({ round: round() }, messages(question(1, "What helped?")));
    expect(undone(open, gathering, asked)).toEqual([{ close_round: {} }]);
    const closing = hostView({ phase: "closing", round: round({ number: 2 }) });
    const between = hostView({ round: round({ open: false }) });
    expect(undone(open, between, closing)).toEqual([{ close_round: {} }, { set_phase: { phase: "open" } }]);
    expect(undone(open, between, opened), "another round").toEqual([]);
  });

  it("returns to the earlier phase if that is possible", () => {
    const at = (phase: Phase, more: InRoom = {}) => hostView({ phase, ...more });
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

  it("ends a pause, pauses again with the same message, and takes back an end or an announcement", () => {
    const paused = hostView({ pause: { reason: "host", by: 1, message: textId("Breathe.") } }, { texts: texts("Breathe.") });
    expect(undone({ pause: {} }, hostView(), paused)).toEqual([{ unpause: {} }]);
    expect(undone({ pause: {} }, hostView(), hostView())).toEqual([]);
    expect(
      undone({ pause: {} }, hostView(), hostView({ pause: { reason: "host", by: 5 } })),
    ).toEqual([]);
    expect(undone({ unpause: {} }, paused, hostView())).toEqual([
      { pause: { message: { plain: "Breathe." } } },
    ]);
    expect(undone({ end: {} }, hostView(), hostView({ closes_at: now + 1 }))).toEqual([
      { undo_end: {} },
    ]);
    expect(undone({ end: {} }, hostView(), hostView())).toEqual([]);
    const said = message(60, 3, "You know where I live");
    const hide: Command = { hide_message: { message: 60 } };
    const shown = hostView({}, messages(said));
    const kept = { 60: { text: said.text, by: 1, until: now + 1 } };
    const gone = hostView({}, { ...messages({ ...said, hidden: true }), own: { removed: false, hidden: kept } });
    expect(undone(hide, shown, gone)).toEqual([{ restore_message: { message: 60 } }]);
    expect(undone(hide, shown, { ...gone, own: { removed: false, hidden: {} } }), "erased").toEqual([]);
    expect(undone({ restore_message: { message: 60 } }, gone, shown)).toEqual([hide]);
    const word = message(70, 1, "Soon over", { kind: "announcement", at: now - 9_000 });
    const announce: Command = { announce: { text: { plain: "Soon over" } } };
    const after = hostView({}, messages(word));
    expect(undone(announce, hostView(), after, now, 70)).toEqual([{ take_back: { message: 70 } }]);
    expect(undone(announce, hostView(), after, now), "it is not known which it is").toEqual([]);
    expect(undone(announce, hostView(), after, now + 1_000, 70), "ten seconds are over").toEqual([]);
  });
});

/** The page of a recording, fact by fact: the views before and after each. */
interface Step {
  name: string;
  body: object;
  before: View;
  after: View;
}

function replayed(recording: string): Step[] {
  const steps: Step[] = [];
  let view: View | undefined;
  for (const { frame } of readRecording(recording)) {
    const heard = frameOf(frame);
    if (heard.is === "welcome") view = heard.welcome.snapshot ?? view;
    if (heard.is === "snapshot") view = heard.snapshot;
    if (heard.is !== "decision" || !view) continue;
    const before = view;
    const after = applyFrame(before, heard.decision);
    if (!after) throw new Error(`a frame does not follow: ${JSON.stringify(frame)}`);
    view = after;
    for (const fact of heard.decision.facts ?? []) {
      const [name, body] = untagged(fact);
      steps.push({ name, body, before, after });
    }
  }
  return steps;
}

describe.skipIf(recordings.length === 0)("in a recorded session", () => {
  const seatOf = (body: object) => (body as { seat: number }).seat;
  const cases: [string, string, (body: object) => Command, string][] = [
    ["mute.Mo", "muted", (body) => ({ mute: { seat: seatOf(body) } }), "unmute"],
    ["removal.Fay", "barred", (body) => ({ remove: { seat: seatOf(body), until: "lifted" } }), "lift_bar"],
    ["roles.Fay", "role_changed", (body) => ({ set_role: body as { seat: number; role: Role } }), "set_role"],
    ["end.Fay", "ending", () => ({ end: {} }), "undo_end"],
    ["order-changed.Fay", "order_changed", (body) => ({ set_order: body as { order: Order } }), "set_order"],
  ];
  const recorded = cases.filter(([recording]) => recordings.includes(recording));

  it.each(recordings.length === 0 ? cases : recorded)(
    "%s: what the server reports as %s can be undone from then on",
    (recording, fact, ask, by) => {
      // What another host did isn't theirs to undo here.
      const byOther = ({ body, before }: Step) => "by" in body && body.by !== before.seat;
      const step = replayed(recording).find((step) => step.name === fact && !byOther(step));
      if (!step) throw new Error(`no fact ${fact} in ${recording}`);
      const undo = undoOf(ask(step.body), step.before);
      const time = step.before.room.session.opened_at;
      expect(undo?.commands(step.before, time), "not before it is done").toEqual([]);
      expect(Object.keys(undo?.commands(step.after, time)[0] ?? {})).toEqual([by]);
    },
  );
});
