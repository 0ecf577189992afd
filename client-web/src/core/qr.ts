/**
 * A link as a QR code (ISO/IEC 18004), drawn. Only what a link needs: bytes, error correction M (a
 * print may be a little stained), and one mask. Libraries bring every mode, level and mask with them.
 */

export interface QrDrawing {
  /** Squares along each side, without the quiet around it. */
  size: number;
  /** An outline that covers the dark squares, each run of them once. */
  path: string;
}

/** The squares of a code, row by row: dark, light, or not yet filled. */
interface Grid {
  size: number;
  squares: (boolean | undefined)[];
}

/** By version, from 1: the bytes of correction in a block, and how many blocks there are. */
const corrections = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24];
const blockCounts = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10];
/** Level M and mask 0, with the correction of their own. */
const format = 0b101010000010010;

/** Returns the code of a link. */
export function qrOf(link: string): QrDrawing {
  // An address is written in ASCII alone.
  const bytes = Array.from(link, (char) => char.charCodeAt(0));
  for (const [index, correction] of corrections.entries()) {
    const version = index + 1;
    const grid = frame(version);
    const free = freeSquares(grid);
    const room = free.length >> 3;
    const blocks = blockCounts[index] ?? 1;
    const data = padded(bytes, version, room - blocks * correction);
    if (!data) continue;
    fill(grid, free, interleaved(data, room, blocks, correction));
    return { size: grid.size, path: outline(grid) };
  }
  throw new Error("The link is longer than an address can be");
}

function outline({ size, squares }: Grid): string {
  let path = "";
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = x;
      while (x < size && squares[y * size + x]) x += 1;
      if (x > from) path += `M${from} ${y}h${x - from}v1h-${x - from}z`;
    }
  }
  return path;
}

/** Returns what is the same in every code of a version. */
function frame(version: number): Grid {
  const size = 4 * version + 17;
  const squares = Array<boolean | undefined>(size * size).fill(undefined);
  const set = (x: number, y: number, dark: boolean | number) => {
    if (x >= 0 && x < size && y >= 0 && y < size) squares[y * size + x] = Boolean(dark);
  };
  /** Draws rings around a point, dark and light. */
  const rings = (x: number, y: number, dark: boolean[]) => {
    const reach = dark.length - 1;
    for (let down = -reach; down <= reach; down += 1) {
      for (let right = -reach; right <= reach; right += 1) {
        set(x + right, y + down, dark[Math.max(Math.abs(down), Math.abs(right))] ?? false);
      }
    }
  };
  for (let at = 0; at < size; at += 1) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  const anchors = anchorsOf(version);
  for (const x of anchors) {
    // Three corners belong to the large squares.
    const inner = x === 6 ? anchors.slice(1, -1) : x === anchors.at(-1) ? anchors.slice(1) : anchors;
    for (const y of inner) rings(x, y, [true, false, true]);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) {
    rings(x, y, [true, true, false, true, false]);
  }
  for (let bit = 0; bit < 15; bit += 1) {
    const dark = (format >> bit) & 1;
    // Both copies leave out the lines of the timing pattern.
    if (bit < 8) set(8, bit < 6 ? bit : bit + 1, dark);
    else set(bit === 8 ? 7 : 14 - bit, 8, dark);
    if (bit < 8) set(size - 1 - bit, 8, dark);
    else set(8, size - 15 + bit, dark);
  }
  set(8, size - 8, true);
  for (let bit = 0; version > 6 && bit < 18; bit += 1) {
    const dark = (versionCode(version) >> bit) & 1;
    set(Math.floor(bit / 3), size - 11 + (bit % 3), dark);
    set(size - 11 + (bit % 3), Math.floor(bit / 3), dark);
  }
  return { size, squares };
}

/** Returns where the small squares are that a camera aligns itself by, along each side. */
function anchorsOf(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = 4 * version + 10;
  const step = 2 * Math.ceil((last - 6) / (count - 1) / 2);
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - (count - 2 - at) * step)];
}

function versionCode(version: number): number {
  let rest = version;
  for (let bit = 0; bit < 12; bit += 1) rest = (rest << 1) ^ ((rest >> 11) * 0b1111100100101);
  return (version << 12) | rest;
}

/** Returns the squares that are free, in the order they are filled: up and down, two columns at a time. */
function freeSquares({ size, squares }: Grid): number[] {
  const free: number[] = [];
  let up = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let step = 0; step < size; step += 1) {
      const row = (up ? size - 1 - step : step) * size;
      free.push(...[row + right, row + right - 1].filter((at) => squares[at] === undefined));
    }
    up = !up;
  }
  return free;
}

function fill({ squares }: Grid, free: number[], code: number[]): void {
  free.forEach((square, at) => {
    const bit = ((code[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
    // The mask turns over every other square; rows are odd in length, so it is every other one of all.
    squares[square] = (bit ^ (square & 1)) === 0;
  });
}

/** Returns the bytes as a code holds them, filled up to its room; nothing where they do not fit. */
function padded(bytes: number[], version: number, room: number): number[] | undefined {
  const head = version < 10 ? [bytes.length] : [bytes.length >> 8, bytes.length & 255];
  // Four bits tell that bytes follow, four zeros that they end: all is shifted by half a byte.
  const halves = [4, ...[...head, ...bytes].flatMap((byte) => [byte >> 4, byte & 15]), 0];
  const data = halves.flatMap((half, at) => (at % 2 === 0 ? [(half << 4) | (halves[at + 1] ?? 0)] : []));
  if (data.length > room || (head[0] ?? 0) > 255) return undefined;
  for (let fill = 236; data.length < room; fill ^= 236 ^ 17) data.push(fill);
  return data;
}

/** Splits data into blocks, and returns them and their corrections, a byte of each in turn. */
function interleaved(data: number[], room: number, count: number, correction: number): number[] {
  const short = Math.floor(room / count) - correction;
  // The last blocks are one byte longer where the room does not divide.
  const longer = count - (room % count);
  const starts = Array.from({ length: count + 1 }, (_, at) => at * short + Math.max(0, at - longer));
  const blocks = starts.slice(1).map((end, at) => data.slice(starts[at], end));
  const divisor = divisorOf(correction);
  const byTurns = (rows: number[][], length: number) =>
    Array.from({ length }, (_, at) => rows.flatMap((row) => row[at] ?? [])).flat();
  const corrected = blocks.map((block) => remainder(block, divisor));
  return [...byTurns(blocks, short + 1), ...byTurns(corrected, correction)];
}

/** Multiplies in the field of 256 elements that codes are corrected in. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0b100011101) ^ (((b >> bit) & 1) * a);
  }
  return product;
}

/** Returns the product of (x - 2⁰) … (x - 2ⁿ⁻¹), without its first coefficient, which is 1. */
function divisorOf(degree: number): number[] {
  let divisor = [1];
  for (let at = 0, root = 1; at < degree; at += 1, root = times(root, 2)) {
    divisor = [...divisor, 0].map((of, place) => of ^ times(divisor[place - 1] ?? 0, root));
  }
  return divisor.slice(1);
}

function remainder(block: number[], divisor: number[]): number[] {
  return block.reduce(
    ([first, ...rest], byte) => {
      const factor = byte ^ (first ?? 0);
      return divisor.map((of, place) => (rest[place] ?? 0) ^ times(of, factor));
    },
    divisor.map(() => 0),
  );
}
