import { describe, expect, it } from "vitest";
import { markOfSeat, rings, stones } from "../src/design/mark";

const seats = Array.from({ length: 64 }, (_, seat) => seat);

/** The corners of a path. */
function corners(path: string): [number, number][] {
  return path
    .slice(1, -1)
    .split("L")
    .map((corner) => corner.split(" ").map(Number) as [number, number]);
}

function area(path: string): number {
  const all = corners(path);
  const cross = ([x, y]: [number, number], [nextX, nextY]: [number, number]) => x * nextY - y * nextX;
  return Math.abs(all.reduce((sum, corner, index) => sum + cross(corner, all[(index + 1) % all.length]!), 0) / 2);
}

describe("people's marks", () => {
  it("differ for 64 seats", () => {
    expect(new Set(seats.map((seat) => JSON.stringify(markOfSeat(seat)))).size).toBe(64);
  });

  it("differ in hue and shape from those of the next two seats", () => {
    for (const seat of seats) {
      for (const other of [seat + 1, seat + 2]) {
        expect(markOfSeat(other).hue, `${seat}`).not.toBe(markOfSeat(seat).hue);
        expect(markOfSeat(other).shape, `${seat}`).not.toBe(markOfSeat(seat).shape);
      }
    }
  });

  it("have eight shapes of one area, which fit their square", () => {
    expect(new Set(stones).size).toBe(8);
    for (const stone of stones) {
      expect(area(stone) / area(stones[0]!)).toBeCloseTo(1, 1);
      expect(Math.max(...corners(stone).flat().map(Math.abs))).toBeLessThanOrEqual(54);
    }
  });

  it("have a ring around each", () => {
    stones.forEach((stone, shape) => {
      const edge = corners(rings[shape]!).map((corner, index) => Math.hypot(...corner) - Math.hypot(...corners(stone)[index]!));
      for (const gap of edge) expect(gap).toBeCloseTo(9, 0);
    });
  });
});
