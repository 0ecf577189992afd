import type { Isolated } from "../../core/view/isolated";
import type { BarUntil } from "../../core/wire";
import { clockTime, day, duration, plural } from "../../words/common.en";

export const removedTitle = "Removed";
export const liftBar = (name: Isolated): string => `Let ${name} back in`;
/** `at` is when they were removed, if that was in an earlier session. */
export const removedUntil = (name: Isolated, until: BarUntil, at?: number): string =>
  `${name} ${at === undefined ? "" : `was removed on ${day(at)} and `}is kept out ${until === "lifted" ? "until a host lets them back in" : "for this session"}.`;

export const turnsHad = (count: number): string =>
  count === 0 ? "No turns yet in this session" : `${plural(count, "turn")} in this session`;
export const offer = "Offer the turn";
export const offerInstead = (name: Isolated): string => `This would end ${name}’s turn.`;
export const muteTitle = "Mute for a while";
export const mute = "Mute";
export const muteFor = (ms: number): string => `Mute for ${duration(ms)}`;

export const muteHint = "Until a host lifts it. Only they and the hosts are told, and the turn moves on from them as if they’d said later.";

export const mutedUntil = (until: number | undefined): string =>
  until === undefined ? "Muted until a host lifts it" : `Muted until ${clockTime(until)}`;
export const unmute = "Unmute";
export const remove = "Remove";

export const removeHint =
  "They leave at once, and everyone sees that they left. What they said stays. You can undo it. With the link, they may still be able to join again from another browser.";
/** Each acts at once. */
export const removeFor: Record<BarUntil, { label: string; hint: string }> = {
  session_end: { label: "Remove for this session", hint: "They can come to the next one" },
  lifted: { label: "Remove and keep out", hint: "Until a host lets them back in" },
};
export const keptOut: Record<BarUntil, string> = {
  session_end: "They are kept out for this session.",
  lifted: "They are kept out until a host lets them back in.",
};
export const barLonger = "Keep them out after this session too";
export const barShorter = "Keep them out for this session only";
export const barsFull = (max: number): string =>
  `${max} people are kept out already. To keep out more after this session, let someone back in first.`;
/** Below the title of a dialog. */
export const onlyHosts = "Only hosts see this";
export const nameLabel = "Name";
export const nameHint = "Everyone sees the new name. The old one is erased.";
export const roleLabel = "Role";
export const setRole = "Change role";
export const roleOwnHint = "If you change your own role, you can’t change it back yourself.";
