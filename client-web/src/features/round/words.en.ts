import type { CutShort } from "../console/acts";
import type { Minutes } from "./minutes";
import type { Isolated } from "../../core/view/isolated";
import type { Advance, HandsBy, Order } from "../../core/wire";
import { duration, people } from "../../words/common.en";

export const promptLabel = "Question for this round";
export const promptHint = "Optional";
export const suggestionsLabel = "Or start with one of these";
export const suggestions = ["What brought you here?", "What’s on your mind today?", "What helped you through?"];
export const orderLabel = "How does the turn travel?";
export const limitLabel = "Time for each turn";

export const limits: Record<Minutes, string> = {
  none: "No limit",
  1: "1 minute",
  2: "2 minutes",
  3: "3 minutes",
  5: "5 minutes",
  10: "10 minutes",
};
export const limit = (ms: number): string => (ms === 0 ? limits.none : duration(ms));
export const firmLabel = "What happens when time is up?";
export const firm = "The turn ends when time is up";
export const gentle = "It’s a gentle reminder; nobody is cut off";
export const startLabel = "Who goes first?";
export const startMe = "I go first";
export const startRandom = "Someone at random";
export const startSeat = (name: Isolated): string => `${name} goes first`;
export const goes = "How it goes";
/** The choices as one sentence, with a list of choices for each part in braces. */
export const sentence = (order: Order, has: { start: boolean; limit: boolean }): string => {
  if (order === "open") return "It’s {order}: anyone can write at any time.";
  const start = has.start ? ", starting with {start}" : "";
  return `The turn goes {order}${start}. Each person has {limit}${has.limit ? ", and {firm}" : ""}.`;
};
export const inSentence = {
  orders: {
    go_round: "round the circle",
    popcorn: "to the person each speaker chooses",
    hands: "to people who raise a hand",
    facilitator: "to the person the facilitator chooses",
    open: "an open conversation",
  } satisfies Record<Order, string>,
  me: "me",
  random: "someone at random",
  limit: (ms: number): string => (ms === 0 ? "as long as they need" : `about ${duration(ms)}`),
  firm: (firm: boolean): string => (firm ? "the turn ends when time is up" : "nobody is cut off"),
};
export const moreChoices = "More";
export const handsLabel = "Which hand goes first?";

export const handsBy: Record<HandsBy, string> = {
  least_heard: "The person who’s spoken least",
  first_come: "The first one raised",
};
export const advanceLabel = "What happens after each turn?";

export const advances: Record<Advance, string> = {
  itself: "The turn moves on by itself",
  facilitator: "It waits for the facilitator",
};
export const slowLabel = "Wait between one person’s messages";
export const slow = (seconds: number): string => (seconds === 0 ? "No wait" : duration(seconds * 1_000));
export const closing = "This is the closing round";
export const open = "Open the round";
export const change = "Save changes";
export const closeAsk = "Close the round now?";
export const lingerAsk = "Close the round and say goodbye?";

export const cutShort = ({ unheard }: CutShort, holder: Isolated | undefined): string[] => [
  ...(holder === undefined ? [] : [`${holder} has the turn.`]),
  ...(unheard === 0 && holder === undefined ? ["Someone may still be writing."] : []),
  ...(unheard === 0
    ? []
    : [`${people(unheard)} ${unheard === 1 ? "hasn’t" : "haven’t"} spoken in it yet.`]),
  "A closed round can’t be reopened.",
];
export const closeSure = "Close it now";
export const closeNot = "Not yet";
