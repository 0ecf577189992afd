import type { BarUntil } from "../../core/wire";
import { clockTime, day, duration } from "../../words/common.en";

export const removedTitle = "Removed";
export const liftBar = (name: string): string => `Let ${name} back in`;
/** `at` is when they were removed, if that was in an earlier session. */
export const removedUntil = (name: string, until: BarUntil, at?: number): string =>
  `${name} ${at === undefined ? "" : `was removed on ${day(at)} and `}is kept out ${until === "lifted" ? "until a host lets them back in" : "for this session"}.`;
export const about = (name: string): string => `${name}: more`;

export const turnsHad = (count: number): string =>
  count === 0
    ? "No turn yet in this session"
    : count === 1
      ? "One turn in this session"
      : `${count} turns in this session`;
export const offer = "Offer the turn";
export const offerInstead = (name: string): string => `${name} has it now, and would give it up.`;
export const muteTitle = "Mute for now";
export const mute = "Mute";
export const muteFor = (ms: number): string => `Mute ${duration(ms)}`;

export const muteHint =
  "Told to this person and to hosts alone. When the turn comes to them, it moves on as if they had said later. “Mute” lasts until you lift it.";

export const mutedUntil = (until: number | undefined): string =>
  until === undefined ? "Muted until you lift it" : `Muted until ${clockTime(until)}`;
export const unmute = "Lift the mute";
export const remove = "Remove";

export const removeHint =
  "They leave at once and cannot come back. What they said stays. Everyone sees that they left.";
export const removeLabel = "For how long?";
export const removeUntil: Record<BarUntil, string> = {
  session_end: "For this session",
  lifted: "Until a host lets them back in",
};
export const keptOut: Record<BarUntil, string> = {
  session_end: "They are kept out for this session.",
  lifted: "They are kept out until a host lets them back in.",
};
export const barLonger = "Keep them out after this session too";
export const barShorter = "Keep them out for this session only";
export const barsFull = (max: number): string =>
  `${max} people are kept out already. To keep out more after this session, let someone back in first.`;
export const removeSure = "Remove now";
export const nameLabel = "Name";
export const nameHint = "Everyone sees the new name. The old one is erased.";
export const roleLabel = "Part in the circle";
export const setRole = "Change part";
export const roleOwnHint = "Giving up your own part here cannot be undone by you.";
