import type { RetryReason, StopReason } from "../../core/connection/close";
import { span as rounded } from "../../core/clock";
import { span } from "../../words/common.en";
import { begunTitle, noLink, noLinkTitle } from "../door/words.en";

export const connected = "Connected";
export const connecting = "Connecting …";
const because: Record<RetryReason, string> = {
  lost: "The connection was lost.",
  restarting: "The server is restarting.",
  full: "It is full at the moment.",
  busy: "The server is busy at the moment.",
  not_yet: "The circle is not open yet.",
};
/** A wait that is nearly over is not worth a number. */
export const waiting = (why: RetryReason, ms: number): string =>
  ms < 5_000 ? `${because[why]} Trying again …` : `${because[why]} Trying again in about ${span(rounded(ms))}.`;
export const trying = "The connection was lost. Trying again …";
export const kept = "Nothing is lost: what you write is kept on this device.";
export const back = "Connected again. Nothing was lost.";
export const tryNow = "Try now";

export const stops: Record<StopReason, { title: string; text: string }> = {
  replaced: {
    title: "You are here on another screen",
    text: "Your place in this circle was opened somewhere else, so this page stepped back.",
  },
  removed: {
    title: "You can't come in",
    text: "A host removed you. Only a host can let you back in: ask the person who gave you the link, then try again here.",
  },
  ended: {
    title: "The session is over",
    text: "Thank you for having been here. What was said is gone from this page, and from the server.",
  },
  not_admitted: {
    title: noLinkTitle,
    text: noLink,
  },
  no_circle: {
    title: "There is no such circle",
    text: "It may have been deleted, or a part of the link is missing.",
  },
  left: {
    title: "You have left",
    text: "You can come back at any time while the session lasts.",
  },
  begun: {
    title: begunTitle,
    text: "Nobody new comes in for the rest of this session. At the door you see when there is another one.",
  },
  broken: {
    title: "Something did not fit together",
    text: "The page and the server misunderstood one another. Please load the page again; your draft is kept.",
  },
  outdated: {
    title: "This page is out of date",
    text: "The server speaks of things this page does not know yet. Please load it again; nothing is lost.",
  },
};
export const joinHere = "Join here";
export const joinHereHint = "You go on here, and the other screen steps back. Nothing is lost.";
export const notMe = "It wasn't me";
export const notMeHint =
  "Did somebody else open it? Then you go on here with a new key, and the other screen cannot come back to your place.";
export const tryAgain = "Try again";
export const comeBack = "Come back in";
export const reload = "Load the page again";
export const toDoor = "To the door";
export const draftLeft = "You had these words in your draft. They are gone when you close this page.";
export const copyDraft = "Copy these words";
