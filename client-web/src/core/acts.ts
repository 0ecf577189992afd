/** What staff can do for the whole circle now, the likely next thing first. */
import { left } from "./clock";
import type { MayHold } from "./may";
import { heldBy, isAtCentre, offeredTo, openRound } from "./turn";
import type { SeatNo, Snapshot } from "./wire";

export type TurnAct = "go_on" | "next" | "offer_first" | "skip" | "reclaim" | "longer";
export type RoundAct = "open_round" | "change_round" | "close_round";
export type Act = "undo_end" | "unpause" | TurnAct | RoundAct;

export interface Acts {
  /** What is probably wanted next; nothing while a turn takes its course. */
  likely?: Act;
  /** The others, by what they are about. */
  turn: TurnAct[];
  round: RoundAct[];
}

const turnActs: TurnAct[] = ["go_on", "next", "offer_first", "skip", "reclaim", "longer"];
const roundActs: RoundAct[] = ["change_round", "close_round", "open_round"];

export function actsFor(snapshot: Snapshot, hold: MayHold, now: number): Acts {
  const may = possible(snapshot, hold);
  const likely = likelyOf(snapshot, now).find((act) => may[act]);
  const others = <A extends Act>(acts: A[]) => acts.filter((act) => may[act] && act !== likely);
  return { ...(likely && { likely }), turn: others(turnActs), round: others(roundActs) };
}

function possible(snapshot: Snapshot, hold: MayHold): Record<Act, boolean> {
  return {
    undo_end: hold.undoEnd,
    unpause: hold.unpause,
    go_on: hold.goOn,
    next: hold.next,
    offer_first: hold.facilitator && firstToOffer(snapshot) !== undefined,
    skip: hold.skip,
    reclaim: hold.reclaim,
    longer: hold.longer && offeredOrHeld(snapshot) !== snapshot.seat,
    change_round: hold.changeRound,
    close_round: hold.closeRound,
    open_round: hold.openRound,
  };
}

function likelyOf(snapshot: Snapshot, now: number): Act[] {
  const { common } = snapshot;
  return [
    "undo_end",
    "unpause",
    "go_on",
    ...(isHeardOut(snapshot) ? (["close_round"] as const) : []),
    "next",
    "offer_first",
    ...(waitsLong(snapshot, now) ? (["skip"] as const) : []),
    ...(common.phase === "lingering" ? [] : (["open_round"] as const)),
  ];
}

/** A round that is complete. Raised hands are so before the first goes up: that ends nothing. */
function isHeardOut({ common }: Snapshot): boolean {
  const { complete, heard } = common.flow;
  return complete && (openRound(common)?.order !== "hands" || heard.length > 0);
}

/** Returns the seat that is offered the turn or has it. */
export function offeredOrHeld({ common }: Snapshot): SeatNo | undefined {
  return heldBy(common)?.seat ?? offeredTo(common);
}

/** Whom the circle has been waiting for, longer than usual: they have not answered, or are away. */
export interface Awaited {
  seat: SeatNo;
  away: boolean;
}

export function waitsLong(snapshot: Snapshot, now: number): Awaited | undefined {
  const held = heldBy(snapshot.common);
  if (held) return held.away && { seat: held.seat, away: true };
  const seat = offeredTo(snapshot.common);
  return seat !== undefined && isUnanswered(snapshot, now) ? { seat, away: false } : undefined;
}

/** An offer that waits unusually long is shown to staff. */
function isUnanswered({ board, common }: Snapshot, now: number): boolean {
  const clock = board?.offer;
  if (clock?.move !== common.flow.move) return false;
  const { offer_ms, offer_notice_ms } = common.timers;
  return left(clock.until, now) <= offer_ms - offer_notice_ms;
}

/** Returns whom a facilitator who gives every turn would probably offer it to. */
export function firstToOffer(snapshot: Snapshot): SeatNo | undefined {
  const { common } = snapshot;
  const gives = openRound(common)?.order === "facilitator" && isAtCentre(common) && !common.paused;
  return gives && common.ending === undefined ? firstWaiting(snapshot) : undefined;
}

/** Returns the first of those who wait who can be offered the turn. */
export function firstWaiting({ board, common }: Snapshot): SeatNo | undefined {
  return common.flow.waiting.find((seat) => !board?.muted.some((mute) => mute.seat === seat));
}

/** Returns who takes part in this round and has not been heard, nor passed. */
export function unheard({ common }: Snapshot): SeatNo[] {
  const round = openRound(common);
  if (!round || round.order === "open") return [];
  const { heard, passed, lineup } = common.flow;
  // Whoever came later joins in with the next round.
  const isIn = (seat: SeatNo) => round.order !== "go_round" || lineup.includes(seat);
  const held = heldBy(common);
  const speaks = held && held.shares > 0 ? held.seat : undefined;
  return common.people
    .filter(({ role, stance }) => role !== "listener" && stance === "sharing")
    .filter(({ presence }) => presence !== "left")
    .map(({ seat }) => seat)
    .filter((seat) => isIn(seat) && !heard.includes(seat) && !passed.includes(seat) && seat !== speaks);
}

/** What closing the round now would cut short. It cannot be opened again, so it is asked for first. */
export interface CutShort {
  unheard: number;
  /** Who has the turn. */
  holder?: SeatNo;
}

export function cutShort(snapshot: Snapshot): CutShort | undefined {
  const { common } = snapshot;
  const holder = heldBy(common)?.seat;
  const round = openRound(common);
  if (!round) return undefined;
  // On an open floor anyone may be writing.
  if (round.order === "open") return { unheard: 0 };
  // With hands, a round is complete whenever none is up.
  if (common.flow.complete && round.order !== "hands") return undefined;
  const count = unheard(snapshot).length;
  if (count === 0 && holder === undefined) return undefined;
  return { unheard: count, ...(holder !== undefined && { holder }) };
}
