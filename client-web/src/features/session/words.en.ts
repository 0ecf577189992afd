import type { NextPhase } from "../../core/may";

export const pause = "Pause the circle";
export const pauseTitle = "Pause with a message";
export const pauseLabel = "Message";
export const pauseNow = "Pause now";

export const phases: Record<NextPhase, string> = {
  open: "Back to rounds",
  closing: "Begin the closing",
  lingering: "Time for goodbyes",
};
export const end = "End the session";
