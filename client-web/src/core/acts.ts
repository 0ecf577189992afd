/** What staff can do for the whole circle now, the likely next thing first. */
import { left } from "./clock";
import type { MayHold } from "./may";
import { heldBy, isAtCentre, offeredTo, openRound } from "./turn";
import type { SeatNo, Snapshot } from "./wire";

export type Act =
  | "undo_end"
  | "unpause"
  | "go_on"
  | "open_round"
  | "close_round"
  | "skip"
  | "next"
  | "offer_first"
  | "reclaim"
  | "longer"
  | "change_round";

export interface Acts {
  /** What is probably wanted next; nothing while a turn takes its course. */
  likely?: Act;
  others: Act[];
}

export function actsFor(snapshot: Snapshot, hold: MayHold, now: number): Acts {
  const all = possible(snapshot, hold);
  const likely = likelyOf(snapshot, all, now);
  return { ...(likely && { likely }), others: all.filter((act) => act !== likely) };
}

function possible(snapshot: Snapshot, hold: MayHold): Act[] {
  const acts: [Act, boolean][] = [
    ["undo_end", hold.undoEnd],
    ["unpause", hold.unpause],
    ["go_on", hold.goOn],
    ["next", hold.next],
    ["offer_first", hold.facilitator && firstToOffer(snapshot) !== undefined],
    ["skip", hold.skip],
    ["reclaim", hold.reclaim],
    ["longer", hold.longer && offeredOrHeld(snapshot) !== snapshot.seat],
    ["change_round", hold.changeRound],
    ["close_round", hold.closeRound],
    ["open_round", hold.openRound],
  ];
  return acts.filter(([, may]) => may).map(([act]) => act);
}

function likelyOf(snapshot: Snapshot, all: Act[], now: number): Act | undefined {
  const { common } = snapshot;
  const waitsTooLong = isUnanswered(snapshot, now) || heldBy(common)?.away !== undefined;
  const order: Act[] = [
    "undo_end",
    "unpause",
    "go_on",
    ...(common.flow.complete ? (["close_round"] as const) : []),
    "next",
    "offer_first",
    ...(waitsTooLong ? (["skip"] as const) : []),
    ...(common.phase === "lingering" ? [] : (["open_round"] as const)),
  ];
  return order.find((act) => all.includes(act));
}

/** Returns the seat that is offered the turn or has it. */
export function offeredOrHeld({ common }: Snapshot): SeatNo | undefined {
  return heldBy(common)?.seat ?? offeredTo(common);
}

/** An offer that waits unusually long is shown to staff. */
export function isUnanswered({ board, common }: Snapshot, now: number): boolean {
  const clock = board?.offer;
  if (offeredTo(common) === undefined || clock?.move !== common.flow.move) return false;
  const { offer_ms, offer_notice_ms } = common.timers;
  return left(clock.until, now) <= offer_ms - offer_notice_ms;
}

/** Returns whom a facilitator who gives every turn would probably offer it to. */
export function firstToOffer({ board, common }: Snapshot): SeatNo | undefined {
  const gives = openRound(common)?.order === "facilitator" && isAtCentre(common) && !common.paused;
  if (!gives || common.ending !== undefined) return undefined;
  return common.flow.waiting.find((seat) => !board?.muted.some((mute) => mute.seat === seat));
}
