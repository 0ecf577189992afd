import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { qrOf } from "../src/core/qr";

/** A link as long as asked for, of the letters that links have. */
function link(length: number): string {
  const alphabet = "https://example.org/c/0123456789abcdef#ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  return Array.from({ length }, (_, at) => alphabet[(at * 37 + (at >> 3)) % alphabet.length]).join("");
}

function painted({ size, path }: ReturnType<typeof qrOf>): boolean[][] {
  const squares = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    squares[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  }
  return squares;
}

describe("the QR code of a link", () => {
  it.each([40, 90, 105, 130, 200, 330])("of %d letters is what another implementation draws", (length) => {
    const text = link(length);
    // Where its size leaves room, the code corrects more than it must; any mask may be taken.
    const theirs = (["M", "Q", "H"] as const).flatMap((ecc) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map(
        (maskPattern) => encode(text, { ecc, boostEcc: false, border: 0, maskPattern }).data,
      ),
    );
    expect(theirs).toContainEqual(painted(qrOf(text)));
  });

  it("holds the longest link there can be", () => {
    const host = `${"a".repeat(63)}.`.repeat(3) + "a".repeat(61);
    expect(qrOf(`https://${host}:65535/c/${"0".repeat(36)}#${"A".repeat(43)}`).size).toBeGreaterThan(60);
  });
});
