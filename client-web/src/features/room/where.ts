/**
 * *Where are we?*: the content of the one sentence that says what is happening now. `words.en.ts`
 * puts it into words.
 */
import { left } from "../../core/clock";
import type { Isolated } from "../../core/view/isolated";
import { inOrder } from "../../core/view/keyed";
import { guides, isEligible, meOf } from "../../core/view/people";
import { quotedIn } from "../../core/view/text";
import { heldBy, isFloorOpen, offeredTo, openRound, tokenSeat } from "../../core/view/turn";
import type { RoomView, Pause, PauseReason, View } from "../../core/wire";

/** A person: the name to show, or `you` for the reader. */
export type Who = Isolated | "you";

export type State =
  | { is: "ended" }
  | { is: "ending"; left_ms: number }
  | { is: "paused"; reason: PauseReason; by?: Who; keeps?: Who; left_ms?: number }
  | { is: "silence"; keeps?: Who; left_ms: number }
  | { is: "gathering" | "lingering"; floor: boolean }
  | { is: "between"; you: boolean }
  | { is: "floor" }
  | { is: "held"; who: Who; away_ms?: number; left_ms?: number; firm: boolean }
  | { is: "offered"; who: Who; away: boolean }
  /** The reader has the turn or is offered it, and is muted: the room answers for them. */
  | { is: "muted" }
  /** The turn is in the centre, for anyone or, at first, for people who haven't been heard. */
  | { is: "free"; you: boolean; first: boolean }
  /** Everyone has been asked. If the turn is in the centre (`free`), it can still be taken. */
  | { is: "complete"; free: boolean }
  | { is: "halted" }
  | { is: "awaits_hands" }
  | { is: "awaits_facilitator"; you: boolean };

/** The reader's own status in this round. */
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
  /** The session is in its closing phase. */
  closing?: boolean;
  /** The question for this round. */
  asked?: Isolated;
  /** The hosts' message about the pause. */
  message?: Isolated;
}

/** `name` returns the name to show for a seat; `now` is the server's time. */
export function whereAreWe(view: View, name: (seat: number) => Isolated, now: number): Where {
  const { room, seat } = view;
  const { session } = room;
  const who = (other: number): Who => (other === seat ? "you" : name(other));
  const state = stateOf(view, who, now);
  const message = state.is === "paused" ? quotedIn(view, session.pause?.message) : undefined;
  const round = openRound(room);
  if (!round || state.is === "ended" || state.is === "ending") {
    const closing = session.phase === "closing" && state.is === "between";
    return { state, ...(closing && { closing }), ...(message && { message }) };
  }
  const asked = quotedIn(view, round.prompt);
  const next = nextOf(room, who);
  const place = placeOf(view, state);
  return {
    state,
    ...(next && { next }),
    ...(place && { place }),
    ...(session.phase === "closing" && { closing: true }),
    ...(asked && { asked }),
    ...(message && { message }),
  };
}

function stateOf(view: View, who: (seat: number) => Who, now: number): State {
  const { room } = view;
  const { phase, closes_at, pause } = room.session;
  if (phase === "ended") return { is: "ended" };
  if (closes_at !== undefined) return { is: "ending", left_ms: closes_at - now };
  if (pause) return pausedState(room, pause, who, now);
  if (room.silence) return { is: "silence", left_ms: room.silence.until - now, ...keeperOf(room, who) };
  if (phase === "gathering" || phase === "lingering") return { is: phase, floor: isFloorOpen(room) };
  if (view.own.muted && tokenSeat(room) === view.seat) return { is: "muted" };
  const held = heldBy(room);
  if (held) {
    return {
      is: "held",
      who: who(held.seat),
      firm: held.firm,
      ...(held.away && { away_ms: left(held.away, now) }),
      ...(held.limit && { left_ms: left(held.limit, now) }),
    };
  }
  const offered = offeredTo(room);
  if (offered !== undefined) {
    return { is: "offered", who: who(offered), away: room.people[offered]?.presence === "away" };
  }
  return restingState(view);
}

function pausedState(room: RoomView, { reason, by }: Pause, who: (seat: number) => Who, now: number): State {
  const ends = reason === "no_host" ? room.session.no_host : undefined;
  return {
    is: "paused",
    reason,
    ...(by !== undefined && { by: who(by) }),
    ...keeperOf(room, who),
    ...(ends && { left_ms: left(ends, now) }),
  };
}

/** Returns the person who keeps the turn during a pause or a silence. */
function keeperOf(room: RoomView, who: (seat: number) => Who): { keeps?: Who } {
  const seat = tokenSeat(room);
  return seat === undefined ? {} : { keeps: who(seat) };
}

/** Returns the state of an open session while the turn is in the centre. */
function restingState(view: View): State {
  const { room, seat } = view;
  const { queue, turn } = room;
  const round = openRound(room);
  const you = guides(meOf(view), room);
  if (!round) return { is: "between", you };
  if (round.order === "open") return { is: "floor" };
  if (queue.halted) return { is: "halted" };
  if (round.order === "hands" && inOrder(queue.waiting).length === 0) return { is: "awaits_hands" };
  if (queue.complete) return { is: "complete", free: round.order === "popcorn" };
  if (round.order === "popcorn") {
    const first = "centre" in turn.token && turn.token.centre.first_reach !== undefined;
    const able = isEligible(meOf(view)) && !view.own.muted;
    const settled = seat in queue.heard || seat in queue.passed;
    return { is: "free", first, you: able && !(first && settled) };
  }
  return { is: "awaits_facilitator", you };
}

function nextOf({ queue }: RoomView, who: (seat: number) => Who): Who | undefined {
  return queue.next === undefined ? undefined : who(queue.next);
}

function placeOf(view: View, state: State): Place | undefined {
  const { room, own, seat } = view;
  const me = meOf(view);
  const round = openRound(room);
  if (!me || !round) return undefined;
  if (own.muted) return state.is === "muted" ? undefined : { is: "muted" };
  if (me.role === "listener") return { is: "listener" };
  if (me.stance !== "sharing") return { is: me.stance };
  if (("who" in state && state.who === "you") || ("keeps" in state && state.keeps === "you")) return undefined;
  if (round.order === "open" || state.is === "awaits_hands") return undefined;
  return placeInRound(room, round.order === "hands", seat);
}

function placeInRound({ queue, round }: RoomView, hands: boolean, seat: number): Place {
  const before = inOrder(queue.waiting).indexOf(seat);
  if (hands) return before >= 0 ? { is: "waits", before } : { is: "hand_down" };
  if (seat in queue.heard) return { is: "heard" };
  if (seat in queue.passed) return { is: "passed" };
  if (seat in queue.later) return { is: "later" };
  if (round?.order !== "go_round") return { is: "not_heard" };
  return seat in queue.lineup ? { is: "waits", before } : { is: "joins_next" };
}
