/** Close codes and how to react to them, mirroring `protocol/src/close.rs`. */
import type { ComeBack } from "../wire";

/** Why the client doesn't reconnect by itself. */
export type StopReason =
  | "replaced"
  | "removed"
  | "ended"
  | "not_admitted"
  | "no_circle"
  | "left"
  /** The session has begun and is closed to newcomers. */
  | "begun"
  /** Page and server use incompatible versions of the protocol. */
  | "broken"
  /** The server sent something that only a newer page can read. */
  | "outdated";

/** Why the client is reconnecting. */
export type RetryReason =
  | "lost"
  | "restarting"
  | "full"
  | "busy"
  /** The session's start time hasn't come. */
  | "not_yet"
  /** The room is paused or keeps a silence, and newcomers wait; or this seat came back too often. */
  | "not_now";

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
  4104: "not_now",
};

/** Returns how to react to a close code, known or unknown. */
export function comeBack(code: number): ComeBack {
  if (code >= 4200 && code <= 4299) return "no";
  if ([1002, 1003, 1007, 1008, 1009].includes(code)) return "no";
  return code >= 4100 && code <= 4199 ? "later" : "now";
}

/** Returns why the client stays disconnected after this close code. */
export function stopReasonOf(code: number): StopReason {
  return stops[code] ?? "broken";
}

/** Returns why the client reconnects after this close code. */
export function retryReasonOf(code: number): RetryReason {
  return retries[code] ?? "lost";
}
