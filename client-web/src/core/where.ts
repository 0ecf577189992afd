/** *Where are we?*: the facts of the one sentence that is always true. `words/` makes it words. */
import { left } from "./clock";
import { meOf, personOf, seemsEligible } from "./people";
import { plain } from "./text";
import { heldBy, isFloorOpen, offeredTo, openRound } from "./turn";
import type { Common, PauseWhy, Snapshot } from "./wire";

/** Somebody, by the name to show; nothing stands for the one who reads. */
export type Who = string | "you";

export type State =
  | { is: "ended" }
  | { is: "ending"; left_ms: number }
  | { is: "paused"; why: PauseWhy; by?: Who; keeps?: Who; left_ms?: number }
  | { is: "gathering" | "lingering"; floor: boolean }
  | { is: "between"; you: boolean }
  | { is: "floor" }
  | { is: "held"; who: Who; away_ms?: number; left_ms?: number; firm: boolean }
  | { is: "offered"; who: Who; away: boolean }
  /** The turn lies in the centre, for anyone or at first for those not yet heard. */
  | { is: "free"; you: boolean; first: boolean }
  /** All were asked; with the turn in the centre it can be taken all the same. */
  | { is: "complete"; free: boolean }
  | { is: "halted" }
  | { is: "awaits_hands" }
  | { is: "awaits_facilitator"; you: boolean };

/** Where one stands oneself in this round. */
export type Place =
  | {
      is:
        | "listener"
        | "listening"
        | "resting"
        | "muted"
        | "heard"
        | "passed"
        | "later"
        | "joins_next"
        | "not_heard";
    }
  | { is: "hand_down" }
  | { is: "waits"; before: number };

export interface Where {
  state: State;
  next?: Who;
  place?: Place;
  /** It is the closing of the session. */
  closing?: boolean;
  /** What is asked in this round. */
  asked?: string;
  /** What staff said to the pause. */
  message?: string;
}

/** `name` returns the name to show for a seat; `now` is the server's time. */
export function whereAreWe(snapshot: Snapshot, name: (seat: number) => string, now: number): Where {
  const { common, seat } = snapshot;
  const who = (other: number): Who => (other === seat ? "you" : name(other));
  const state = stateOf(snapshot, who, now);
  const message = state.is === "paused" ? plain(common.paused?.message?.text) : undefined;
  const round = openRound(common);
  if (!round || state.is === "ended" || state.is === "ending") {
    const closing = common.phase === "closing" && state.is === "between";
    return { state, ...(closing && { closing }), ...(message && { message }) };
  }
  const asked = plain(round.prompt?.text);
  const next = nextOf(common, who);
  const place = placeOf(snapshot, state);
  return {
    state,
    ...(next && { next }),
    ...(place && { place }),
    ...(common.phase === "closing" && { closing: true }),
    ...(asked && { asked }),
    ...(message && { message }),
  };
}

function stateOf(snapshot: Snapshot, who: (seat: number) => Who, now: number): State {
  const { common } = snapshot;
  if (common.phase === "ended") return { is: "ended" };
  if (common.ending !== undefined) return { is: "ending", left_ms: common.ending - now };
  if (common.paused) return pausedState(common, who, now);
  if (common.phase === "gathering" || common.phase === "lingering") {
    return { is: common.phase, floor: isFloorOpen(common) };
  }
  const held = heldBy(common);
  if (held) {
    return {
      is: "held",
      who: who(held.seat),
      firm: held.firm,
      ...(held.away && { away_ms: left(held.away, now) }),
      ...(held.limit && { left_ms: left(held.limit, now) }),
    };
  }
  const offered = offeredTo(common);
  if (offered !== undefined) {
    return { is: "offered", who: who(offered), away: personOf(common, offered)?.presence === "away" };
  }
  return restingState(snapshot);
}

function pausedState(common: Common, who: (seat: number) => Who, now: number): State {
  const pause = common.paused;
  const keeps = heldBy(common)?.seat ?? offeredTo(common);
  const ends = pause?.why === "no_staff" ? common.flow.unstaffed : undefined;
  return {
    is: "paused",
    why: pause?.why ?? "staff",
    ...(pause?.by !== undefined && { by: who(pause.by) }),
    ...(keeps !== undefined && { keeps: who(keeps) }),
    ...(ends && { left_ms: left(ends, now) }),
  };
}

/** The turn lies in the centre of an open session. */
function restingState(snapshot: Snapshot): State {
  const { common, seat } = snapshot;
  const { flow } = common;
  const round = openRound(common);
  const you = meOf(snapshot)?.role === "facilitator";
  if (!round) return { is: "between", you };
  if (round.order === "open") return { is: "floor" };
  if (flow.halted) return { is: "halted" };
  if (round.order === "hands" && flow.waiting.length === 0) return { is: "awaits_hands" };
  if (flow.complete) return { is: "complete", free: round.order === "popcorn" };
  if (round.order === "popcorn") {
    const first = "centre" in flow.token && flow.token.centre.first_reach !== undefined;
    const able = seemsEligible(meOf(snapshot)) && !snapshot.own.muted;
    const settled = flow.heard.includes(seat) || flow.passed.includes(seat);
    return { is: "free", first, you: able && !(first && settled) };
  }
  return { is: "awaits_facilitator", you };
}

function nextOf({ flow }: Common, who: (seat: number) => Who): Who | undefined {
  return flow.next === undefined ? undefined : who(flow.next);
}

function placeOf(snapshot: Snapshot, state: State): Place | undefined {
  const { common, own, seat } = snapshot;
  const me = meOf(snapshot);
  const round = openRound(common);
  if (!me || !round) return undefined;
  if (own.muted) return { is: "muted" };
  if (me.role === "listener") return { is: "listener" };
  if (me.stance !== "sharing") return { is: me.stance };
  if (("who" in state && state.who === "you") || ("keeps" in state && state.keeps === "you")) return undefined;
  if (round.order === "open" || state.is === "awaits_hands") return undefined;
  return placeInRound(common, round.order === "hands", seat);
}

function placeInRound({ flow, round }: Common, hands: boolean, seat: number): Place {
  const before = flow.waiting.indexOf(seat);
  if (hands) return before >= 0 ? { is: "waits", before } : { is: "hand_down" };
  if (flow.heard.includes(seat)) return { is: "heard" };
  if (flow.passed.includes(seat)) return { is: "passed" };
  if (flow.later.includes(seat)) return { is: "later" };
  if (round?.order !== "go_round") return { is: "not_heard" };
  return flow.lineup.includes(seat) ? { is: "waits", before } : { is: "joins_next" };
}
