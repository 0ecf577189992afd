import { describe, expect, test } from "vitest";
import { type Box, boxesOf, layoutOf, lit_scale, seatedFrom, shorterWay, type Layout } from "../src/features/presence/ring";

const people = [3, 5, 8, 9].map((seat) => ({ seat }));
const seats = (me: number) => seatedFrom(people, me).map(({ seat }) => seat);

describe("the ring, as one of its people sees it", () => {
  test("I am first, and the others follow in order", () => {
    expect(seats(8)).toEqual([8, 9, 3, 5]);
    expect(seats(3)).toEqual([3, 5, 8, 9]);
  });

  test("someone who isn't in the ring sees the first person nearest", () => {
    expect(seats(77)).toEqual([3, 5, 8, 9]);
    expect(seatedFrom([], 1)).toEqual([]);
  });

  test("I sit at the bottom, and the order runs clockwise", () => {
    const [me, next, across, last] = layoutOf(4, 300).spots;
    expect(me!.y).toBeGreaterThan(100);
    expect(next!.x).toBeLessThan(-100);
    expect(across!.y).toBeLessThan(-100);
    expect(last!.x).toBeGreaterThan(100);
  });
});

/** The ring's width on screens of 320, 390 and 1280 px: small, open, in its column, for hosts, and large. */
const widths = { "320": [72, 288], "390": [92, 336], "1280": [212, 292, 432, 600] };
const counts = Array.from({ length: 40 }, (_, index) => index + 1);

/** Returns what is in the way of what. Marks are round. */
function collisions({ spots, mark }: Layout): string[] {
  const found: string[] = [];
  const size = mark * lit_scale;
  spots.forEach((one, at) => {
    spots.forEach((other, to) => {
      if (to <= at) return;
      if (Math.hypot(one.x - other.x, one.y - other.y) < size) found.push(`marks ${at} and ${to}`);
      const [stone, name] = boxesOf(one, mark);
      const [otherStone, otherName] = boxesOf(other, mark);
      if (name && otherName && meet(name, otherName)) found.push(`names ${at} and ${to}`);
      if (name && meet(name, otherStone!)) found.push(`name ${at} and mark ${to}`);
      if (otherName && meet(stone!, otherName)) found.push(`mark ${at} and name ${to}`);
    });
  });
  return found;
}

function meet(one: Box, other: Box): boolean {
  const apart =
    one.left + one.width <= other.left ||
    other.left + other.width <= one.left ||
    one.top + one.height <= other.top ||
    other.top + other.height <= one.top;
  return !apart;
}

describe.each(Object.entries(widths))("on a screen of %s px", (_, own) => {
  test.each(own)("1 to 40 people fit into a circle of %d px without touching", (width) => {
    for (const count of counts) {
      const layout = layoutOf(count, width);
      expect(layout.spots).toHaveLength(count);
      expect(collisions(layout), `${count} people`).toEqual([]);
      expect(layout.bounds.width, `${count} people`).toBeLessThanOrEqual(width + 0.01);
      expect(layout.bounds.height, `${count} people`).toBeLessThanOrEqual(width + 80);
    }
  });
});

describe("names", () => {
  test("stand below for a usual circle, on a phone and beside the conversation", () => {
    for (const width of [336, 292]) expect(layoutOf(7, width).names).toBe("below");
    expect(layoutOf(7, 336).lines).toBe(3);
  });

  test("stand outside a large ring of up to 24", () => {
    for (const count of [14, 18, 24]) expect(layoutOf(count, 648).names).toBe("outside");
    expect(layoutOf(25, 648).names).toBeUndefined();
  });

  test("give way where there's no room, and so do letters", () => {
    expect(layoutOf(11, 288)).toMatchObject({ names: undefined, letters: true });
    expect(layoutOf(13, 288)).toMatchObject({ names: undefined, letters: false });
  });
});

test("40 people on the smallest phone are still to be told apart", () => {
  expect(layoutOf(40, 288).mark).toBeGreaterThanOrEqual(22);
  expect(layoutOf(40, 72).mark).toBeGreaterThanOrEqual(5);
});

test("the middle has room for a sentence", () => {
  for (const count of counts) expect(layoutOf(count, 288).middle, `${count} people`).toBeGreaterThanOrEqual(100);
});

describe("the light turns the shorter way", () => {
  test.each([
    [0, 0.25, 0.25],
    [0, 0.75, -0.25],
    [0.9, 0.1, 1.1],
    [-0.25, 0.75, -0.25],
    [3.1, 0.9, 2.9],
  ])("from %d to %d", (from, to, reached) => {
    expect(shorterWay(from, to)).toBeCloseTo(reached);
  });
});
