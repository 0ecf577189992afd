/** Each person's status in the round, as everyone sees it. */
import { inOrder } from "../../core/view/keyed";
import { peopleOf, type Seated } from "../../core/view/people";
import { heldBy, offeredTo, openRound } from "../../core/view/turn";
import type { MarkState } from "../../design/mark";
import type { RoomView, Person, Role, SeatNo, Stance } from "../../core/wire";

export type Standing =
  | { is: "turn" | "offered" | "next" | "heard" | "passed" | "later" | "hand" }
  | { is: "waits"; place: number };

/** Returns the single most informative mark of a person, if there is one. */
export function standingOf(room: RoomView, seat: SeatNo): Standing | undefined {
  if (heldBy(room)?.seat === seat) return { is: "turn" };
  if (offeredTo(room) === seat) return { is: "offered" };
  const { queue } = room;
  const round = openRound(room);
  if (!round || round.order === "open") return undefined;
  if (queue.next === seat) return { is: "next" };
  const place = inOrder(queue.waiting).indexOf(seat);
  if (round.order === "hands" && seat in queue.hands) return { is: "hand" };
  if (seat in queue.heard) return { is: "heard" };
  if (seat in queue.passed) return { is: "passed" };
  if (seat in queue.later) return { is: "later" };
  const ordered = round.order === "go_round" && place >= 0;
  return ordered ? { is: "waits", place: place + 1 } : undefined;
}

/** Returns the people to show: everyone who hasn't left. */
export function shown(room: RoomView): Seated[] {
  return peopleOf(room).filter(({ presence }) => presence !== "left");
}

/** How a person's mark is drawn. */
export function stateOf(person: Person, standing: Standing | undefined, muted: boolean): MarkState {
  if (person.presence === "left") return "left";
  if (person.presence === "away") return "away";
  if (muted) return "muted";
  if (standing?.is === "turn") return "lit";
  if (standing?.is === "offered" || standing?.is === "next") return standing.is;
  return person.role === "listener" || person.stance !== "sharing" ? "listening" : "here";
}

/** The single label shown beside a person: what matters most to others. */
export type Mark =
  | Standing
  | { is: "away" | "muted" | "you" }
  | { is: "stance"; stance: Stance }
  | { is: "role"; role: Role };

export function markOf(
  person: Person,
  standing: Standing | undefined,
  { muted, me }: { muted: boolean; me: boolean },
): Mark | undefined {
  if (person.presence === "away") return { is: "away" };
  if (muted) return { is: "muted" };
  if (person.role === "listener") return { is: "role", role: person.role };
  if (standing) return standing;
  if (person.stance !== "sharing") return { is: "stance", stance: person.stance };
  if (me) return { is: "you" };
  return person.role === "participant" ? undefined : { is: "role", role: person.role };
}
