/** What can be read off the token and the round, without asking who looks. */
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

/** Nothing holds the session up: no pause, no silence, no end. */
export function isRunning({ session, silence }: RoomView): boolean {
  return session.phase !== "ended" && session.closes_at === undefined && session.pause === undefined && silence === undefined;
}

/** Returns whether the order offers the turn from one to the next. */
export function isRun(round: Round | undefined): round is Round {
  return round?.order === "go_round" || round?.order === "hands";
}

/** Arrivals and goodbyes are an open floor while hosts are present; so is a round of that order. */
export function isFloorOpen(room: RoomView): boolean {
  if (!isRunning(room)) return false;
  const { phase } = room.session;
  if (phase === "gathering" || phase === "lingering") return isHostHere(room);
  return openRound(room)?.order === "open" && isAtCentre(room);
}
