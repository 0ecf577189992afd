/** The room as hosts see it. */
import { flushSync } from "svelte";
import Inside from "../src/app/Inside.svelte";
import type { Command, View } from "../src/core/wire";
import { words } from "../src/words/all";
import { bar, held, hosts, settings, toRoom } from "../test/build";
import * as evening from "./evening";
import { ana, asFay, asMo, ben, benSpeaks, cleo, dov, fay, goRound, inMinutes, inOrder, mo } from "./evening";
import { type Played, visit } from "./played_server";
import { now, type State, state } from "./state";

function room(view: View, play: Played & Pick<State, "press"> & { does?: Command } = {}): State {
  const circle = visit(view, play);
  const { does, press } = play;
  const then = does && (() => flushSync(() => circle.ask(does)));
  return state(Inside, { circle, toDoor: undefined }, { ...(press && { press }), ...(then && { then }) });
}

const points = { process_points: { [ana]: { place: 1 }, [cleo]: { place: 2 } } };
const heardOut = { turn_id: 9, lineup: [mo, ben, cleo, ana, fay], heard: [mo, ben, cleo, ana, fay], complete: true };
const between = { round: { ...evening.asked, open: false }, turn: {} };
const centre = { ...goRound, token: { centre: {} } };
const offer = { turn_id: 7, since: now - 60_000, until: { until: now + 30_000 } };
const [first = evening.members[0]] = evening.members;

export const hosting: Record<string, () => State> = {
  "host-alone": () => room(asFay({ phase: "gathering", people: first ? [first] : [], round: undefined, turn: {} }, { messages: {}, texts: {} })),
  host: () => room(asFay()),
  "host-open": () => room(asFay(), { press: [words.console.title] }),
  "host-asked": () => room(asFay({}, hosts(points))),
  "host-unanswered": () => room(asFay({ turn: { ...goRound, token: { offered: { seat: cleo } } } }, hosts({ offer }))),
  "host-heard-out": () => room(asFay({ turn: heardOut })),
  "host-steps": () =>
    room(asFay({ round: inOrder("go_round", { advance: "facilitator" }), settings: { ...settings, advance: "facilitator" }, turn: centre })),
  "host-chooses": () => room(asFay({ round: inOrder("facilitator"), turn: centre })),
  "host-hands": () => room(asFay({ round: inOrder("hands", { hands_by: "first_come" }), turn: { ...benSpeaks, hands: [cleo, ana], waiting: [cleo, ana] } })),
  "host-between": () => room(asFay(between)),
  "host-closing": () => room(asFay({ ...between, phase: "closing" })),
  "host-goodbyes": () => room(asFay({ ...between, phase: "lingering" })),
  "host-ending": () => room(asFay({ ...between, phase: "lingering", closes_at: inMinutes(2) })),
  "host-paused": () => room(asFay({ pause: { reason: "host", by: fay } })),
  "host-silence": () => room(asFay({ silence: { by: ana, until: now + 60_000 } })),
  "host-undo": () =>
    room(asFay(), {
      does: { pause: {} },
      answers: [toRoom([{ paused: { reason: "host", by: fay } }], { session: { pause: { reason: "host", by: fay } } }, { at: now })],
    }),
  "host-holds": () => room(asFay({ turn: { ...goRound, token: held(fay, { since: now - 20_000 }) } })),
  "host-muted-others": () => room(asFay({}, hosts({ mutes: { [dov]: { by: fay } }, bars: { one: bar(ben) } }))),
  "host-40": () => room(asFay({ people: evening.membersCalled(evening.many.slice(0, 38)) })),
  moderator: () => room(asMo()),
};
