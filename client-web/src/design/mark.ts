/** The mark by which people recognise each other: a hue and a shape for every seat. */

/**
 * What a mark shows: `lit` has the turn, `listening` is hollow, `away` dashed, `muted` greyed with a bar
 * (for hosts only), `left` pale, and `coming` a free seat.
 */
export type MarkState = "here" | "lit" | "offered" | "next" | "listening" | "away" | "muted" | "left" | "coming";

/** design/Mark.svelte has their colours. */
const hues = 8;

/** A wave round the edge: how many there are in a turn, how high they are, and where they start, in turns. */
type Wave = readonly [count: number, height: number, start: number];

/** Pebbles: the distance of the edge from the centre is a constant plus these waves. */
const pebbles: readonly (readonly Wave[])[] = [
  [], // round
  [[3, 0.13, 0.25], [6, 0.015, 0.25]], // soft triangle, its point up
  [[4, 0.075, 0.135], [8, -0.012, 0.135]], // square, a little turned
  [[2, 0.17, 0.95]], // oval
  [[4, 0.1, 0], [8, 0.015, 0]], // diamond
  [[5, 0.065, 0.25], [10, 0.006, 0.25]], // pentagon
  [[2, 0.17, 0.88], [4, 0.075, 0.88]], // leaf
  [[2, 0.1, 0.25], [1, -0.06, 0.25], [3, 0.045, 0.25]], // egg
];

/**
 * Returns the indices of a seat's hue and shape. Seats in a row differ clearly in both, and the first
 * 64 seats all differ.
 */
export function markOfSeat(seat: number): { hue: number; shape: number } {
  const nth = Math.floor(seat / hues);
  return { hue: (seat * 3) % hues, shape: (seat * 5 + nth) % pebbles.length };
}

/** Seats for pictures of a circle that is nobody's: their marks are far apart. The first sits at the bottom. */
export const pictured: readonly number[] = [62, 60, 50, 29, 41, 8, 39];

const radius = 43;
const points = 48;

/** Returns an outline as the path of an SVG whose centre is 0, 0. `beyond` moves the edge outwards. */
function outline(waves: readonly Wave[], beyond: number): string {
  // The area of such a shape is π r² (1 + half the sum of the squared heights).
  const base = radius / Math.sqrt(waves.reduce((sum, [, height]) => sum + height ** 2 / 2, 1));
  const edge = Array.from({ length: points }, (_, index) => {
    const turn = index / points;
    const r = beyond + waves.reduce((sum, wave) => sum + base * wave[1] * Math.cos(angle(wave, turn)), base);
    return [r * Math.cos(turn * 2 * Math.PI), -r * Math.sin(turn * 2 * Math.PI)].map((n) => n.toFixed(1)).join(" ");
  });
  return `M${edge.join("L")}Z`;
}

function angle([count, , start]: Wave, turn: number): number {
  return 2 * Math.PI * count * (turn - start);
}

/** The outlines of all shapes. They have the same area. */
export const stones = pebbles.map((waves) => outline(waves, 0));
/** Outlines around them. */
export const rings = pebbles.map((waves) => outline(waves, 9));
