import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { outline, qrOf } from "../src/core/qr";

/** A link as long as asked for, of the letters that links have. */
function link(length: number): string {
  const alphabet = "https://example.org/c/0123456789abcdef#ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  return Array.from({ length }, (_, at) => alphabet[(at * 37 + (at >> 3)) % alphabet.length]).join("");
}

describe("a QR code", () => {
  it("is square for square what another implementation draws, in every version and mask", () => {
    const sizes = new Set<number>();
    for (let length = 5; length <= 362; length += 7) {
      const text = link(length);
      const mask = length % 8;
      const theirs = encode(text, { ecc: "M", boostEcc: false, border: 0, maskPattern: mask });
      const ours = qrOf(text, mask);
      expect(ours, `${length} characters, mask ${mask}`).toEqual(theirs.data);
      sizes.add(ours.length);
    }
    expect([...sizes]).toEqual(Array.from({ length: 14 }, (_, at) => 21 + 4 * at));
  });

  it("takes one of the eight masks by itself", () => {
    const text = link(105);
    const drawings = [0, 1, 2, 3, 4, 5, 6, 7].map((mask) => qrOf(text, mask));
    expect(drawings).toContainEqual(qrOf(text));
  });

  it("holds the longest link there can be, and refuses what does not fit", () => {
    const host = `${"a".repeat(63)}.`.repeat(3) + "a".repeat(61);
    expect(qrOf(`https://${host}:65535/c/${"0".repeat(36)}#${"A".repeat(43)}`)).toHaveLength(73);
    expect(() => qrOf(link(363))).toThrow(RangeError);
  });
});

describe("its drawing", () => {
  it("strokes each run of dark squares once", () => {
    const squares = [
      [true, true, false, true],
      [false, false, false, false],
      [false, true, true, true],
    ];
    expect(outline(squares)).toBe("M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z");
  });

  it("covers the dark squares and no other", () => {
    const squares = qrOf(link(105));
    const painted = squares.map((row) => row.map(() => false));
    for (const [, x, y, width] of outline(squares).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
      painted[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
    }
    expect(painted).toEqual(squares);
  });
});
