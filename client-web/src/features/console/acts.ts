/** What hosts can do for the whole circle now: the next act, and the others. */
import { left } from "../../core/clock";
import type { MayHold } from "../../core/may";
import { inOrder, seatsOf } from "../../core/view/keyed";
import { peopleOf } from "../../core/view/people";
import { heldBy, isAtCentre, isRunning, offeredTo, openRound, tokenSeat } from "../../core/view/turn";
import type { Phase, SeatNo, View } from "../../core/wire";

export type TurnAct = "resume_order" | "next" | "offer_first" | "skip" | "reclaim" | "longer";
export type RoundAct = "open_round" | "change_round" | "close_round";
/** The way to the end of a session, after the closing round. */
export type EndingAct = "goodbyes" | "end";
export type Act = "undo_end" | "unpause" | "end_silence" | TurnAct | RoundAct | EndingAct;

export interface Acts {
  /** The next act, always in the same place. Absent for hosts who can't do anything now. */
  nextAct?: Act;
  /** Whether it's time for the next act. If not, listening is. */
  ready: boolean;
  /** The other actions, by subject. */
  turn: TurnAct[];
  round: RoundAct[];
}

const turnActs: TurnAct[] = ["resume_order", "next", "offer_first", "skip", "reclaim", "longer"];
const roundActs: RoundAct[] = ["change_round", "close_round", "open_round"];

export function actsFor(view: View, hold: MayHold): Acts {
  const may = possible(view, hold);
  const nextAct = nextActOf(view).find((act) => may[act]);
  const others = <A extends Act>(acts: A[]) => acts.filter((act) => may[act] && act !== nextAct);
  const ready = nextAct === "close_round" ? isHeardOut(view) : nextAct !== "end_silence";
  return { ...(nextAct && { nextAct }), ready, turn: others(turnActs), round: others(roundActs) };
}

function possible(view: View, hold: MayHold): Record<Act, boolean> {
  return {
    undo_end: hold.undoEnd,
    unpause: hold.unpause,
    end_silence: hold.endSilence,
    resume_order: hold.resumeOrder,
    next: hold.next,
    offer_first: hold.facilitator && firstToOffer(view) !== undefined,
    skip: hold.skip,
    reclaim: hold.reclaim,
    longer: hold.longer && tokenSeat(view.room) !== view.seat,
    change_round: hold.changeRound,
    close_round: hold.closeRound,
    open_round: hold.openRound,
    goodbyes: hold.phases.includes("lingering"),
    end: hold.end,
  };
}

function nextActOf(view: View): Act[] {
  const { phase } = view.room.session;
  return [
    "undo_end",
    "unpause",
    "end_silence",
    "resume_order",
    ...(isHeardOut(view) ? (["close_round"] as const) : []),
    "next",
    "offer_first",
    ...(openRound(view.room) ? (["close_round"] as const) : afterRound[phase]),
  ];
}

/** What comes between rounds: another one, or the next step of the ending. */
const afterRound: Record<Phase, readonly Act[]> = {
  gathering: ["open_round"],
  open: ["open_round"],
  closing: ["goodbyes", "open_round"],
  lingering: ["end"],
  ended: [],
};

/**
 * Returns whether the round is complete. With raised hands it is also complete before the first
 * hand goes up; that doesn't count.
 */
function isHeardOut({ room }: View): boolean {
  const { complete, heard } = room.queue;
  return complete && (openRound(room)?.order !== "hands" || seatsOf(heard).length > 0);
}

/**
 * Someone the circle has been waiting for longer than usual: they haven't answered, or are away.
 */
export interface Awaited {
  seat: SeatNo;
  away: boolean;
}

export function waitsLong(view: View, now: number): Awaited | undefined {
  const held = heldBy(view.room);
  if (held) return held.away && { seat: held.seat, away: true };
  const seat = offeredTo(view.room);
  return seat !== undefined && isUnanswered(view, now) ? { seat, away: false } : undefined;
}

/** Returns whether the offer has waited long enough to show it to hosts. */
function isUnanswered({ hosts, room }: View, now: number): boolean {
  const clock = hosts?.offer;
  if (clock?.turn_id !== room.turn.turn_id) return false;
  const { offer_ms, offer_notice_ms } = room.circle.timers;
  return left(clock.until, now) <= offer_ms - offer_notice_ms;
}

/**
 * Returns the person to whom a facilitator who gives every turn would probably offer the next one.
 */
export function firstToOffer(view: View): SeatNo | undefined {
  const { room } = view;
  const gives = openRound(room)?.order === "facilitator" && isAtCentre(room) && isRunning(room);
  const others = inOrder(room.queue.waiting).filter((seat) => seat !== view.seat && !view.hosts?.mutes[seat]);
  return gives ? others[0] : undefined;
}

/**
 * Returns the person to whom the room offers the turn when asked for the next person. Ignores
 * mutes.
 */
export function firstWaiting({ room }: View): SeatNo | undefined {
  return inOrder(room.queue.waiting)[0];
}

/** Returns the seats that take part in this round and have neither been heard nor passed. */
export function unheard({ room }: View): SeatNo[] {
  const round = openRound(room);
  if (!round || round.order === "open") return [];
  const { heard, passed, lineup } = room.queue;
  // Anyone who joined later takes part from the next round.
  const isIn = (seat: SeatNo) => round.order !== "go_round" || seat in lineup;
  const held = heldBy(room);
  const speaks = held && held.shares > 0 ? held.seat : undefined;
  return peopleOf(room)
    .filter(({ role, stance }) => role !== "listener" && stance === "sharing")
    .filter(({ presence }) => presence !== "left")
    .map(({ seat }) => seat)
    .filter((seat) => isIn(seat) && !(seat in heard) && !(seat in passed) && seat !== speaks);
}

/**
 * What closing the round now would cut short. A closed round can't be reopened, so ask for
 * confirmation first.
 */
export interface CutShort {
  unheard: number;
  /** Seat that has the turn. */
  holder?: SeatNo;
}

export function cutShort(view: View): CutShort | undefined {
  const { room } = view;
  const holder = heldBy(room)?.seat;
  const round = openRound(room);
  if (!round) return undefined;
  // On an open floor anyone may be typing.
  if (round.order === "open") return { unheard: 0 };
  // With hands, a round is complete whenever no hand is up.
  if (room.queue.complete && round.order !== "hands") return undefined;
  const count = unheard(view).length;
  if (count === 0 && holder === undefined) return undefined;
  return { unheard: count, ...(holder !== undefined && { holder }) };
}
