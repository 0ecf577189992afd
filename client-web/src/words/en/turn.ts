export const panel = "What you can do";
export const offeredHint = "No reason is asked.";
export const offerLasts = (time: string): string => `The offer waits about ${time}.`;
export const take = "Take it";
export const pass = "Pass";
export const later = "Later";
export const longer = "A little longer";
export const heldHint = "Send as much as you like.";
export const done = "I am done";
export const doneWith = "Who is next?";
export const chooseNext = (name: string): string => `${name} is next`;
export const centre = "Nobody: leave it in the centre";
export const reach = "Take the turn";
export const raise = "Raise my hand";
export const lower = "Lower my hand";
export const stepBack = "Let one go first";
export const point = "PendingCommand the staff";
export const pointed = "The staff have been told.";
export const pointHint = "They are told at once. The turn stays where it is.";

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
export const charsLeft = (count: number): string =>
  count >= 0 ? `${count} characters left` : `${-count} characters too many`;
export const tookBack = "Your words are back in your draft.";
export const laterAlone = "Nobody else waits, so the turn is offered to you again.";
export const crowded = "Much is on its way already. Please wait a moment.";
export const lost = "That could not be done any more. Nothing was changed.";
export const returned = "Your words are back in your draft.";
export const willBeSent = "It is sent as soon as the connection is back.";
