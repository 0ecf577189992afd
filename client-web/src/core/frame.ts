import { type Fact, factOf } from "./fact";
import type { Answer, Command, CommandId, Hello, Snapshot, Welcome } from "./wire";

/** A message from the server, read. What this page does not understand is a value, not a crash. */
export type Frame =
  | { is: "fact"; fact: Fact }
  | { is: "answer"; answer: Answer }
  | { is: "welcome"; welcome: Welcome }
  | { is: "snapshot"; snapshot: Snapshot }
  | { is: "writing"; seat: number }
  | { is: "beat"; now: number }
  | { is: "unknown" };

const unknown: Frame = { is: "unknown" };

/** Reads a text message from the server. */
export function readFrame(text: string): Frame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return unknown;
  }
  return frameOf(frame);
}

/** Reads a parsed message from the server; the order of the questions is that of `frame.rs`. */
export function frameOf(frame: unknown): Frame {
  if (!isRecord(frame)) return unknown;
  if ("room" in frame) return told(factOf(frame, "room"));
  if ("ok" in frame || "page" in frame || "refused" in frame) {
    return { is: "answer", answer: frame as Answer };
  }
  if ("staff" in frame) return told(factOf(frame, "staff"));
  if ("seat" in frame) return told(factOf(frame, "seat"));
  if (isRecord(frame.welcome)) return { is: "welcome", welcome: frame.welcome as Welcome };
  if (isRecord(frame.snapshot)) return { is: "snapshot", snapshot: frame.snapshot as Snapshot };
  if (isRecord(frame.writing)) return { is: "writing", seat: Number(frame.writing.seat) };
  if (isRecord(frame.beat)) return { is: "beat", now: Number(frame.beat.now) };
  return unknown;
}

function told(fact: Fact | undefined): Frame {
  return fact ? { is: "fact", fact } : unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function helloText(hello: Hello): string {
  return JSON.stringify({ hello });
}

export function commandText(id: CommandId, command: Command): string {
  return JSON.stringify({ id, ...command });
}

export const writingText = JSON.stringify({ writing: {} });
