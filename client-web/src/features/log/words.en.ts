import type { Isolated } from "../../core/view/isolated";
import { plural } from "../../words/common.en";
import type { Who } from "../room/where";
import type { emptiness, Turn } from "./chapters";
import type { DirectionKind } from "./directions";

export const log = "What was said";
export const empty: Record<ReturnType<typeof emptiness>, string> = {
  nothing_said: "Nothing has been said yet.",
  from_now_on: "You’ll see what people say from now on.",
};
export const newMessages = (count: number): string => plural(count, "new message");
export const earlier = "Show earlier words";

export const round = (number: number): string => `Round ${number}`;
/** `heardOut`: everyone was asked before it was closed. */
export const over = (number: number, heardOut: boolean): string =>
  `End of round ${number}.${heardOut ? " Everyone who wanted to has spoken." : ""}`;
export const outside = "Before and between rounds";

const deeds: Record<DirectionKind, string> = { passed: "passed", joined: "joined", left: "left", rang: "rang the bell" };
export const happened = (is: DirectionKind, who: Who): string => `${who === "you" ? "You" : who} ${deeds[is]}.`;

export const kinds: Record<Exclude<Turn["kind"], "share">, string> = {
  announcement: "From the host",
  floor: "Open conversation",
};
export const sending = "Sending…";
export const takenBack = "Taken back";
/** In place of words that a host has hidden. */
export const hidden = "A host has hidden these words.";
export const takeBack = "Take back";
export const hiddenWords = "Read it (only hosts can)";
export const hide = "Hide this message";
export const restore = "Show it again";
export const more = (who: Isolated): string => `More about what ${who} said`;
export const folded = (who: Isolated): string => `What ${who} said`;
