/** Close codes and what follows from them: the mirror of `protocol/src/close.rs`. */
import type { ComeBack } from "../wire";

/** Why the connection does not come back by itself. */
export type StopReason =
  | "replaced"
  | "removed"
  | "ended"
  | "not_admitted"
  | "no_circle"
  | "left"
  /** The circle has begun and lets nobody new in. */
  | "begun"
  /** Page and server do not understand one another. */
  | "broken"
  /** The page met something that only a newer page knows. */
  | "outdated";

/** Why the connection is being tried again. */
export type RetryReason =
  | "lost"
  | "restarting"
  | "full"
  | "busy"
  /** The hour of the session has not come. */
  | "not_yet";

const stops: Record<number, StopReason> = {
  4200: "replaced",
  4201: "removed",
  4202: "ended",
  4203: "not_admitted",
  4204: "no_circle",
  4207: "left",
  4208: "begun",
};

const retries: Record<number, RetryReason> = {
  4000: "restarting",
  4100: "full",
  4101: "busy",
  4102: "busy",
  4103: "not_yet",
};

/** Returns what to do after a close with this number, known or not. */
export function comeBack(code: number): ComeBack {
  if (code >= 4200 && code <= 4299) return "no";
  if ([1002, 1003, 1007, 1008, 1009].includes(code)) return "no";
  return code >= 4100 && code <= 4199 ? "later" : "now";
}

/** Returns why a connection stays closed that was closed with this number. */
export function stopReasonOf(code: number): StopReason {
  return stops[code] ?? "broken";
}

/** Returns why a connection is tried again that was closed with this number. */
export function retryReasonOf(code: number): RetryReason {
  return retries[code] ?? "lost";
}
