import type { Isolated } from "../../core/view/isolated";
import type { Own } from "../../words/common.en";
import type { Signal } from "./arrival";

export const panel = "What you can do";
export const offered = "Would you like the turn?";
export const offeredHint = "Take your time. You don’t have to say why.";
export const offerLasts = (time: Own): string => `We’ll wait about ${time}.`;
export const take = "Take the turn";
export const pass = "Pass";
export const later = "Later";
export const longer = "A little longer";
export const finish = "I’m finished";
export const unsentTitle = "You have words you haven’t sent";
export const unsentText = "Send them first, or keep them as a draft that only you see.";
export const sendAndFinish = "Send and finish";
export const finishUnsent = "Finish without sending";
export const keepWriting = "Keep writing";
export const notification = "It’s your turn to speak, if you’d like.";
export const askHow = "Shall we let you know when your turn comes?";
export const chooseHow = "Choose how";
export const notNow = "Not now";
export const done = "Done";
export const letKnow = "When your turn comes";
export const signals: Record<Signal, string> = {
  sound: "Sound",
  vibration: "Vibration",
  notification: "Notification while this page is hidden",
};
export const notAllowed = "Your browser doesn’t allow notifications here.";
export const whoNext = "Who’s next?";
export const chooseNext = (name: Isolated): string => `${name} is next`;
export const centre = "Leave it in the centre";
export const reach = "Take the turn";
export const raise = "Raise my hand";
export const lower = "Lower my hand";
export const stepBack = "Let someone go first";
export const laterAlone = "Nobody else is waiting, so the turn is offered to you again.";
