/**
 * What this person may do now, so that the page offers nothing the room would refuse: what the
 * policy table allows, minus what makes no sense here.
 */
import { bars_max } from "./limits";
import { barOf, barsOf } from "./view/bars";
import { guides, isHost, isEligible, meOf, peopleOf, type Seated } from "./view/people";
import { inOrder } from "./view/keyed";
import { messagesOf, type Numbered } from "./view/messages";
import { allows, outranks, type CommandName } from "./policy";
import { heldBy, offeredTo, openRound } from "./view/turn";
import type { Bar, MessageNo, Phase, RoomView, SeatNo, View } from "./wire";

/** What this person can do with the turn. */
export interface MayTurn {
  /** Take the offered turn. */
  take: boolean;
  /** Take the turn from the centre (popcorn). */
  reach: boolean;
  pass: boolean;
  later: boolean;
  share: boolean;
  /** End their own turn. */
  finish: boolean;
  /** Choose who is next when finishing (popcorn). */
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

export function mayTurn(view: View): MayTurn {
  const { room, seat } = view;
  const { hands, waiting } = room.queue;
  const may = (name: CommandName) => allows(view, name);
  const round = openRound(room);
  const held = heldBy(room);
  const has = held?.seat === seat;
  const offered = offeredTo(room) === seat;
  // After the first share a turn can only be finished.
  const untouched = offered || (has && held.shares === 0);
  const finish = may("finish");
  return {
    take: offered && may("take"),
    reach: !offered && may("take"),
    pass: untouched && may("pass"),
    later: untouched && may("later"),
    share: may("share"),
    finish,
    nameNext: finish && round?.order === "popcorn",
    longer: (offered || (has && held.limit !== undefined)) && !view.own.muted && may("longer"),
    say: may("say"),
    raise: !has && !offered && !(seat in hands) && may("raise"),
    lower: seat in hands && may("lower"),
    stepBack: inOrder(waiting).at(-1) !== seat && may("step_back"),
    sitOut: seat in waiting && round?.order !== "hands" && may("sit_out"),
    point: round !== undefined && !isHost(meOf(view)?.role ?? "listener") && may("process_point"),
    changeStance: may("stance"),
  };
}

/** Returns the wait before this person's next message on an open floor, or 0 if there is none. */
export function slowFor(view: View, now: number): number {
  const { room, seat } = view;
  const slow_ms = openRound(room)?.slow_ms ?? room.circle.settings.slow_ms;
  if (slow_ms === 0) return 0;
  const last = messagesOf(view).findLast((entry) => entry.seat === seat && entry.kind === "floor");
  return last ? Math.max(0, last.at + slow_ms - now) : 0;
}

/** Returns whether this person can still take their own message back. */
export function mayTakeBack(view: View, entry: Numbered, now: number): boolean {
  const inTime = now < entry.at + view.room.circle.timers.take_back_ms;
  return inTime && entry.seat === view.seat && entry.kind !== "question" && !entry.taken_back && allows(view, "take_back");
}

/**
 * Returns the number of the first of this person's messages that can be taken back, if there is one. Looks only at the
 * newest, because it is asked every second.
 */
export function firstTakeable(view: View, now: number): MessageNo | undefined {
  const all = messagesOf(view);
  let first: MessageNo | undefined;
  for (let index = all.length - 1; index >= 0; index -= 1) {
    const entry = all[index];
    if (!entry || now >= entry.at + view.room.circle.timers.take_back_ms) break;
    if (mayTakeBack(view, entry, now)) first = entry.number;
  }
  return first;
}

/** Returns whether this person may respond to what others say. */
export function mayRespond(view: View): boolean {
  return allows(view, "gesture");
}

/** Returns whether this person, a host, may hide what someone says: their own words, and those of people they may remove. */
export function mayHideWordsOf(view: View, seat: SeatNo): boolean {
  const { people } = view.room;
  const [host, author] = [people[view.seat]?.role, people[seat]?.role];
  const ranks = host !== undefined && author !== undefined && outranks(host, author);
  return (ranks || seat === view.seat) && allows(view, "hide_message");
}

/** Returns whether this person may hide a message. */
export function mayHide(view: View, entry: Numbered): boolean {
  return !entry.hidden && !entry.taken_back && entry.kind !== "question" && mayHideWordsOf(view, entry.seat);
}

/** Returns whether this person can still show a hidden message again. */
export function mayRestore(view: View, entry: Numbered): boolean {
  return view.own.hidden[entry.number] !== undefined && mayHideWordsOf(view, entry.seat);
}

/** What a host can do for the circle. */
export interface MayHold {
  host: boolean;
  facilitator: boolean;
  openRound: boolean;
  closeRound: boolean;
  changeRound: boolean;
  next: boolean;
  skip: boolean;
  reclaim: boolean;
  resumeOrder: boolean;
  reorder: boolean;
  longer: boolean;
  announce: boolean;
  pause: boolean;
  unpause: boolean;
  endSilence: boolean;
  /** Phases the session can move to. */
  phases: NextPhase[];
  end: boolean;
  undoEnd: boolean;
}

export function mayHold(view: View): MayHold {
  const { room } = view;
  const { session, queue } = room;
  const may = (name: CommandName) => allows(view, name);
  const role = meOf(view)?.role ?? "listener";
  const host = isHost(role) && session.phase !== "ended";
  const waiting = inOrder(queue.waiting).length;
  const held = heldBy(room);
  const clocked = offeredTo(room) !== undefined || held?.limit !== undefined || held?.away !== undefined;
  return {
    host,
    facilitator: host && guides(meOf(view), room),
    openRound: may("open_round"),
    closeRound: may("close_round"),
    changeRound: may("set_order"),
    next: !queue.halted && waiting > 0 && may("next"),
    skip: may("skip"),
    reclaim: may("reclaim"),
    resumeOrder: may("resume_order"),
    reorder: waiting > 1 && may("reorder"),
    longer: host && clocked && may("longer"),
    announce: may("announce"),
    pause: may("pause"),
    unpause: may("unpause"),
    endSilence: may("end_silence"),
    phases: may("set_phase") ? phasesAfter(session.phase) : [],
    end: session.closes_at === undefined && may("end"),
    undoEnd: may("undo_end"),
  };
}

/** A phase that a facilitator can move the session to. */
export type NextPhase = Exclude<Phase, "gathering" | "ended">;

function phasesAfter(phase: Phase): NextPhase[] {
  if (phase === "open") return ["closing", "lingering"];
  if (phase === "closing") return ["open", "lingering"];
  return phase === "lingering" ? ["open"] : [];
}

/** What hosts can do to one person. */
export interface MayTo {
  offer: boolean;
  mute: boolean;
  unmute: boolean;
  remove: boolean;
  liftBar: boolean;
  /** Bar someone for longer than this session who was removed from it. */
  barLonger: boolean;
  /** The other way round. */
  barShorter: boolean;
  setRole: boolean;
  setName: boolean;
}

export function mayTo(view: View, seat: SeatNo): MayTo {
  const { room, hosts } = view;
  const may = (name: CommandName) => hosts !== undefined && allows(view, name, seat);
  const muted = hosts?.mutes[seat] !== undefined;
  const [, bar] = barOf(view, seat) ?? [];
  const barred = bar !== undefined;
  const last = isLastFacilitator(room, seat);
  return {
    offer: !muted && may("offer"),
    mute: !muted && !barred && room.people[seat]?.presence !== "left" && may("mute"),
    unmute: muted && may("unmute"),
    remove: !barred && !last && may("remove"),
    liftBar: barred && may("lift_bar") && may("remove"),
    barLonger: bar?.until === "session_end" && mayKeepOut(view) && may("remove"),
    barShorter: bar?.until === "lifted" && may("remove"),
    setRole: !barred && !last && may("set_role"),
    setName: may("set_name"),
  };
}

/** Returns whether the circle can keep out one more person for later sessions. */
export function mayKeepOut(view: View): boolean {
  return barsOf(view).filter(([, bar]) => bar.until === "lifted").length < bars_max;
}

/** Returns whether a host may lift a bar: any from an earlier session, or of someone they could remove. */
export function mayLift(view: View, { seat }: Bar): boolean {
  return seat === undefined ? view.hosts !== undefined && allows(view, "lift_bar") : mayTo(view, seat).liftBar;
}

function isLastFacilitator(room: RoomView, seat: SeatNo): boolean {
  const others = peopleOf(room).some(
    (other) => other.seat !== seat && other.role === "facilitator" && other.presence !== "left",
  );
  return room.people[seat]?.role === "facilitator" && !others;
}

/** Returns the people the holder may choose to be next (popcorn). */
export function nextChoices({ room, seat }: View): Seated[] {
  return peopleOf(room).filter((person) => person.seat !== seat && isEligible(person));
}
