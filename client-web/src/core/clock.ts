import type { Timer } from "./wire";

/** Returns the milliseconds left on a clock; below 0 once it is over. `now` is the server's time. */
export function left(timer: Timer, now: number): number {
  return "until" in timer ? timer.until - now : timer.left;
}

/** A duration as people say it, in whole units. */
export type Span = { unit: "seconds" | "minutes"; count: number } | { unit: "over" };

/** Rounds a duration to minutes, or to tens of seconds if it is under a minute. */
export function span(ms: number): Span {
  if (ms <= 0) return { unit: "over" };
  if (ms > 55_000) return { unit: "minutes", count: Math.max(1, Math.round(ms / 60_000)) };
  return { unit: "seconds", count: Math.ceil(ms / 10_000) * 10 };
}
