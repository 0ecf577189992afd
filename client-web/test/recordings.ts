/** Frames that a server really sent. The scenarios' own test writes them, one frame per line. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Recorded {
  seat: number;
  /** From the client's side: what it received, and what it sent. */
  dir: "in" | "out";
  frame: Record<string, unknown>;
}

const folder = fileURLToPath(new URL("../../protocol/scenarios/frames/", import.meta.url));

export function readRecording(name: string): Recorded[] {
  const lines = readFileSync(`${folder}${name}.jsonl`, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as Recorded);
}

/** Skip recordings made before the frames got their current format, until they are regenerated. */
function isPresent(name: string): boolean {
  const welcomes = readRecording(name).map(({ frame }) => frame["welcome"] as { snapshot?: unknown } | undefined);
  const first = welcomes.find((welcome) => welcome?.snapshot !== undefined)?.snapshot;
  const { cursor } = (first ?? {}) as { cursor?: { own?: number } };
  return cursor?.own !== undefined;
}

const names = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith(".jsonl"))
      .map((name) => name.slice(0, -".jsonl".length))
  : [];

export const recordings = names.filter(isPresent);
