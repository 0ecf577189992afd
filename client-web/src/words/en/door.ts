import type { LinkRole } from "../../core/wire";

export const looking = "Opening the door …";
export const invited: Record<Exclude<LinkRole, "keeper">, string> = {
  facilitator: "You come in as facilitator: you hold this circle.",
  moderator: "You come in as moderator: you watch over everyone's safety.",
  participant: "You come in as a member of this circle.",
  listener: "You come in as a listener. Everyone sees that you listen; the turn does not come to you.",
};
export const here = (count: number): string =>
  count === 0 ? "Nobody is here yet." : count === 1 ? "One person is here." : `${count} people are here.`;
export const notOpen = "Nobody has come in yet. You can be the first.";
export const neverHaveTo = "You never have to speak. Passing is always fine.";
export const whoSees =
  "What you write is seen by the people in this circle at the time, and is kept on this server until the session ends.";
export const agreements = "What this circle agrees on";
export const nameLabel = "What shall we call you?";
export const nameHint = "Any name will do; it need not be your own.";
export const emptyName = "Please choose a name, so that others can address you.";
export const nameTooLong = (max: number): string => `At most ${max} characters fit.`;
export const nameControl = "There is a character in it that cannot be shown.";
export const arriveLabel = "How do you arrive?";
export const arrive = {
  sharing: { name: "Sharing", hint: "The turn may come to you." },
  listening: { name: "Listening", hint: "The turn passes you by. You can change this at any time." },
  resting: { name: "Resting", hint: "As listening, and words stay folded until you open them." },
};
export const comeIn = "Come in";
export const comingIn = "Coming in …";
export const known = (name: string): string => `You have a place here already, as ${name}.`;
export const comeBack = (name: string): string => `Come back as ${name}`;
export const orAnew = "Come in as somebody new instead";
export const keeperTitle = "This link keeps the circle";
export const keeper = "It does not lead into a session. To come in, open one of the circle's other links.";
export const busyTitle = "Please try again in a moment";
export const noLinkTitle = "Please open your link again";
export const noLink =
  "This device has no place in this circle at the moment. Come in by the link you were given.";
export const noCircleTitle = "There is no circle here that this link opens";
export const noCircle =
  "It may have been renewed, or a part of it is missing. Please ask for the link again.";
export const unreachableTitle = "The server cannot be reached";
export const unreachable = "Please look whether you are online, and try again in a moment.";
export const insecureTitle = "This address is not secure";
export const tryAgain = "Try again";
