/** What happens between messages and is told in the log: passing, arriving and leaving. Kept on this page only. */
import { untagged } from "../../core/tagged";
import { messagesOf } from "../../core/view/messages";
import type { Fact, MessageNo, SeatNo, View } from "../../core/wire";

export type DirectionKind = "passed" | "joined" | "left";

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
  readonly ids: number;
}

export const noDirections: Directions = { shown: [], held: [], ids: 0 };

/** The most that are kept. */
const shown_max = 300;

const kinds: readonly string[] = ["passed", "joined", "left"] satisfies DirectionKind[];

/** Returns the directions after a fact. `underWay`: someone has the turn, or is offered it. */
export function directed(before: Directions, fact: Fact, view: View, underWay: boolean): Directions {
  const [is, body] = untagged(fact);
  const { seat } = body as { seat?: SeatNo };
  let { held } = before;
  let due: Directions["held"] = [];
  if (kinds.includes(is) && seat !== undefined) {
    const one = { is: is as DirectionKind, seat };
    if (is !== "passed" && underWay) held = [...held, one];
    else due = [one];
  }
  if (!underWay && held.length > 0) [due, held] = [[...due, ...held], []];
  if (due.length === 0) return held === before.held ? before : { ...before, held };
  const after = messagesOf(view).at(-1)?.number ?? 0;
  const { round } = view.room;
  const told = due.map((one, index) => ({ ...one, id: before.ids + index, after, round: round?.open ? round.number : 0 }));
  return { shown: [...before.shown, ...told].slice(-shown_max), held, ids: before.ids + told.length };
}
