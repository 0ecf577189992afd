import type { SpaceLeft } from "./draft";

export const announceTitle = "Say a word to all";
export const announceLabel = "Your word to all";
export const announce = "Say it to all";
export const draftLabel = "Your words";
export const draftPrivate = "Only you see this.";
export const draftYourTurn = "Everyone sees what you send.";
export const draftFloor = "Everyone sees what you send.";
export const draftListener = "You are here to listen. This is only for you.";
export const draftMuted = "You are muted for now. Your words are kept here.";
export const send = "Send";
export const draftPaused = "Only you see this; sending waits for the pause to end.";

export const slow = (seconds: number): string =>
  seconds === 1 ? "You can write again in a second." : `You can write again in ${seconds} seconds.`;

export const spaceLeft = ({ of, count }: SpaceLeft): string => {
  const unit = of === "chars" ? "character" : "line";
  return `${Math.abs(count)} ${unit}${Math.abs(count) === 1 ? "" : "s"} ${count < 0 ? "too many" : "left"}`;
};
export const showAll = (lines: number): string => `Show all ${lines} lines`;
export const showLess = "Show less";
export const tookBack = "Your words are back in your draft.";
export const crowded = "Much is on its way already. Please wait a moment.";
export const lost = "That could not be done any more. Nothing was changed.";
export const returned = "Your words are back in your draft.";
export const willBeSent = "It is sent as soon as the connection is back.";
