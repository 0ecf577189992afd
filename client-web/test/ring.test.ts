import { describe, expect, test } from "vitest";
import { placesOf, shorterWay } from "../src/features/presence/ring";

const people = [3, 5, 8, 9].map((seat) => ({ seat }));

describe("the ring, as one of its people sees it", () => {
  test("I am nearest, no matter who joined before me", () => {
    expect(placesOf(people, 8).get(8)).toBe(0);
    expect(placesOf(people, 3).get(3)).toBe(0);
  });

  test("the others follow in order, evenly spaced", () => {
    expect([...placesOf(people, 8)]).toEqual([
      [3, 0.5],
      [5, 0.75],
      [8, 0],
      [9, 0.25],
    ]);
  });

  test("someone who isn't in the ring sees the first person nearest", () => {
    expect(placesOf(people, 77).get(3)).toBe(0);
    expect(placesOf([], 1).size).toBe(0);
  });
});

describe("the centre turns the shorter way", () => {
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
