import { isObject } from "./merge";
import type { Answer, AudienceFrame, Command, CommandId, Hello, View, Welcome } from "../wire";

/**
 * A parsed message from the server. Anything this page can't read becomes a value, not an
 * exception.
 */
export type Frame =
  | { is: "decision"; decision: AudienceFrame }
  | { is: "answer"; answer: Answer }
  | { is: "welcome"; welcome: Welcome }
  | { is: "snapshot"; snapshot: View }
  | { is: "writing"; seat: number }
  | { is: "beat"; now: number }
  | { is: "unknown" };

const unknown: Frame = { is: "unknown" };

/** Parses a text message from the server. */
export function readFrame(text: string): Frame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return unknown;
  }
  return frameOf(frame);
}

/** Reads a decoded message from the server. Checks in the same order as `frame.rs`. */
export function frameOf(frame: unknown): Frame {
  if (!isObject(frame)) return unknown;
  if ("at" in frame) return { is: "decision", decision: frame as unknown as AudienceFrame };
  if ("ok" in frame || "page" in frame || "refused" in frame) {
    return { is: "answer", answer: frame as unknown as Answer };
  }
  if (isObject(frame.welcome)) return { is: "welcome", welcome: frame.welcome as unknown as Welcome };
  if (isObject(frame.snapshot)) return { is: "snapshot", snapshot: frame.snapshot as unknown as View };
  if (isObject(frame.writing)) return { is: "writing", seat: Number(frame.writing.seat) };
  if (isObject(frame.beat)) return { is: "beat", now: Number(frame.beat.now) };
  return unknown;
}

export function helloText(hello: Hello): string {
  return JSON.stringify({ hello });
}

export function commandText(id: CommandId, command: Command): string {
  return JSON.stringify({ id, ...command });
}

export const writingText = JSON.stringify({ writing: {} });
