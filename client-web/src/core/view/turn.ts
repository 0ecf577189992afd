/** Facts derived from the token and the round, the same for every viewer. */
import { isHostHere } from "./people";
import type { Round, RoomView, SeatNo, Token } from "../wire";

export type Held = Extract<Token, { held: unknown }>["held"];

export function heldBy({ turn }: RoomView): Held | undefined {
  return "held" in turn.token ? turn.token.held : undefined;
}

export function offeredTo({ turn }: RoomView): SeatNo | undefined {
  return "offered" in turn.token ? turn.token.offered.seat : undefined;
}

/** Returns the seat that holds the token or is offered it. */
export function tokenSeat(room: RoomView): SeatNo | undefined {
  return heldBy(room)?.seat ?? offeredTo(room);
}

export function isAtCentre({ turn }: RoomView): boolean {
  return "centre" in turn.token;
}

/** Returns the round while it is under way. */
export function openRound({ session, round }: RoomView): Round | undefined {
  const holdsRounds = session.phase === "open" || session.phase === "closing";
  return holdsRounds && round?.open ? round : undefined;
}

/** Returns whether the session goes on: no pause, silence or end is holding it up. */
export function isRunning({ session, silence }: RoomView): boolean {
  return session.phase !== "ended" && session.closes_at === undefined && session.pause === undefined && silence === undefined;
}

/** Returns whether the order itself offers the turn to one person after another. */
export function isRun(round: Round | undefined): round is Round {
  return round?.order === "go_round" || round?.order === "hands";
}

/**
 * Returns whether anyone may write: during arrivals and goodbyes while a host is present, and in a
 * round that is an open floor.
 */
export function isFloorOpen(room: RoomView): boolean {
  if (!isRunning(room)) return false;
  const { phase } = room.session;
  if (phase === "gathering" || phase === "lingering") return isHostHere(room);
  return openRound(room)?.order === "open" && isAtCentre(room);
}
