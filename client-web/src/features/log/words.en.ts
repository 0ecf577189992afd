import type { Isolated } from "../../core/view/isolated";
import type { MessageKind } from "../../core/wire";

export const log = "What was said";
export const nothingSaid = "Nothing has been said yet.";
export const newWords = "New words below";
export const earlier = "Show earlier words";

export const roundTitle = (number: number, prompt: Isolated | undefined): string =>
  prompt ? `Round ${number}: ${prompt}` : `Round ${number}`;
export const outside = "Before and between rounds";

export const kinds: Record<Exclude<MessageKind, "share">, string> = {
  announcement: "From the host",
  floor: "Open conversation",
};
export const sending = "Sending…";
export const takenBack = "Taken back";
export const takeBack = "Take back";
export const folded = (who: Isolated): string => `What ${who} said`;
