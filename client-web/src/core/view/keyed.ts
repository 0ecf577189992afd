/**
 * On the wire, lists are objects keyed by seat, so that a patch names only the entries that change.
 */
import { memo } from "./memo";
import type { Place, SeatNo } from "../wire";

/** Returns the seats of a set, in numerical order. */
export function seatsOf(set: Record<SeatNo, unknown>): SeatNo[] {
  return Object.keys(set).map(Number);
}

/** Returns the seats of a queue, starting with the next one. */
export const inOrder = memo((line: Record<SeatNo, Place>): readonly SeatNo[] => {
  const place = (seat: SeatNo) => line[seat]?.place ?? 0;
  return seatsOf(line).sort((a, b) => place(a) - place(b));
});
