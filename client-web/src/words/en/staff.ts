import type { Act } from "../../core/acts";
import type { Phase } from "../../core/wire";

export const acts: Record<Act, string> = {
  undo_end: "Do not end it",
  unpause: "Go on",
  go_on: "Go on with the round",
  open_round: "Open a round",
  close_round: "Close the round",
  skip: "Move on",
  next: "Offer it to the next person",
  offer_first: "Offer it to the next person",
  reclaim: "Take the turn back to the centre",
  longer: "Give a little longer",
  change_round: "Change this round",
};
export const title = "Holding the circle";
export const promptLabel = "What is asked?";
export const promptHint = "Leave it empty to ask nothing in particular.";
export const orderLabel = "How does the turn travel?";
export const limitLabel = "Time for one turn";
export const limits: Record<"none" | "1" | "2" | "3" | "5" | "10", string> = {
  none: "No limit",
  1: "1 minute",
  2: "2 minutes",
  3: "3 minutes",
  5: "5 minutes",
  10: "10 minutes",
};
export const limitGentle = "A limit is gentle: it tells, and never cuts anyone off.";
export const startLabel = "Who begins?";
export const startMe = "I begin";
export const startRandom = "Drawn by lot";
export const startSeat = (name: string): string => `${name} begins`;
export const closing = "This is the closing round";
export const open = "Open the round";
export const change = "Change";
export const nextNamed = (name: string): string => `Offer the turn to ${name}`;
export const skipNamed = (name: string): string => `Move on from ${name}`;
export const unanswered = (name: string): string => `${name} has not answered yet. You can wait, or move on.`;
export const announceTitle = "Say a word to all";
export const announceLabel = "Your word to all";
export const announce = "Say it to all";
export const waitingTitle = "Who waits";
export const earlierUp = (name: string): string => `Move ${name} up`;
export const up = "Up";
export const pointsTitle = "Asks for attention";
export const answerPoint = (name: string): string => `Answered: ${name}`;
export const courseTitle = "Pause, close and end";
export const pauseLabel = "A word about the pause (optional)";
export const pause = "Pause the circle";
export const phases: Record<Exclude<Phase, "gathering" | "ended">, string> = {
  open: "Back to rounds",
  closing: "Begin the closing",
  lingering: "Time for goodbyes",
};
export const end = "End the session";
export const endHint = "It can be undone for two minutes; then the words are erased.";
export const removedTitle = "Removed";
export const restore = (name: string): string => `Let ${name} back in`;

export const about = (name: string): string => `${name}: more`;
export const more = "More";
export const offer = "Offer the turn";
export const mute = "Mute";
export const muteFor = "Mute for five minutes";
export const muteHint = "Told to this person and to staff alone. They keep their place.";
export const unmute = "Lift the mute";
export const remove = "Remove";
export const removeHint = "They cannot come back unless you let them. You can undo it.";
export const removeSure = "Remove now";
export const roleLabel = "Part in the circle";
export const setRole = "Change";
