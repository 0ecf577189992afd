/** A small picture of each kind of circle: its size and shape. */
import { pictured } from "../../design/mark";
import type { FormatName } from "./formats";

interface Picture {
  stones: { seat: number }[];
  /** Size of a stone, in percent of the picture. */
  size: number;
  light?: "centre" | number;
}

/** Seats whose marks differ clearly from their neighbours'. */
const seats = [...pictured, 1, 13, 9, 14, 2];

function ring(count: number, size: number, light?: "centre" | number): Picture {
  return { stones: seats.slice(0, count).map((seat) => ({ seat })), size, ...(light !== undefined && { light }) };
}

export const pictures: Record<FormatName, Picture> = {
  support: ring(6, 24),
  recovery: ring(12, 15),
  keeper: ring(8, 19, 0),
  facilitated: ring(6, 22, 0),
  council: ring(5, 24, "centre"),
  restorative: ring(4, 24),
  team: ring(8, 20),
  own: ring(1, 28),
};
