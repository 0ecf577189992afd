/**
 * QR codes as ISO/IEC 18004 describes them, of what links need and nothing else: one run of bytes,
 * error correction M, versions 1 to 14. A library for all of it would be a twentieth of the page.
 */

/** Bytes of error correction in each block, and blocks, by version. */
const correction = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24];
const blocks = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9];

/** Rows of squares: true is dark. */
export type Squares = boolean[][];

const masks: ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

/** Returns the code of a link, which is ASCII, under the mask that suits it best or the one that is given. */
export function qrOf(link: string, mask?: number): Squares {
  const version = 1 + correction.findIndex((_, at) => link.length + headBytes(at + 1) <= dataBytes(at + 1));
  if (version === 0) throw new RangeError("This link is too long for a QR code.");
  const bits = inBits(interleaved(version, dataOf(link, version)));
  const tried = (mask === undefined ? masks.map((_, which) => which) : [mask]).map((which) => {
    const squares = drawn(version, bits, which);
    return { squares, penalty: penaltyOf(squares) };
  });
  return tried.reduce((best, one) => (one.penalty < best.penalty ? one : best)).squares;
}

/** Returns how many squares of a version carry neither patterns nor information about the code. */
function capacity(version: number): number {
  const rows = alignments(version).length;
  const aligned = rows === 0 ? 0 : (rows * rows - 3) * 25 - (rows - 2) * 10;
  return sizeOf(version) ** 2 - 192 - 2 * (sizeOf(version) - 16) - 31 - aligned - (version < 7 ? 0 : 36);
}

function sizeOf(version: number): number {
  return version * 4 + 17;
}

/** Where the small patterns stand, across and down. */
function alignments(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = sizeOf(version) - 7;
  const step = 2 * Math.ceil((last - 6) / (2 * (count - 1)));
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - (count - 2 - at) * step)];
}

function dataBytes(version: number): number {
  const at = version - 1;
  return Math.floor(capacity(version) / 8) - (correction[at] ?? 0) * (blocks[at] ?? 0);
}

/** Bytes that mode, length and end take. */
function headBytes(version: number): number {
  return version < 10 ? 2 : 3;
}

function dataOf(link: string, version: number): number[] {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  const chars = Array.from(link, (char) => hex(char.charCodeAt(0), 2)).join("");
  const stream = `4${hex(link.length, 2 * headBytes(version) - 2)}${chars}0`;
  const used = stream.length / 2;
  return Array.from({ length: dataBytes(version) }, (_, at) =>
    at < used ? Number.parseInt(stream.slice(2 * at, 2 * at + 2), 16) : (at - used) % 2 ? 17 : 236,
  );
}

/** Cuts the data into blocks, and deals them out by turns, their error correction after them. */
function interleaved(version: number, data: number[]): number[] {
  const count = blocks[version - 1] ?? 1;
  const short = Math.floor(data.length / count);
  const shorts = count - (data.length % count);
  const parts = Array.from({ length: count }, (_, at) => {
    const from = at * short + Math.max(0, at - shorts);
    return data.slice(from, from + short + (at < shorts ? 0 : 1));
  });
  const checks = parts.map((part) => remainder(part, correction[version - 1] ?? 0));
  const dealt = (all: number[][]) =>
    Array.from({ length: Math.max(...all.map((one) => one.length)) }, (_, at) =>
      all.flatMap((one) => one[at] ?? []),
    ).flat();
  return [...dealt(parts), ...dealt(checks)];
}

/** Multiplies in the field of 256 elements by x⁸ + x⁴ + x³ + x² + 1. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) product = (product << 1) ^ ((product >> 7) * 285) ^ (((b >> bit) & 1) * a);
  return product;
}

/** Returns what is left of Reed and Solomon's division: the error correction of a block. */
function remainder(data: number[], degree: number): number[] {
  let divisor = [1];
  for (let root = 1, at = 0; at < degree; at++, root = times(root, 2)) {
    divisor = [...divisor, 0].map((factor, i) => factor ^ times(divisor[i - 1] ?? 0, root));
  }
  return data.reduce((rest, byte) => {
    const factor = byte ^ (rest[0] ?? 0);
    return divisor.slice(1).map((part, i) => (rest[i + 1] ?? 0) ^ times(part, factor));
  }, Array<number>(degree).fill(0));
}

function inBits(bytes: number[]): number[] {
  return bytes.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1));
}

function drawn(version: number, bits: number[], mask: number): Squares {
  const size = sizeOf(version);
  const squares = Array.from({ length: size }, () => Array<boolean | undefined>(size).fill(undefined));
  const put = (x: number, y: number, dark: boolean | number) => {
    const row = squares[y];
    if (row && x >= 0 && x < size) row[x] = Boolean(dark);
  };
  drawPatterns(put, version);
  drawFacts(put, version, mask);
  const flip = masks[mask] ?? (() => 1);
  let next = 0;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) {
    // Up and down in columns of two; the one with the timing pattern is left out.
    const up = ((right < 6 ? right + 1 : right) - size + 1) % 4 === 0;
    for (let at = 0; at < 2 * size; at++) {
      const x = right - (at % 2);
      const y = up ? size - 1 - (at >> 1) : at >> 1;
      if (squares[y]?.[x] !== undefined) continue;
      put(x, y, (bits[next] ?? 0) ^ (flip(x, y) === 0 ? 1 : 0));
      next += 1;
    }
  }
  return squares as Squares;
}

type Put = (x: number, y: number, dark: boolean | number) => void;

function drawPatterns(put: Put, version: number): void {
  const size = sizeOf(version);
  const square = (x: number, y: number, radius: number, light: number[]) => {
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        put(x + dx, y + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    }
  };
  for (let at = 0; at < size; at++) {
    put(at, 6, at % 2 === 0);
    put(6, at, at % 2 === 0);
  }
  const places = alignments(version);
  const last = size - 7;
  for (const x of places) {
    for (const y of places) {
      const corner = (x === 6 && (y === 6 || y === last)) || (x === last && y === 6);
      if (!corner) square(x, y, 2, [1]);
    }
  }
  square(3, 3, 4, [2, 4]);
  square(size - 4, 3, 4, [2, 4]);
  square(3, size - 4, 4, [2, 4]);
}

/** Draws what a reader must know first: error correction M with the mask, and from 7 on the version. */
function drawFacts(put: Put, version: number, mask: number): void {
  const size = sizeOf(version);
  const format = withCheck(mask, 10, 0x537) ^ 0x5412;
  for (let at = 0; at < 15; at++) {
    const dark = (format >> at) & 1;
    if (at < 8) {
      put(8, at < 6 ? at : at + 1, dark);
      put(size - 1 - at, 8, dark);
    } else {
      put(at === 8 ? 7 : 14 - at, 8, dark);
      put(8, size - 15 + at, dark);
    }
  }
  put(8, size - 8, true);
  const facts = withCheck(version, 12, 0x1f25);
  for (let at = 0; version > 6 && at < 18; at++) {
    const [a, b] = [size - 11 + (at % 3), Math.floor(at / 3)];
    put(a, b, (facts >> at) & 1);
    put(b, a, (facts >> at) & 1);
  }
}

/** Appends the remainder of a division in bits, by a polynomial of that degree. */
function withCheck(value: number, degree: number, divisor: number): number {
  let rest = value;
  for (let at = 0; at < degree; at++) rest = (rest << 1) ^ ((rest >> (degree - 1)) * divisor);
  return (value << degree) | rest;
}

/** Returns how badly a camera might read it, by the standard's four rules. */
function penaltyOf(squares: Squares): number {
  const rows = squares.map((row) => row.map(Number).join(""));
  const columns = squares.map((_, x) => squares.map((row) => Number(row[x])).join(""));
  const sum = (all: string[], rule: RegExp, points: (found: string) => number) =>
    all.flatMap((line) => line.match(rule) ?? []).reduce((total, found) => total + points(found), 0);
  const lines = [...rows, ...columns];
  const runs = sum(lines, /0{5,}|1{5,}/g, (run) => run.length - 2);
  const finders = sum(lines, /(?=10111010000|00001011101)/g, () => 40);
  const same = (x: number, y: number) => {
    const four = (rows[y]?.slice(x, x + 2) ?? "") + (rows[y + 1]?.slice(x, x + 2) ?? "");
    return four === "0000" || four === "1111";
  };
  const inside = squares.slice(1);
  const fours = inside.flatMap((_, y) => inside.filter((__, x) => same(x, y))).length * 3;
  const dark = sum(rows, /1/g, () => 1) / squares.length ** 2;
  return runs + finders + fours + 10 * Math.floor(Math.abs(dark - 0.5) * 20);
}

/** Returns the dark squares as the path of a drawing, one stroke for each run in a row. */
export function outline(squares: Squares): string {
  const rows = squares.map((row) => row.map(Number).join(""));
  return rows.map((row, y) => row.replace(/1+|0/g, "$&,").split(",").reduce(stroke(y), { x: 0, path: "" }).path).join("");
}

function stroke(y: number) {
  return ({ x, path }: { x: number; path: string }, run: string) => ({
    x: x + run.length,
    path: run.startsWith("1") ? `${path}M${x} ${y}h${run.length}v1h-${run.length}z` : path,
  });
}
