/**
 * How an act of staff is undone: by what was true before it. What cannot be undone in the room has no
 * undo here, and an undo is only offered while the room would accept it.
 */
import { firstWaiting, offeredOrHeld } from "./acts";
import { type NextPhase, mayHold, mayTakeBack, mayTo } from "./may";
import { personOf } from "./people";
import { plain } from "./text";
import { heldBy, isAtCentre, openRound } from "./turn";
import type { Command, CommandId, Phase, Role, Round, SeatNo, Snapshot } from "./wire";

/** What was done. */
export type Deed =
  | { is: "muted" | "unmuted" | "removed" | "restored" | "skipped" | "reclaimed" | "offered"; seat: SeatNo }
  | { is: "role"; seat: SeatNo; role: Role }
  | { is: "phase"; phase: NextPhase }
  | { is: "paused" | "unpaused" | "opened" | "round_changed" | "reordered" | "ended" | "announced" };

export interface Undo {
  deed: Deed;
  /** Returns what undoes it now, in this order; nothing once it cannot be undone any more. */
  commands: (now: Snapshot, time: number) => Command[];
}

/** What is shown of it: an act, or that it was undone. */
export type Shown = { is: "deed"; deed: Deed } | { is: "undone" };

type NameIn<C> = C extends unknown ? keyof C : never;
type Name = NameIn<Command>;
type BodyIn<C, N extends PropertyKey> = C extends Record<N, infer B> ? B : never;
type Body<N extends Name> = BodyIn<Command, N>;
type UndoFor<N extends Name> = (body: Body<N>, before: Snapshot, id: CommandId) => Undo | undefined;

/** Returns how to undo a command that was asked while the page showed `before`. */
export function undoOf(id: CommandId, command: Command, before: Snapshot): Undo | undefined {
  const [name, body] = Object.entries(command)[0] ?? [];
  const make = undos[name as Name] as UndoFor<Name> | undefined;
  return make?.(body as Body<Name>, before, id);
}

const undos: { [N in Name]?: UndoFor<N> } = {
  mute: ({ seat }, before) => {
    const had = offeredOrHeld(before) === seat;
    return {
      deed: { is: "muted", seat },
      commands: (now) => {
        if (!mayTo(now, seat).unmute) return [];
        return [{ unmute: { seat } }, ...(had ? giveBackUnmuted(now, seat) : [])];
      },
    };
  },
  unmute: ({ seat }, before) => {
    const mute = before.board?.muted.find((other) => other.seat === seat);
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
  remove: ({ seat }) => ({
    deed: { is: "removed", seat },
    commands: (now) => (mayTo(now, seat).restore ? [{ restore: { seat } }] : []),
  }),
  restore: ({ seat }) => ({
    deed: { is: "restored", seat },
    commands: (now) => (mayTo(now, seat).remove ? [{ remove: { seat } }] : []),
  }),
  set_role: ({ seat, role }, before) => {
    const was = personOf(before.common, seat)?.role;
    if (was === undefined || was === role) return undefined;
    return {
      deed: { is: "role", seat, role },
      commands: (now) => {
        const stands = personOf(now.common, seat)?.role === role && mayTo(now, seat).setRole;
        return stands ? [{ set_role: { seat, role: was } }] : [];
      },
    };
  },
  pause: () => ({
    deed: { is: "paused" },
    commands: (now) => {
      const { paused } = now.common;
      const mine = paused?.why === "staff" && paused.by === now.seat;
      return mine && mayHold(now).unpause ? [{ unpause: {} }] : [];
    },
  }),
  unpause: (_body, before) => {
    const message = before.common.paused?.message?.text;
    return {
      deed: { is: "unpaused" },
      commands: (now) => (mayHold(now).pause ? [{ pause: message ? { message } : {} }] : []),
    };
  },
  set_phase: ({ phase }, before) => {
    const was = before.common.phase;
    if (was === phase || phase === "gathering" || phase === "ended") return undefined;
    return {
      deed: { is: "phase", phase },
      commands: (now) => {
        // Back to goodbyes closes whatever round was opened since.
        const costs = was === "lingering" && openRound(now.common) !== undefined;
        return now.common.phase === phase && !costs ? wayBack(now, was) : [];
      },
    };
  },
  end: () => ({
    deed: { is: "ended" },
    commands: (now) => (mayHold(now).undoEnd ? [{ undo_end: {} }] : []),
  }),
  open_round: (_body, before) => {
    const number = (before.common.round?.number ?? 0) + 1;
    return {
      deed: { is: "opened" },
      commands: (now) => {
        const stands = openRound(now.common)?.number === number && mayHold(now).closeRound;
        if (!stands || hasSpoken(now, number)) return [];
        return [{ close_round: {} }, ...wayBack(now, before.common.phase)];
      },
    };
  },
  set_order: ({ order }, before) => {
    // The hands that were up are down with another order, and going back does not raise them.
    if (before.common.flow.hands.length > 0 && order !== "hands") return undefined;
    return changed(before, (now, was) => {
      const { hands_by, advance } = was;
      return now.order === order ? { set_order: { order: was.order, hands_by, advance } } : undefined;
    });
  },
  set_prompt: ({ prompt }, before) =>
    changed(before, (now, was) => {
      const text = was.prompt?.text;
      if (plain(now.prompt?.text) !== plain(prompt)) return undefined;
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
      const { waiting } = now.common.flow;
      const wanted = before.common.flow.waiting.filter((seat) => waiting.includes(seat));
      const stay = waiting.filter((seat) => !wanted.includes(seat));
      const changes = [...wanted, ...stay].some((seat, place) => waiting[place] !== seat);
      return changes && mayHold(now).reorder ? [{ reorder: { waiting: wanted } }] : [];
    },
  }),
  skip: (_body, before) => {
    const seat = offeredOrHeld(before);
    if (seat === undefined) return undefined;
    return { deed: { is: "skipped", seat }, commands: (now) => giveBack(now, seat) };
  },
  reclaim: (_body, before) => {
    const seat = offeredOrHeld(before);
    if (seat === undefined) return undefined;
    return { deed: { is: "reclaimed", seat }, commands: (now) => letGoOn(now, before, giveBack(now, seat)) };
  },
  offer: ({ seat }, before) => offered(seat, before),
  next: (_body, before) => {
    const seat = firstWaiting(before);
    return seat === undefined ? undefined : offered(seat, before);
  },
  announce: (_body, _before, id) => ({
    deed: { is: "announced" },
    commands: (now, time) => {
      const entry = now.said.findLast(({ words }) => words.id === id);
      return entry && mayTakeBack(now, entry, time) ? [{ take_back: { said: id } }] : [];
    },
  }),
};

/** A change of the round under way is undone while that round lasts. */
function changed(before: Snapshot, back: (now: Round, was: Round) => Command | undefined): Undo | undefined {
  const was = openRound(before.common);
  if (!was) return undefined;
  return {
    deed: { is: "round_changed" },
    commands: (now) => {
      const round = openRound(now.common);
      const command = round?.number === was.number && mayHold(now).changeRound ? back(round, was) : undefined;
      return command ? [command] : [];
    },
  };
}

/** The turn was offered: it goes back to whom it was taken from, or to the centre. */
function offered(seat: SeatNo, before: Snapshot): Undo {
  const had = offeredOrHeld(before);
  return {
    deed: { is: "offered", seat },
    commands: (now) => {
      if (offeredOrHeld(now) !== seat || !isUnbegun(now)) return [];
      if (had !== undefined) return giveBack(now, had);
      const { move } = now.common.flow;
      return letGoOn(now, before, mayHold(now).reclaim ? [{ reclaim: { move } }] : [], true);
    },
  };
}

/** Nobody has begun to speak: an offer, or a turn that was given at once and is still empty. */
function isUnbegun({ common }: Snapshot): boolean {
  const held = heldBy(common);
  if (!held) return true;
  // An empty turn that is taken away counts as *later*; a second *later* would cost them the round.
  return common.settings.offers === "at_once" && held.shares === 0 && !common.flow.later.includes(held.seat);
}

function giveBack(now: Snapshot, seat: SeatNo): Command[] {
  if (!mayTo(now, seat).offer || !isUnbegun(now)) return [];
  return [{ offer: { move: now.common.flow.move, seat } }];
}

/** The same for somebody whose mute is lifted just before. */
function giveBackUnmuted(now: Snapshot, seat: SeatNo): Command[] {
  const round = openRound(now.common);
  // Lifting the mute may then itself make the next offer, and the move would not be known.
  const offers = isRun(round) && round.advance === "itself" && !now.common.flow.halted;
  if (offers && isAtCentre(now.common)) return [];
  const muted = now.board?.muted.filter((mute) => mute.seat !== seat) ?? [];
  return giveBack({ ...now, ...(now.board && { board: { ...now.board, muted } }) }, seat);
}

/** An order that ran before runs again: after the commands that move the turn, at the move they make. */
function letGoOn(now: Snapshot, before: Snapshot, moving: Command[], halts = false): Command[] {
  const { move, halted } = now.common.flow;
  const stops = isRun(openRound(now.common)) && (halted || halts) && !before.common.flow.halted;
  if (moving.length === 0 || !stops) return moving;
  // An offer that was made meanwhile ends first: that is a move of its own.
  const moves = halts || isAtCentre(now.common) ? 1 : 2;
  return [...moving, { go_on: { move: move + moves } }];
}

/** An order that offers the turn from one to the next. */
function isRun(round: Round | undefined): round is Round {
  return round?.order === "go_round" || round?.order === "hands";
}

/** Returns the steps that lead back to a phase, where there is a way. */
function wayBack(now: Snapshot, to: Phase): Command[] {
  const { phase } = now.common;
  if (mayHold(now).phases.length === 0 || phase === to || to === "gathering" || to === "ended") return [];
  const back: Command = { set_phase: { phase: to } };
  return phase === "lingering" && to === "closing" ? [{ set_phase: { phase: "open" } }, back] : [back];
}

/** Somebody has had their part in the round: for the room, too, it has begun then. */
function hasSpoken({ common, said }: Snapshot, round: number): boolean {
  const spoken = said.some((entry) => entry.round === round && entry.kind !== "announcement");
  return spoken || common.flow.heard.length > 0 || common.flow.passed.length > 0;
}
