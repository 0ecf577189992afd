/** The room as members and listeners see it. */
import Inside from "../src/app/Inside.svelte";
import type { View } from "../src/core/wire";
import { words } from "../src/words/all";
import { held, message, messages, round, texts, textId, toRoom } from "../test/build";
import * as evening from "./evening";
import { ana, asAna, asLee, ben, benSpeaks, cleo, fay, goRound, inMinutes, inOrder, mo, said } from "./evening";
import { type Played, visit } from "./played_server";
import { now, type State, state } from "./state";

const room = (view: View, play: Played & Pick<State, "press"> = {}): State =>
  state(Inside, { circle: visit(view, play), toDoor: undefined }, { ...(play.press && { press: play.press }) });

const mine = { ...goRound, token: held(ana, { since: now - 30_000 }), waiting: [fay], heard: [mo, ben, cleo], next: fay };
/** Nobody is next where people choose. */
const free = { turn_id: 7, heard: [mo, ben] };
const offer = { turn_id: 7, since: now, until: { until: now + 90_000 } };
const offered = asAna({ turn: { ...mine, token: { offered: { seat: ana } } } }, { own: { removed: false, hidden: {}, offer } });
const draft = "The sound of the phone. I still think it’s the hospital.";
const reason = "Let’s breathe for a moment.";
const floor = [
  message(6, cleo, "Thank you, Ben.", { kind: "floor", at: now - 50_000 }),
  message(7, ana, "I have one of those too.", { kind: "floor", at: now - 30_000 }),
  message(8, mo, "It can stay filled for as long as you like.", { kind: "floor", at: now - 20_000 }),
];
/** What was said, and these messages. */
const andThen = (...more: ReturnType<typeof message>[]): Pick<View, "messages" | "texts"> => {
  const next = messages(...more);
  return { messages: { ...said.messages, ...next.messages }, texts: { ...said.texts, ...next.texts } };
};
const nothingYet = { messages: {}, texts: {} };
const [first = evening.members[0], ...others] = evening.members;
const arriving = [first, ...others.slice(0, 2)].filter((one) => one !== undefined);
const called = (names: readonly string[], press?: readonly string[]): State =>
  room(asAna({ people: evening.membersCalled(names) }), { ...(press && { press }) });
const long = ["Maximiliane von Wolkenstein-Trostburg-Ro", "Donaudampfschifffahrtsgesellschaftsmaats", "Anne-Sophie (she/her, from Marseille)", "Wm.", "Mo"];

export const rooms: Record<string, () => State> = {
  connecting: () => state(Inside, { circle: visit(asAna(), { silent: true }), toDoor: () => undefined }),
  arriving: () => room(asAna({ phase: "gathering", people: arriving, round: undefined, turn: {} }, nothingYet)),
  "first-round": () => room(asAna({ turn: { ...goRound, token: { offered: { seat: mo } }, heard: [], waiting: [ben, cleo, ana, fay] } }, nothingYet)),
  waiting: () => room(asAna()),
  "waiting-ask": () => room(asAna(), { preferences: { asked: false } }),
  "waiting-draft": () => room(asAna(), { draft }),
  "waiting-more": () => room(asAna(), { press: [words.room.more] }),
  writing: () => room(asAna(), { frames: [{ writing: { seat: ben } }] }),
  listening: () => room(asLee()),
  happened: () =>
    room(asAna({ turn: { ...benSpeaks, token: { offered: { seat: cleo } } } }), {
      frames: [
        toRoom([{ turn_ended: { seat: ben, how: "finished" } }, { offered: { seat: cleo } }], undefined, { at: now }),
        toRoom([{ passed: { seat: cleo } }, { left: { seat: mo } }], { turn: { turn_id: 8, token: { offered: { seat: fay } } } }, { at: now, room: 12 }),
      ],
    }),
  offered: () => room(offered),
  "offered-draft": () => room(offered, { draft }),
  held: () => room(asAna({ turn: mine })),
  "held-draft": () => room(asAna({ turn: mine }), { draft }),
  "held-limit": () => room(asAna({ turn: { ...mine, token: held(ana, { since: now - 150_000, shares: 1, limit: { until: now + 30_000 } }) } }, andThen(message(6, ana, draft, { at: now - 4_000 })))),
  sending: () => room(asAna({ turn: mine }), { draft, press: [words.message.send] }),
  finishing: () => room(asAna({ turn: mine }), { draft, press: [words.turn.finish] }),
  popcorn: () => room(asAna({ round: inOrder("popcorn"), turn: { ...free, token: { centre: { first_reach: { until: now + 20_000 } } } } })),
  "popcorn-held": () => room(asAna({ round: inOrder("popcorn"), turn: { ...free, token: mine.token } })),
  hands: () => room(asAna({ round: inOrder("hands"), turn: { ...benSpeaks, lineup: [], hands: [cleo, ana], waiting: [cleo, ana] } })),
  "facilitators-choice": () => room(asAna({ round: inOrder("facilitator"), turn: free })),
  floor: () => room(asAna({ round: inOrder("open"), turn: {} }, andThen(...floor))),
  "floor-slow": () => room(asAna({ round: inOrder("open", { slow_ms: 60_000 }), turn: {} }, andThen(...floor))),
  between: () => room(asAna({ round: { ...evening.asked, open: false }, turn: {} })),
  "second-round": () => room(asAna({ round: round({ number: 2, prompt: textId("What helps?") }) }, { ...said, texts: { ...said.texts, ...texts("What helps?") } })),
  silence: () => room(asAna({ silence: { by: fay, until: now + 60_000, reason: textId(reason) } }, { ...said, texts: { ...said.texts, ...texts(reason) } })),
  paused: () => room(asAna({ pause: { reason: "host", by: fay, message: textId("Tea is ready.") } }, { ...said, texts: { ...said.texts, ...texts("Tea is ready.") } })),
  "no-host": () => room(asAna({ pause: { reason: "no_host" }, no_host: { until: inMinutes(9) } })),
  goodbyes: () => room(asAna({ phase: "lingering", round: { ...evening.asked, open: false }, turn: {} })),
  ending: () => room(asAna({ phase: "lingering", closes_at: inMinutes(2), round: { ...evening.asked, open: false }, turn: {} })),
  lost: () => room(asAna(), { draft, closes: 1006 }),
  "lost-held": () => room(asAna({ turn: mine }), { draft, closes: 1006 }),
  restarting: () => room(asAna(), { closes: 4000 }),
  muted: () => room(asAna({}, { own: { removed: false, hidden: {}, muted: {} } })),
  "holder-away": () => room(asAna({ turn: { ...goRound, token: held(ben, { since: now - 180_000, shares: 2, away: { until: now + 60_000 } }) } })),
  resting: () => room(asAna({ turn: { ...benSpeaks, waiting: [cleo, fay] }, people: evening.members.map((one) => (one.seat === ana ? { ...one, stance: "resting" as const } : one)) })),
  erased: () => room(asAna({}, andThen(message(6, ben, "", { taken_back: true, at: now - 60_000 }), message(7, cleo, "", { kind: "floor", hidden: true, at: now - 30_000 })))),
  earlier: () => room(asAna({}, { earlier: true })),
  responding: () => room(asAna(), { press: [words.signal.respond] }),
  circle: () => room(asAna(), { press: [words.room.toCircle] }),
  "circle-12": () => called(evening.many.slice(0, 10), [words.room.toCircle]),
  "circle-25": () => called(evening.many.slice(0, 23), [words.room.toCircle]),
  "circle-40": () => called(evening.many.slice(0, 38), [words.room.toCircle]),
  "many-40": () => called(evening.many.slice(0, 38)),
  "names-long": () => called(long, [words.room.toCircle]),
  "names-rtl": () => called(["نور", "שירה (2)", "שירה", "Sam", "عمر الخيّام"], [words.room.toCircle]),
};
