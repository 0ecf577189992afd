/**
 * Where people sit around the centre from one person's view: that person nearest, the others in
 * order.
 */
import type { SeatNo } from "../../core/wire";

/** With more people than this, a ring has too little space; they are shown as a list. */
export const ring_max = 12;

/** Returns each person's position as a fraction of a whole turn, clockwise from this person. */
export function placesOf(people: readonly { seat: SeatNo }[], me: SeatNo): Map<SeatNo, number> {
  const mine = Math.max(
    0,
    people.findIndex(({ seat }) => seat === me),
  );
  const count = people.length;
  return new Map(people.map(({ seat }, index) => [seat, ((index - mine + count) % count) / count]));
}

/**
 * Returns the rotation that reaches a position the shorter way. `from` includes whole turns made so
 * far; the result differs from it by at most half a turn.
 */
export function shorterWay(from: number, to: number): number {
  const off = (((to - from) % 1) + 1) % 1;
  return from + (off > 0.5 ? off - 1 : off);
}
