import type { Act, Awaited, CutShort } from "../../core/acts";
import type { NextPhase } from "../../core/may";
import type { Deed, Shown } from "../../core/undo";
import type { Minutes } from "../../core/round";
import type { Advance, HandsBy, SeatNo } from "../../core/wire";
import { clockTime, roles } from "./common";

type Name = (seat: SeatNo) => string;
const time = (ms: number): string => {
  const minutes = ms / 60_000;
  if (!Number.isInteger(minutes)) return `${ms / 1_000} seconds`;
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
};
const people = (count: number): string => (count === 1 ? "One person" : `${count} people`);

export const acts: Record<Act, string> = {
  undo_end: "Do not end it",
  unpause: "Go on",
  resume_order: "Go on with the round",
  open_round: "Open a round",
  close_round: "Close the round",
  skip: "Move on",
  next: "Offer it to the next person",
  offer_first: "Offer it to the next person",
  reclaim: "Take it back to the centre",
  longer: "Give a little longer",
  change_round: "Change this round",
};
export const title = "Holding the circle";
export const groups = { turn: "The turn", round: "The round", circle: "The circle" };
export const nextNamed = (name: string): string => `Offer the turn to ${name}`;
export const skipNamed = (name: string): string => `Move on from ${name}`;
export const awaited = ({ away }: Awaited, name: string): string =>
  away
    ? `${name} is away for a moment. The turn waits; you can wait too, or move on.`
    : `${name} has not answered yet. You can wait, or move on.`;
export const chooseHint = "To offer it to somebody else, choose them in the circle.";

export const promptLabel = "What is asked?";
export const promptHint = "Leave it empty to ask nothing in particular.";
export const suggestionsLabel = "Or begin with one of these";
export const suggestions = ["What brought you here?", "What is with you today?", "What helped you through?"];
export const orderLabel = "How does the turn travel?";
export const limitLabel = "Time for one turn";
export const limits: Record<Minutes, string> = {
  none: "No limit",
  1: "1 minute",
  2: "2 minutes",
  3: "3 minutes",
  5: "5 minutes",
  10: "10 minutes",
};
export const limit = (ms: number): string => (ms === 0 ? limits.none : time(ms));
export const firm = "The turn moves on when the time is over";
export const limitGentle = "Otherwise the time is gentle: it tells, and never cuts anyone off.";
export const startLabel = "Who begins?";
export const startMe = "I begin";
export const startRandom = "Drawn by lot";
export const startSeat = (name: string): string => `${name} begins`;
export const moreChoices = "More";
export const handsLabel = "Which hand comes first?";
export const handsBy: Record<HandsBy, string> = {
  least_heard: "Whoever was heard least",
  first_come: "Whoever raised it first",
};
export const advanceLabel = "How does it go on?";
export const advances: Record<Advance, string> = {
  itself: "By itself",
  facilitator: "Each offer waits for me",
};
export const slowLabel = "Between two messages of one person";
export const slow = (seconds: number): string => (seconds === 0 ? "No wait" : time(seconds * 1_000));
export const closing = "This is the closing round";
export const open = "Open the round";
export const change = "Change";

export const closeAsk = "Close the round already?";
export const lingerAsk = "Close the round, and say goodbye?";
export const cutShort = ({ unheard }: CutShort, holder: string | undefined): string[] => [
  ...(holder === undefined ? [] : [`${holder} has the turn.`]),
  ...(unheard === 0 && holder === undefined ? ["Somebody may still be writing."] : []),
  ...(unheard === 0
    ? []
    : [`${people(unheard)} ${unheard === 1 ? "has" : "have"} not been heard in it yet.`]),
  "A closed round cannot be opened again.",
];
export const closeSure = "Close it now";
export const closeNot = "Not yet";

export const waitingTitle = "Who waits";
export const nobodyWaits = "Nobody waits.";
export const first = "next";
export const moveUp = (name: string): string => `Move ${name} up`;
export const moveDown = (name: string): string => `Move ${name} down`;
export const up = "Up";
export const down = "Down";
export const unheardTitle = "Not heard yet";
export const unheardToo = "Also not heard yet";
export const awayTitle = "Away";
export const everyone = "Turns of each person";
export const pointsTitle = "Asks for attention";
export const points = (count: number): string =>
  count === 1 ? "1 asks for attention" : `${count} ask for attention`;
export const answerPoint = (name: string): string => `I have answered ${name}`;

export const announceTitle = "Say a word to all";
export const announceLabel = "Your word to all";
export const announce = "Say it to all";
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
  `You can undo it for ${time(undo_ms)}; then the words are erased.`;
export const removedTitle = "Removed";
export const restore = (name: string): string => `Let ${name} back in`;

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
export const muteFor = (ms: number): string => `Mute ${time(ms)}`;
export const muteHint =
  "Told to this person and to staff alone; they keep their place. “Mute” lasts until you lift it.";
export const mutedUntil = (until: number | undefined): string =>
  until === undefined ? "Muted until you lift it" : `Muted until ${clockTime(until)}`;
export const unmute = "Lift the mute";
export const remove = "Remove";
export const removeHint =
  "They leave at once and cannot come back until you let them in again. What they said stays. Everyone sees that they left.";
export const removeSure = "Remove now";
export const roleLabel = "Part in the circle";
export const setRole = "Change part";
export const roleOwnHint = "Giving up your own part here cannot be undone by you.";

const phaseDeeds: Record<NextPhase, string> = {
  open: "There is time for rounds again.",
  closing: "The closing has begun.",
  lingering: "The goodbyes have begun.",
};
const deeds: { [K in Deed["is"]]: (deed: Extract<Deed, { is: K }>, name: Name) => string } = {
  muted: ({ seat }, name) => `${name(seat)} was muted.`,
  unmuted: ({ seat }, name) => `${name(seat)} can write again.`,
  removed: ({ seat }, name) => `${name(seat)} was removed.`,
  restored: ({ seat }, name) => `${name(seat)} may come back.`,
  skipped: ({ seat }, name) => `The turn moved on from ${name(seat)}.`,
  reclaimed: ({ seat }, name) => `The turn was taken back from ${name(seat)}.`,
  offered: ({ seat }, name) => `The turn was offered to ${name(seat)}.`,
  role: ({ seat, role }, name) => `${name(seat)} is ${roles[role].toLowerCase()} now.`,
  phase: ({ phase }) => phaseDeeds[phase],
  paused: () => "The circle was paused.",
  unpaused: () => "The circle goes on.",
  opened: () => "A round was opened.",
  round_changed: () => "The round was changed.",
  reordered: () => "Those who wait are in a new order.",
  ended: () => "The session is about to end.",
  announced: () => "Your word was said to all.",
};
export const lastAct = "What you did last";
export const undo = "Undo";
export const undone = "That was undone.";

/** What was just done by this person, in one line. */
export function done(shown: Shown, name: Name): string {
  if (shown.is === "undone") return undone;
  const say = deeds[shown.deed.is] as (deed: Deed, name: Name) => string;
  return say(shown.deed, name);
}

export const undoAloud = (shown: Shown, name: Name): string =>
  shown.is === "undone" ? undone : `${done(shown, name)} You can undo it, also by Control and Z.`;
