/** What can be read off the token and the round, without asking who looks. */
import { isStaffHere } from "./people";
import type { Common, Round, SeatNo, Token } from "./wire";

export type Held = Extract<Token, { held: unknown }>["held"];

export function heldBy({ flow }: Common): Held | undefined {
  return "held" in flow.token ? flow.token.held : undefined;
}

export function offeredTo({ flow }: Common): SeatNo | undefined {
  return "offered" in flow.token ? flow.token.offered.seat : undefined;
}

export function isAtCentre({ flow }: Common): boolean {
  return "centre" in flow.token;
}

/** Returns the round while it is under way. */
export function openRound(common: Common): Round | undefined {
  const inSession = common.phase === "open" || common.phase === "closing";
  return inSession && common.round?.open ? common.round : undefined;
}

/** Nothing holds the session up: no pause, no end. */
export function isRunning(common: Common): boolean {
  return common.phase !== "ended" && common.ending === undefined && common.paused === undefined;
}

/** Arrivals and goodbyes are an open floor while staff are present; so is a round of that order. */
export function isFloorOpen(common: Common): boolean {
  if (!isRunning(common) || !isAtCentre(common)) return false;
  if (common.phase === "gathering" || common.phase === "lingering") return isStaffHere(common);
  return openRound(common)?.order === "open";
}
