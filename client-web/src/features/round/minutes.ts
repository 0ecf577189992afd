import type { TurnLimit } from "../../core/wire";

/** The turn times that the page offers, in minutes. */
export type Minutes = "none" | "1" | "2" | "3" | "5" | "10";

const offered: Minutes[] = ["1", "2", "3", "5", "10"];

/** Returns a gentle limit of that many minutes. */
export function limitOf(minutes: Minutes): TurnLimit | undefined {
  return minutes === "none" ? undefined : { ms: Number(minutes) * 60_000, firm: false };
}

/** Returns the choice nearest to a limit. */
export function minutesOf(limit: TurnLimit | undefined): Minutes {
  if (!limit) return "none";
  const off = (minutes: Minutes) => Math.abs(Number(minutes) * 60_000 - limit.ms);
  return offered.reduce((best, minutes) => (off(minutes) < off(best) ? minutes : best));
}
