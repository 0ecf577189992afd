/** Where people are around the centre, as one of them sees it: oneself nearest, the others in order. */
import type { SeatNo } from "../../core/wire";

/** More people than this have no room in a ring; they are shown as a list. */
export const ring_max = 12;

/** Returns each person's place: the part of a whole turn, clockwise, that lies between me and them. */
export function placesOf(people: readonly { seat: SeatNo }[], me: SeatNo): Map<SeatNo, number> {
  const mine = Math.max(
    0,
    people.findIndex(({ seat }) => seat === me),
  );
  const count = people.length;
  return new Map(people.map(({ seat }, index) => [seat, ((index - mine + count) % count) / count]));
}

/**
 * Returns the place to turn to next so that the way there is the shorter one: `from` counts whole
 * turns already made, and the result is at most half a turn away from it.
 */
export function shorterWay(from: number, to: number): number {
  const off = (((to - from) % 1) + 1) % 1;
  return from + (off > 0.5 ? off - 1 : off);
}
