/**
 * How to undo a host's action by restoring the earlier state. Actions that the room can't reverse
 * have no undo here, and an undo is offered only while the room would accept it.
 */
import { firstWaiting } from "./acts";
import { barOf } from "../../core/view/bars";
import { type Isolated, isolated } from "../../core/view/isolated";
import { inOrder, seatsOf } from "../../core/view/keyed";
import { type Numbered, messagesOf } from "../../core/view/messages";
import { type NextPhase, mayHide, mayHold, mayRestore, mayTakeBack, mayTo } from "../../core/may";
import { type BodyIn, type NameIn, untagged } from "../../core/tagged";
import { plain, textOf, writtenLine } from "../../core/view/text";
import { heldBy, isAtCentre, isRun, openRound, tokenSeat } from "../../core/view/turn";
import type { BarUntil, Command, MessageNo, Phase, Role, Round, SeatNo, Text, TextId, View } from "../../core/wire";

/** What was done. */
export type Deed =
  | { is: "bar_changed"; seat: SeatNo; until: BarUntil }
  | { is: "muted" | "unmuted" | "removed" | "bar_lifted" | "skipped" | "reclaimed" | "offered"; seat: SeatNo }
  | { is: "role"; seat: SeatNo; role: Role }
  | { is: "named"; seat: SeatNo; was: Isolated }
  | { is: "hidden" | "restored"; seat: SeatNo }
  | { is: "phase"; phase: NextPhase }
  | { is: "paused" | "unpaused" | "opened" | "round_changed" | "reordered" | "ended" | "announced" };

export interface Undo {
  deed: Deed;
  /**
   * Returns the commands that undo the action now, in order; empty once it can't be undone any
   * more. `message` is the number of the message that the action created.
   */
  commands: (now: View, time: number, message?: MessageNo) => Command[];
}

/** What the undo bar shows: an action, or that it was undone. */
export type Shown = { is: "deed"; deed: Deed } | { is: "undone" };

type Name = NameIn<Command>;
type UndoFor<N extends Name> = (body: BodyIn<Command, N>, before: View) => Undo | undefined;

/** Returns how to undo a command that was sent while the page showed `before`. */
export function undoOf(command: Command, before: View): Undo | undefined {
  const [name, body] = untagged(command);
  const make = undos[name] as ((body: unknown, before: View) => Undo | undefined) | undefined;
  return make?.(body, before);
}

const undos: { [N in Name]?: UndoFor<N> } = {
  mute: ({ seat }, before) => {
    const had = tokenSeat(before.room) === seat;
    return {
      deed: { is: "muted", seat },
      commands: (now) => {
        if (!mayTo(now, seat).unmute) return [];
        return [{ unmute: { seat } }, ...(had ? giveBackUnmuted(now, seat) : [])];
      },
    };
  },
  unmute: ({ seat }, before) => {
    const mute = before.hosts?.mutes[seat];
    return (
      mute && {
        deed: { is: "unmuted", seat },
        commands: (now, time) => {
          const { until } = mute;
          if (!mayTo(now, seat).mute || (until !== undefined && until <= time)) return [];
          return [{ mute: { seat, ...(until !== undefined && { for_ms: Math.ceil(until - time) }) } }];
        },
      }
    );
  },
  remove: ({ seat, until = "session_end" }, before) => {
    const was = barOf(before, seat)?.[1].until;
    if (was === undefined) {
      return {
        deed: { is: "removed", seat },
        commands: (now) => {
          const [id, bar] = barOf(now, seat) ?? [];
          // Another host may have removed them at the same moment, or for longer since.
          const stands = bar?.by === now.seat && bar.until === until && mayTo(now, seat).liftBar;
          return id !== undefined && stands ? [{ lift_bar: { bar: id } }] : [];
        },
      };
    }
    return {
      deed: { is: "bar_changed", seat, until },
      commands: (now) => {
        const stands = barOf(now, seat)?.[1].until === until && mayTo(now, seat).liftBar;
        return stands ? [{ remove: { seat, until: was } }] : [];
      },
    };
  },
  lift_bar: ({ bar }, before) => {
    const { seat, until } = before.hosts?.bars[bar] ?? {};
    if (seat === undefined || until === undefined) return undefined;
    return {
      deed: { is: "bar_lifted", seat },
      commands: (now) => (mayTo(now, seat).remove ? [{ remove: { seat, until } }] : []),
    };
  },
  set_role: ({ seat, role }, before) => {
    const was = before.room.people[seat]?.role;
    if (was === undefined || was === role) return undefined;
    return {
      deed: { is: "role", seat, role },
      commands: (now) => {
        const stands = now.room.people[seat]?.role === role && mayTo(now, seat).setRole;
        return stands ? [{ set_role: { seat, role: was } }] : [];
      },
    };
  },
  set_name: ({ seat, name }, before) => {
    // The name before is erased on the server, so it is kept here.
    const was = textOf(before, before.room.people[seat]?.name);
    if (was === undefined) return undefined;
    return {
      deed: { is: "named", seat, was: isolated(was) },
      commands: (now) => {
        const stands = textOf(now, now.room.people[seat]?.name) === plain(name) && mayTo(now, seat).setName;
        return stands ? [{ set_name: { seat, name: writtenLine(was) } }] : [];
      },
    };
  },
  pause: () => ({
    deed: { is: "paused" },
    commands: (now) => {
      const { pause } = now.room.session;
      const mine = pause?.reason === "host" && pause.by === now.seat;
      return mine && mayHold(now).unpause ? [{ unpause: {} }] : [];
    },
  }),
  unpause: (_body, before) => {
    const message = asText(before, before.room.session.pause?.message);
    return {
      deed: { is: "unpaused" },
      commands: (now) => (mayHold(now).pause ? [{ pause: message ? { message } : {} }] : []),
    };
  },
  set_phase: ({ phase }, before) => {
    const was = before.room.session.phase;
    if (was === phase || phase === "gathering" || phase === "ended") return undefined;
    return {
      deed: { is: "phase", phase },
      commands: (now) => {
        // Going back to goodbyes closes any round opened since.
        const costs = was === "lingering" && openRound(now.room) !== undefined;
        return now.room.session.phase === phase && !costs ? commandsToPhase(now, was) : [];
      },
    };
  },
  end: () => ({
    deed: { is: "ended" },
    commands: (now) => (mayHold(now).undoEnd ? [{ undo_end: {} }] : []),
  }),
  open_round: (_body, before) => {
    const number = (before.room.round?.number ?? 0) + 1;
    return {
      deed: { is: "opened" },
      commands: (now) => {
        const stands = openRound(now.room)?.number === number && mayHold(now).closeRound;
        if (!stands || hasSpoken(now, number)) return [];
        return [{ close_round: {} }, ...commandsToPhase(now, before.room.session.phase)];
      },
    };
  },
  set_order: ({ order }, before) => {
    // Another order lowers all raised hands, and going back doesn't raise them again.
    if (seatsOf(before.room.queue.hands).length > 0 && order !== "hands") return undefined;
    return changed(before, (now, was) => {
      const { hands_by, advance } = was;
      return now.order === order ? { set_order: { order: was.order, hands_by, advance } } : undefined;
    });
  },
  set_prompt: ({ prompt }, before) =>
    changed(before, (now, was, view) => {
      const text = asText(before, was.prompt);
      if (textOf(view, now.prompt) !== plain(prompt)) return undefined;
      return { set_prompt: text ? { prompt: text } : {} };
    }),
  set_limit: ({ limit }, before) =>
    changed(before, (now, was) => {
      const stands = now.limit?.ms === limit?.ms && now.limit?.firm === limit?.firm;
      return stands ? { set_limit: was.limit ? { limit: was.limit } : {} } : undefined;
    }),
  reorder: (_body, before) => ({
    deed: { is: "reordered" },
    commands: (now) => {
      const waiting = inOrder(now.room.queue.waiting);
      const wanted = inOrder(before.room.queue.waiting).filter((seat) => waiting.includes(seat));
      const stay = waiting.filter((seat) => !wanted.includes(seat));
      const changes = [...wanted, ...stay].some((seat, place) => waiting[place] !== seat);
      return changes && mayHold(now).reorder ? [{ reorder: { waiting: wanted } }] : [];
    },
  }),
  skip: (_body, before) => {
    const seat = tokenSeat(before.room);
    if (seat === undefined) return undefined;
    return { deed: { is: "skipped", seat }, commands: (now) => giveBack(now, seat) };
  },
  reclaim: (_body, before) => {
    const seat = tokenSeat(before.room);
    if (seat === undefined) return undefined;
    return { deed: { is: "reclaimed", seat }, commands: (now) => letGoOn(now, before, giveBack(now, seat)) };
  },
  offer: ({ seat }, before) => offered(seat, before),
  next: (_body, before) => {
    const seat = firstWaiting(before);
    return seat === undefined ? undefined : offered(seat, before);
  },
  hide_message: ({ message }, before) => {
    const seat = before.messages[message]?.seat;
    if (seat === undefined) return undefined;
    return {
      deed: { is: "hidden", seat },
      commands: (now) => {
        const entry = numbered(now, message);
        return entry && mayRestore(now, entry) ? [{ restore_message: { message } }] : [];
      },
    };
  },
  restore_message: ({ message }, before) => {
    const seat = before.messages[message]?.seat;
    if (seat === undefined) return undefined;
    return {
      deed: { is: "restored", seat },
      commands: (now) => {
        const entry = numbered(now, message);
        return entry && mayHide(now, entry) ? [{ hide_message: { message } }] : [];
      },
    };
  },
  announce: () => ({
    deed: { is: "announced" },
    commands: (now, time, message) => {
      const entry = message === undefined ? undefined : numbered(now, message);
      return entry && mayTakeBack(now, entry, time) ? [{ take_back: { message: entry.number } }] : [];
    },
  }),
};

/** Undoes a change of the open round while that round lasts. */
function changed(
  before: View,
  back: (now: Round, was: Round, view: View) => Command | undefined,
): Undo | undefined {
  const was = openRound(before.room);
  if (!was) return undefined;
  return {
    deed: { is: "round_changed" },
    commands: (now) => {
      const round = openRound(now.room);
      const command = round?.number === was.number && mayHold(now).changeRound ? back(round, was, now) : undefined;
      return command ? [command] : [];
    },
  };
}

/** The turn was offered: return it to the seat it was taken from, or to the centre. */
function offered(seat: SeatNo, before: View): Undo {
  const had = tokenSeat(before.room);
  return {
    deed: { is: "offered", seat },
    commands: (now) => {
      if (tokenSeat(now.room) !== seat || !isUnbegun(now)) return [];
      if (had !== undefined) return giveBack(now, had);
      const { turn_id } = now.room.turn;
      return letGoOn(now, before, mayHold(now).reclaim ? [{ reclaim: { turn_id } }] : [], true);
    },
  };
}

/**
 * Returns whether nobody has begun to speak: the turn is only offered, or was given at once and is
 * still empty.
 */
function isUnbegun({ room }: View): boolean {
  const held = heldBy(room);
  if (!held) return true;
  // Taking away an empty turn counts as *later*; a second *later* would cost them the round.
  return room.circle.settings.offers === "at_once" && held.shares === 0 && !(held.seat in room.queue.later);
}

function giveBack(now: View, seat: SeatNo): Command[] {
  if (!mayTo(now, seat).offer || !isUnbegun(now)) return [];
  return [{ offer: { turn_id: now.room.turn.turn_id, seat } }];
}

/** The same for someone whose mute is lifted just before. */
function giveBackUnmuted(now: View, seat: SeatNo): Command[] {
  const { [seat]: _lifted, ...mutes } = now.hosts?.mutes ?? {};
  return giveBack({ ...now, ...(now.hosts && { hosts: { ...now.hosts, mutes } }) }, seat);
}

/**
 * Resumes an order that was running before. Comes after the commands that move the turn, and names
 * the turn id that results from them.
 */
function letGoOn(now: View, before: View, moving: Command[], halts = false): Command[] {
  const { turn_id } = now.room.turn;
  const { halted } = now.room.queue;
  const stops = isRun(openRound(now.room)) && (halted || halts) && !before.room.queue.halted;
  if (moving.length === 0 || !stops) return moving;
  // An offer made in the meantime ends first, which changes the turn id once more.
  const changes = halts || isAtCentre(now.room) ? 1 : 2;
  return [...moving, { resume_order: { turn_id: turn_id + changes } }];
}

/** Returns a message with its number. */
function numbered(now: View, number: MessageNo): Numbered | undefined {
  const message = now.messages[number];
  return message && { ...message, number };
}

/** Returns a text from the view. */
function asText({ texts }: View, id: TextId | undefined): Text | undefined {
  return id === undefined ? undefined : texts[id];
}

/** Returns the commands that lead back to a phase, if there are any. */
function commandsToPhase(now: View, to: Phase): Command[] {
  const { phase } = now.room.session;
  if (mayHold(now).phases.length === 0 || phase === to || to === "gathering" || to === "ended") return [];
  const back: Command = { set_phase: { phase: to } };
  return phase === "lingering" && to === "closing" ? [{ set_phase: { phase: "open" } }, back] : [back];
}

/**
 * Returns whether anyone has been heard or passed in the round; the room, too, treats it as begun
 * then.
 */
function hasSpoken(view: View, round: number): boolean {
  const { heard, passed } = view.room.queue;
  const spoken = messagesOf(view).some(
    (entry) => entry.round === round && entry.kind !== "announcement" && entry.kind !== "question",
  );
  return spoken || seatsOf({ ...heard, ...passed }).length > 0;
}
