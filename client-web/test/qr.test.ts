import jsQR from "jsqr";
import { describe, expect, it } from "vitest";
import { qrOf } from "../src/features/links/qr";

const px = 4;
const quiet = 4;

/** What a camera would see: black on white, with a quiet zone all around. */
function seen({ size, path }: ReturnType<typeof qrOf>): { pixels: Uint8ClampedArray; side: number } {
  const side = (size + 2 * quiet) * px;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let row = (Number(y) + quiet) * px; row < (Number(y) + quiet + 1) * px; row += 1) {
      const from = row * side + (Number(x) + quiet) * px;
      for (let at = from; at < from + Number(width) * px; at += 1) pixels.fill(0, at * 4, at * 4 + 3);
    }
  }
  return { pixels, side };
}

function read(link: string): string | undefined {
  const { pixels, side } = seen(qrOf(link));
  return jsQR(pixels, side, side)?.data;
}

const tail = "/c/0190a5e0-0000-7000-8000-00000000c1c1#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

describe("the QR code of a link", () => {
  it.each(["http://127.0.0.1:8080", "https://circles.example.org", `https://${"a".repeat(60)}.example`])(
    "at %s is read as that link by another implementation",
    (origin) => {
      expect(read(origin + tail)).toBe(origin + tail);
    },
  );

  it("holds the longest possible link", () => {
    const host = `${"a".repeat(63)}.`.repeat(3) + "a".repeat(61);
    expect(read(`https://${host}:65535${tail}`)).toBe(`https://${host}:65535${tail}`);
  });
});
