import type { RefusalCode } from "../../core/wire";

export const panel = "Your turn";
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
export const point = "Ask the staff";
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
export const crowded = "Much is on its way already. Please wait a moment.";
export const lost = "That could not be done any more. Nothing was changed.";
export const returned = "Your words are back in your draft.";
export const willBeSent = "It is sent as soon as the connection is back.";

/**
 * The server says these too, in English; here they can be said in another language. Those that this
 * page gives no occasion for are left to the server.
 */
export const refusals: Partial<Record<RefusalCode, string>> = {
  stale_move: "The turn has moved on since you pressed that. Nothing was changed.",
  not_your_turn: "It is not your turn just now.",
  not_offered: "The turn is not offered to you just now.",
  not_free: "The turn cannot be taken from the centre just now.",
  not_allowed: "Your part in this circle does not include that.",
  not_over: "You cannot do that to this person.",
  last_facilitator: "This is the last facilitator. Ask somebody else to be one first.",
  no_such_seat: "That person is not in the circle.",
  not_eligible: "The turn cannot be offered to that person just now.",
  muted: "You are muted for now. You keep your place.",
  listening: "You are here to listen. Change how you are here first.",
  not_now: "That is not possible at this point of the session.",
  no_round: "No round is under way.",
  round_open: "A round is under way already. Close it first.",
  wrong_order: "This round does not have that.",
  paused: "The circle is paused.",
  ending: "The session is closing. Nothing more can be sent.",
  no_staff: "Nobody who holds this circle is here. Writing begins when they are.",
  floor_closed: "Writing is not open to everyone just now.",
  slow_down: "Please wait a moment before you write again.",
  no_such_words: "Those words are not here any more.",
  too_late: "The moment to take that back has passed.",
  too_long: "That is longer than fits. Please send it in parts.",
  no_longer: "The time cannot be extended again just now.",
  too_fast: "That was a little fast. Please try again in a moment.",
  not_stored: "It could not be kept just now. Please try again.",
};
