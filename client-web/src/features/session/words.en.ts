import type { NextPhase } from "../../core/may";
import { duration } from "../../words/common.en";

export const pause = "Pause the circle";
export const pauseTitle = "Pause with a word";
export const pauseLabel = "A word to the pause";
export const pauseNow = "Pause now";

export const phases: Record<NextPhase, string> = {
  open: "Back to rounds",
  closing: "Begin the closing",
  lingering: "Time for goodbyes",
};
export const end = "End the session";

export const endHint = (undo_ms: number): string =>
  `You can undo it for ${duration(undo_ms)}; then the words are erased.`;
