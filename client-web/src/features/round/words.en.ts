import type { CutShort } from "../console/acts";
import type { Minutes } from "./minutes";
import type { Advance, HandsBy } from "../../core/wire";
import { duration } from "../../words/common.en";

const people = (count: number): string => (count === 1 ? "One person" : `${count} people`);
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
export const limit = (ms: number): string => (ms === 0 ? limits.none : duration(ms));
export const firm = "The turn moves on when the time is over";
export const limitGentle = "Otherwise the time is gentle: it tells, and never cuts anyone off.";
export const startLabel = "Who begins?";
export const startMe = "I begin";
export const startRandom = "Drawn by lot";
export const startSeat = (name: string): string => `${name} begins`;
export const moreChoices = "More";
export const handsLabel = "Which hand comes first?";

export const handsBy: Record<HandsBy, string> = {
  least_heard: "The person heard least",
  first_come: "The first one raised",
};
export const advanceLabel = "How does it go on?";

export const advances: Record<Advance, string> = {
  itself: "By itself",
  facilitator: "Each offer waits for me",
};
export const slowLabel = "Between two messages of one person";
export const slow = (seconds: number): string => (seconds === 0 ? "No wait" : duration(seconds * 1_000));
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
