/**
 * What this person may do now, so that the page offers nothing that the room would refuse. The room
 * decides all the same: its table is `server/room/src/rights.rs`.
 */
import { meOf, seemsEligible, isStaff, personOf } from "./people";
import { heldBy, isAtCentre, isFloorOpen, isRunning, offeredTo, openRound } from "./turn";
import type { Person, Phase, Role, Round, Said, SeatNo, Snapshot } from "./wire";

/** What one may do with the turn. */
export interface MayTurn {
  /** Take the turn that is offered. */
  take: boolean;
  /** Take the turn from the centre (popcorn). */
  reach: boolean;
  pass: boolean;
  later: boolean;
  share: boolean;
  /** End one's turn. */
  done: boolean;
  /** Choose who is next when done (popcorn). */
  nameNext: boolean;
  longer: boolean;
  say: boolean;
  raise: boolean;
  lower: boolean;
  stepBack: boolean;
  sitOut: boolean;
  point: boolean;
  changeStance: boolean;
}

export function mayTurn(snapshot: Snapshot): MayTurn {
  const { common, own, seat } = snapshot;
  const { flow } = common;
  const me = meOf(snapshot);
  const round = openRound(common);
  const running = isRunning(common);
  const voice = me !== undefined && me.role !== "listener" && common.phase !== "ended";
  const able = running && voice && !own.muted;
  const held = heldBy(common);
  const has = voice && held?.seat === seat;
  const offered = voice && offeredTo(common) === seat;
  const untouched = has && held?.shares === 0;
  const runs = round?.order === "go_round" || round?.order === "hands";
  const waits = flow.waiting.indexOf(seat);
  return {
    take: offered && running,
    reach: able && seemsEligible(me) && mayReach(snapshot),
    pass: offered || (untouched && running),
    later: (offered || untouched) && running,
    share: has && running,
    done: has,
    nameNext: has && round?.order === "popcorn",
    longer: running && (offered || (has && held?.limit !== undefined)),
    say: able && isFloorOpen(common),
    raise:
      able && round?.order === "hands" && seemsEligible(me) && !has && !offered && !flow.hands.includes(seat),
    lower: voice && round?.order === "hands" && flow.hands.includes(seat),
    stepBack: able && runs && waits >= 0 && waits < flow.waiting.length - 1,
    sitOut: able && round !== undefined && waits >= 0 && round.order !== "hands",
    point: running && voice && round !== undefined && !isStaff(me.role),
    changeStance: voice,
  };
}

function mayReach({ common, seat }: Snapshot): boolean {
  const { token, heard, passed } = common.flow;
  if (!("centre" in token) || openRound(common)?.order !== "popcorn") return false;
  return !token.centre.first_reach || !(heard.includes(seat) || passed.includes(seat));
}

/** Returns how long one must wait before the next message on an open floor; 0 for not at all. */
export function slowFor(snapshot: Snapshot, now: number): number {
  const { common, said, seat } = snapshot;
  const slow_ms = openRound(common)?.slow_ms ?? common.settings.slow_ms;
  const last = said.findLast((entry) => entry.seat === seat && entry.kind === "floor");
  return last && slow_ms > 0 ? Math.max(0, last.at + slow_ms - now) : 0;
}

/** Returns whether one's own words can still be taken back. */
export function mayTakeBack(snapshot: Snapshot, entry: Said, now: number): boolean {
  const { common, seat } = snapshot;
  const mine = entry.seat === seat && !entry.taken_back && common.phase !== "ended";
  return mine && now < entry.at + common.timers.take_back_ms;
}

/** Returns whether one may make signs to words. */
export function mayGesture(snapshot: Snapshot, entry: Said): boolean {
  const me = meOf(snapshot);
  if (!me || me.role === "listener" || snapshot.own.muted) return false;
  return entry.seat !== me.seat && !entry.taken_back && snapshot.common.phase !== "ended";
}

/** What one may do for the circle as one of its staff. */
export interface MayHold {
  staff: boolean;
  facilitator: boolean;
  openRound: boolean;
  closeRound: boolean;
  changeRound: boolean;
  next: boolean;
  skip: boolean;
  reclaim: boolean;
  goOn: boolean;
  reorder: boolean;
  longer: boolean;
  announce: boolean;
  pause: boolean;
  unpause: boolean;
  /** Where the session can be moved to. */
  phases: NextPhase[];
  end: boolean;
  undoEnd: boolean;
}

export function mayHold(snapshot: Snapshot): MayHold {
  const { common } = snapshot;
  const { flow } = common;
  const role = meOf(snapshot)?.role ?? "listener";
  const staff = isStaff(role) && common.phase !== "ended";
  const facilitator = staff && role === "facilitator";
  const round = openRound(common);
  const running = isRunning(common);
  const centre = isAtCentre(common);
  const runs = round?.order === "go_round" || round?.order === "hands";
  const ending = common.ending !== undefined;
  const held = heldBy(common);
  const clocked = offeredTo(common) !== undefined || held?.limit !== undefined || held?.away !== undefined;
  return {
    staff,
    facilitator,
    openRound: staff && running && !round,
    closeRound: staff && !ending && round !== undefined,
    changeRound: facilitator && !ending && round !== undefined,
    next: facilitator && running && runs && centre && !flow.halted && flow.waiting.length > 0,
    skip: staff && !ending && !centre,
    reclaim: facilitator && !ending && !centre,
    goOn: facilitator && running && round !== undefined && flow.halted,
    reorder: facilitator && !ending && flow.waiting.length > 1 && isOrdered(round),
    longer: staff && running && clocked,
    announce: facilitator && !ending,
    pause: staff && !ending && common.paused === undefined,
    unpause: staff && !ending && common.paused !== undefined,
    phases: facilitator && !ending ? phasesAfter(common.phase) : [],
    end: staff && !ending,
    undoEnd: staff && ending,
  };
}

/** Whether people wait in an order that can be changed: raised hands may go by who was heard least. */
function isOrdered(round: Round | undefined): boolean {
  return round?.order === "go_round" || (round?.order === "hands" && round.hands_by === "first_come");
}

/** A phase that a facilitator can move the session to. */
export type NextPhase = Exclude<Phase, "gathering" | "ended">;

function phasesAfter(phase: Phase): NextPhase[] {
  if (phase === "open") return ["closing", "lingering"];
  if (phase === "closing") return ["open", "lingering"];
  return phase === "lingering" ? ["open"] : [];
}

/** What staff may do to one person. */
export interface MayTo {
  offer: boolean;
  mute: boolean;
  unmute: boolean;
  remove: boolean;
  restore: boolean;
  setRole: boolean;
}

export function mayTo(snapshot: Snapshot, target: SeatNo): MayTo {
  const { common, board, seat } = snapshot;
  const me = meOf(snapshot);
  const person = personOf(common, target);
  if (!me || !person || !board || common.phase === "ended") return nothing;
  const over = target !== seat && actsOn(me.role, person.role);
  const muted = board.muted.some((mute) => mute.seat === target);
  const barred = board.barred.some((bar) => bar.seat === target);
  const last = isLastFacilitator(common.people, person);
  const ending = common.ending !== undefined;
  return {
    offer: me.role === "facilitator" && mayBeOffered(snapshot, person) && !muted,
    mute: over && !muted && !barred && person.presence !== "left",
    unmute: over && muted,
    remove: over && !barred && !last,
    restore: over && barred,
    setRole: me.role === "facilitator" && !ending && !barred && !last && person.presence !== "left",
  };
}

const nothing: MayTo = {
  offer: false,
  mute: false,
  unmute: false,
  remove: false,
  restore: false,
  setRole: false,
};

function actsOn(actor: Role, target: Role): boolean {
  return actor === "facilitator" || (actor === "moderator" && !isStaff(target));
}

function isLastFacilitator(people: readonly Person[], person: Person): boolean {
  const others = people.some(
    (other) => other.seat !== person.seat && other.role === "facilitator" && other.presence !== "left",
  );
  return person.role === "facilitator" && !others;
}

function mayBeOffered({ common }: Snapshot, person: Person): boolean {
  const round = openRound(common);
  if (!round || round.order === "open" || !isRunning(common)) return false;
  const has = heldBy(common)?.seat ?? offeredTo(common);
  return seemsEligible(person) && has !== person.seat;
}

/** Returns whom the holder may choose to be next (popcorn). */
export function nextChoices({ common, seat }: Snapshot): Person[] {
  return common.people.filter((person) => person.seat !== seat && seemsEligible(person));
}
