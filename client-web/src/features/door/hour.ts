/** Formats start times and durations for the door: rounded, without a countdown. */

/** Time until something, in the units that the words use. */
export type Until =
  | { unit: "now" | "moment" | "few_minutes" }
  | { unit: "minutes" | "hours" | "days" | "weeks"; count: number };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Rounds the time until something to a useful precision. */
export function until(ms: number): Until {
  if (ms <= 0) return { unit: "now" };
  if (ms < 2 * minute) return { unit: "moment" };
  if (ms < 8 * minute) return { unit: "few_minutes" };
  if (ms < 53 * minute) {
    const step = ms < 22 * minute ? 5 : 10;
    return { unit: "minutes", count: Math.round(ms / minute / step) * step };
  }
  if (ms < 23.5 * hour) return { unit: "hours", count: Math.round(ms / hour) };
  if (ms < 13.5 * day) return { unit: "days", count: Math.round(ms / day) };
  return { unit: "weeks", count: Math.round(ms / day / 7) };
}

/** Returns a planned duration, rounded to five minutes. */
export function lasting(ms: number): { hours: number; minutes: number } {
  const minutes = Math.max(5, Math.round(ms / minute / 5) * 5);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}

/**
 * Returns a time in the format of a `datetime-local` input. `offset_min` is `getTimezoneOffset` at
 * that time: minutes to add to the local time for UTC.
 */
export function forField(at: number, offset_min: number): string {
  return new Date(at - offset_min * minute).toISOString().slice(0, 16);
}
