/** What happens between messages and is told in the log: passing, arriving, leaving, a silence. Kept on this page only. */
import { untagged } from "../../core/tagged";
import { messagesOf } from "../../core/view/messages";
import type { Fact, MessageNo, SeatNo, View } from "../../core/wire";

export type DirectionKind = "passed" | "joined" | "left" | "rang";

export interface Direction {
  id: number;
  is: DirectionKind;
  seat: SeatNo;
  /** The newest message at that time. */
  after: MessageNo;
  /** The open round at that time; 0 between rounds. */
  round: number;
}

export interface Directions {
  readonly shown: readonly Direction[];
  /** Arrivals and departures during a turn, which aren't told before its end. */
  readonly held: readonly Pick<Direction, "is" | "seat">[];
  /** Rounds that were closed after everyone in them had been asked. */
  readonly heardOut: readonly number[];
  readonly ids: number;
}

export const noDirections: Directions = { shown: [], held: [], heardOut: [], ids: 0 };

/** The most that are kept. */
const shown_max = 300;

const kinds: readonly string[] = ["passed", "joined", "left"] satisfies DirectionKind[];
/** What isn't told during a turn. */
const waiting: readonly DirectionKind[] = ["joined", "left"];

/**
 * Returns the directions after a fact, which led from the view `was` to `view`. `underWay`: someone has the turn, or is
 * offered it.
 */
export function directed(before: Directions, fact: Fact, was: View, view: View, underWay: boolean): Directions {
  if ("round_closed" in fact && was.room.queue.complete) {
    before = { ...before, heardOut: [...before.heardOut, fact.round_closed.number].slice(-shown_max) };
  }
  const now = toldOf(fact, was);
  const waits = now !== undefined && underWay && waiting.includes(now.is);
  const held = waits ? [...before.held, now] : before.held;
  const due = [...(now && !waits ? [now] : []), ...(underWay ? [] : held)];
  if (due.length === 0) return held === before.held ? before : { ...before, held };
  const after = messagesOf(view).at(-1)?.number ?? 0;
  const { round } = view.room;
  const told = due.map((one, index) => ({ ...one, id: before.ids + index, after, round: round?.open ? round.number : 0 }));
  return { ...before, shown: [...before.shown, ...told].slice(-shown_max), held: underWay ? held : [], ids: before.ids + told.length };
}

/** Returns what a fact tells. A silence is told when it is over: until then the log shows it. */
function toldOf(fact: Fact, was: View): Pick<Direction, "is" | "seat"> | undefined {
  const { silence } = was.room;
  if ("silence_ended" in fact) return silence && { is: "rang", seat: silence.by };
  const [is, body] = untagged(fact);
  const { seat } = body as { seat?: SeatNo };
  return kinds.includes(is) && seat !== undefined ? { is: is as DirectionKind, seat } : undefined;
}
