import type { RetryReason, StopReason } from "../../core/connection/close";
import { span as rounded } from "../../core/clock";
import { span } from "../../words/common.en";
import { begunTitle, noLink, noLinkTitle } from "../door/words.en";

export const connected = "Connected";
export const connecting = "Connecting…";
const because: Record<RetryReason, string> = {
  lost: "The connection was lost.",
  restarting: "The server is restarting.",
  full: "It’s full at the moment.",
  busy: "The server is busy at the moment.",
  not_yet: "The circle isn’t open yet.",
  not_now: "The circle is having a quiet moment.",
};
/** A wait that is nearly over is not worth a number. */
export const waiting = (why: RetryReason, ms: number): string =>
  ms < 5_000 ? `${because[why]} Trying again…` : `${because[why]} Trying again in about ${span(rounded(ms))}.`;
export const trying = "The connection was lost. Trying again…";
export const kept = "Nothing is lost. What you write is kept on this device.";
export const back = "Connected again. Nothing was lost.";
export const tryNow = "Try now";

export const stops: Record<StopReason, { title: string; text: string }> = {
  replaced: {
    title: "You’re here on another screen",
    text: "Your place in this circle was opened somewhere else, so this page has stopped.",
  },
  removed: {
    title: "You can’t come in",
    text: "A host removed you, and a host can let you back in. Ask the person who sent you the link, then try again here.",
  },
  ended: {
    title: "The session is over",
    text: "Thank you for being here. What was said is gone from this page and from the server.",
  },
  not_admitted: {
    title: noLinkTitle,
    text: noLink,
  },
  no_circle: {
    title: "This circle no longer exists",
    text: "It has been deleted, and everything said in it has been erased.",
  },
  left: {
    title: "You’ve left",
    text: "You can come back at any time until the session ends.",
  },
  begun: {
    title: begunTitle,
    text: "Nobody new can join for the rest of this session. The door shows when the next one is, if a time is set.",
  },
  broken: {
    title: "Something went wrong",
    text: "The page and the server don’t understand each other. Please reload the page. Your draft is kept.",
  },
  outdated: {
    title: "This page is out of date",
    text: "The server has been updated. Please reload the page. Nothing is lost.",
  },
};
export const joinHere = "Join here";
export const joinHereHint = "You continue here, and the other screen stops. Nothing is lost.";
export const notMe = "It wasn’t me";
export const notMeHint =
  "Did someone else open it? Then you continue here with a new key, and the other screen can’t use your place again.";
export const tryAgain = "Try again";
export const comeBack = "Come back in";
export const reload = "Reload the page";
export const toDoor = "Back to the door";
export const draftLeft = "These words were in your draft. They’re gone once you close this page.";
export const copyDraft = "Copy these words";
