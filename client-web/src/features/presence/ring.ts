/**
 * Where people sit around the centre, from one person's view: that person is nearest, at the bottom, and
 * the order runs clockwise. Lengths are in px at the usual size of type; 0, 0 is the centre of the circle.
 */
import type { SeatNo } from "../../core/wire";

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

type Align = "start" | "center" | "end";

/** Where a mark and its name are. */
export interface Spot {
  x: number;
  y: number;
  /** Room for the name, from the middle of the mark. Absent if there's none. */
  name?: Box & { align: Align; upright: Align };
}

/** How a number of people fit into a space. */
export interface Layout {
  /** Diameter of a mark. Someone who has the turn has a larger one. */
  mark: number;
  /** Whether marks have room for a letter. */
  letters: boolean;
  /** Where names are. Without room for them, they are read out and shown in the middle. */
  names: "below" | "outside" | undefined;
  /** Number of lines of a name and of what is said about a person. */
  lines: number;
  /** Clear space in the middle, as a diameter. */
  middle: number;
  spots: Spot[];
  /** Everything, as seen from the centre. */
  bounds: Box;
}

/** How much larger the mark of someone who has the turn is, or has the outline of someone who is next. */
export const lit_scale = 1.16;
export const line_px = 17;
const gap_px = 4;
/** The largest mark, and the smallest whose name is beside it. */
const mark_max = 44;
const named_min = 26;
const name_max = 96;
/** The narrowest name, and what is said about a person below it. */
const name_min = 48;
const said_min = 58;
/** Names stand below from this width of the circle on, and outside from this. */
const from_px = { below: 180, outside: 480 };
/** With more people than this, there are two rings. */
const one_ring_max = 24;
/** With more people than this, marks without names have no letters, and names stand outside rather than below. */
const letters_max = 12;
/** Marks in a ring without names are at most this part of its diameter. */
const share_max = 0.25;
const inner_ring = 0.69;

/** Returns people in the order in which they sit, clockwise from this person. */
export function seatedFrom<T extends { seat: SeatNo }>(people: readonly T[], me: SeatNo): T[] {
  const mine = Math.max(
    0,
    people.findIndex(({ seat }) => seat === me),
  );
  return [...people.slice(mine), ...people.slice(0, mine)];
}

/**
 * Returns the rotation that reaches a position the shorter way. `from` includes whole turns made so
 * far; the result differs from it by at most half a turn.
 */
export function shorterWay(from: number, to: number): number {
  const off = (((to - from) % 1) + 1) % 1;
  return from + (off > 0.5 ? off - 1 : off);
}

/** Returns how so many people fit into a space of this width, with names if there's room. */
export function layoutOf(count: number, width: number): Layout {
  const [first, second] = count > letters_max ? (["outside", "below"] as const) : (["below", "outside"] as const);
  return named(first, count, width) ?? named(second, count, width) ?? compact(count, width);
}

/** Returns the largest layout with names in which nothing overlaps. */
function named(names: "below" | "outside", count: number, width: number): Layout | undefined {
  if (width < from_px[names] || count > one_ring_max) return undefined;
  for (const lines of [3, 2]) {
    for (let mark = mark_max; mark >= named_min; mark -= 3) {
      for (let wide = name_max; wide >= (lines > 2 ? said_min : name_min); wide -= 8) {
        const layout = ringOf(names, { count, width, mark, wide, lines });
        if (!overlaps(layout)) return layout;
      }
    }
  }
  return undefined;
}

interface Sizes {
  count: number;
  width: number;
  mark: number;
  /** Width of a name. */
  wide: number;
  lines: number;
}

function ringOf(names: "below" | "outside", { count, width, mark, wide, lines }: Sizes): Layout {
  const slot = mark * lit_scale;
  const across = names === "below" ? Math.max(wide, slot) / 2 : slot / 2 + gap_px + wide;
  const radius = width / 2 - across;
  const spots = around(count, radius).map(({ x, y }) => {
    const name = names === "below" ? below(slot, wide, lines) : outside(x / radius, y / radius, { slot, wide, lines });
    return { x, y, name };
  });
  return finished({ mark, letters: true, names, lines, middle: 2 * radius - slot - 2 * gap_px, spots });
}

/** Returns points around the centre, clockwise from the bottom. */
function around(count: number, radius: number): { x: number; y: number }[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count;
    return { x: -Math.sin(angle) * radius, y: Math.cos(angle) * radius };
  });
}

type Name = NonNullable<Spot["name"]>;

function below(slot: number, width: number, lines: number): Name {
  return { left: -width / 2, top: slot / 2 + gap_px, width, height: lines * line_px, align: "center", upright: "start" };
}

/** Returns the room for a name on the far side of its mark. */
function outside(x: number, y: number, { slot, wide, lines }: { slot: number; wide: number; lines: number }): Name {
  const far = slot / 2 + gap_px;
  const height = lines * line_px;
  const middle = Math.abs(x) < 0.01;
  const align = middle ? "center" : x > 0 ? "start" : "end";
  const upright = y < -0.33 ? "end" : y < 0.33 ? "center" : "start";
  const left = middle ? -wide / 2 : x > 0 ? x * far : x * far - wide;
  return { left, top: y * far + ((y - 1) / 2) * height, width: wide, height, align, upright };
}

/** Returns a layout without names: one ring, or two in which people sit alternately. */
function compact(count: number, width: number): Layout {
  const rings = count > one_ring_max ? 2 : 1;
  // The larger the marks, the smaller the ring that they stand on.
  let mark = Math.min(mark_max, width * share_max);
  while (mark > 1 && crowded(count, (width - mark * lit_scale) / 2, mark, rings)) mark -= 0.5;
  const radius = (width - mark * lit_scale) / 2;
  const spots = around(count, radius).map(({ x, y }, index) => {
    const inner = rings === 2 && index % 2 === 1;
    return inner ? { x: x * inner_ring, y: y * inner_ring } : { x, y };
  });
  const innermost = rings === 2 ? radius * inner_ring : radius;
  const letters = count <= letters_max;
  return finished({ mark, letters, names: undefined, lines: 0, middle: 2 * innermost - mark * lit_scale, spots });
}

/** Returns whether marks in rings without names touch. */
function crowded(count: number, radius: number, mark: number, rings: number): boolean {
  if (count === 1) return false;
  const needed = mark * (lit_scale + 0.1);
  const chord = (of: number, turns: number) => 2 * of * Math.sin((Math.PI * turns) / count);
  if (rings === 1) return chord(radius, 1) < needed;
  // With an odd number, the last person sits next to the first on the outer ring.
  const beside = count % 2 === 1 ? chord(radius, 1) : Infinity;
  const between = radius * (1 - inner_ring);
  return Math.min(chord(radius * inner_ring, 2), beside, Math.hypot(between, chord(radius * inner_ring, 1))) < needed;
}

function finished(layout: Omit<Layout, "bounds">): Layout {
  const boxes = layout.spots.flatMap((spot) => boxesOf(spot, layout.mark));
  const left = Math.min(0, ...boxes.map((box) => box.left));
  const top = Math.min(0, ...boxes.map((box) => box.top));
  const width = Math.max(0, ...boxes.map((box) => box.left + box.width)) - left;
  const height = Math.max(0, ...boxes.map((box) => box.top + box.height)) - top;
  return { ...layout, bounds: { left, top, width, height } };
}

/** Returns what a person takes up, as if they had the turn. */
export function boxesOf({ x, y, name }: Spot, mark: number): Box[] {
  const size = mark * lit_scale;
  const stone = { left: x - size / 2, top: y - size / 2, width: size, height: size };
  return name ? [stone, { left: x + name.left, top: y + name.top, width: name.width, height: name.height }] : [stone];
}

/** Returns whether any two people are in each other's way. Only those who sit close can be. */
function overlaps({ spots, mark }: Layout): boolean {
  const size = mark * lit_scale;
  const boxes = spots.map((spot) => boxesOf(spot, mark));
  return spots.some((one, index) =>
    [1, 2, 3].some((away) => {
      const to = (index + away) % spots.length;
      const other = spots[to];
      if (!other || to === index) return false;
      if (Math.hypot(one.x - other.x, one.y - other.y) < size) return true;
      const [stone, name] = boxes[index] ?? [];
      const [otherStone, otherName] = boxes[to] ?? [];
      return meet(name, otherName) || meet(name, otherStone) || meet(stone, otherName);
    }),
  );
}

function meet(one: Box | undefined, other: Box | undefined): boolean {
  if (!one || !other) return false;
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}
