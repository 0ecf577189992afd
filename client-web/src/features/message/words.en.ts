import type { Speaking } from "./composer";
import type { SpaceLeft } from "./draft";
import { plural } from "../../words/common.en";

export const announceTitle = "Speak to everyone";
export const announceLabel = "Message";
export const announce = "Send to everyone";
export const draftLabel = "Your words";
export const placeholders: Record<Speaking, string> = {
  draft: "Write a draft",
  share: "Write to everyone",
  say: "Write to everyone",
  announce: "Speak to everyone",
};
export const draftPrivate = "Only you see this.";
export const draftYourTurn = "Everyone sees what you send.";
export const draftFloor = "Everyone sees what you send.";
export const draftListener = "You’re here to listen. Only you see this.";
export const draftMuted = "You’re muted for now. Your words are kept here.";
export const send = "Send";
export const draftPaused = "You can send after the pause.";

export const slow = (seconds: number): string => `You can write again in ${plural(seconds, "second")}.`;

export const spaceLeft = ({ of, count }: SpaceLeft): string =>
  `${plural(Math.abs(count), of === "chars" ? "character" : "line")} ${count < 0 ? "too many" : "left"}`;
export const showAll = (lines: number): string => `Show all ${lines} lines`;
export const showLess = "Show less";
export const tookBack = "Your words are back in your draft.";
export const crowded = "The last things you did are still being sent. Please wait a moment.";
export const lost = "That couldn’t be done any more. Nothing has changed.";
export const returned = "Your words are back in your draft.";
export const willBeSent = "This will be sent as soon as you’re reconnected.";
