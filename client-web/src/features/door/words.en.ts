import type { Holders, Late, Meanwhile } from "./door";
import { lasting, until } from "./hour";
import type { LinkRole } from "../../core/wire";

const small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const count = (number: number): string => small[number] ?? String(number);
const all = (names: string[]): string => new Intl.ListFormat("en-GB").format(names);
const people = (here: number): string => (here === 1 ? "one person is here" : `${count(here)} people are here`);

export const looking = "Opening the door …";
export const holders = (who: Holders): string => {
  switch (who.is) {
    case "here":
      return who.names.length === 1
        ? `${who.names[0]} holds this circle, and is here now.`
        : `${all(who.names)} hold this circle, and are here now.`;
    case "told":
      return `This circle is held by ${who.by.replace(/\.$/, "")}.`;
    case "untold":
      return "A facilitator holds this circle. You meet them inside, by name.";
  }
};
export const comesAs: Partial<Record<LinkRole, string>> = {
  facilitator: "You come in as facilitator: you hold this circle.",
  moderator: "You come in as moderator: you watch over everyone's safety.",
  listener: "You come in as a listener, and everyone sees that you listen.",
};
export const lasts = (ms: number): string => {
  const { hours, minutes } = lasting(ms);
  const whole = hours === 1 ? "an hour" : `${count(hours)} hours`;
  if (hours === 0) return `A session lasts about ${minutes} minutes.`;
  if (minutes === 0) return `A session lasts about ${whole}.`;
  if (minutes !== 30) return `A session lasts about ${whole} and ${minutes} minutes.`;
  return `A session lasts about ${hours === 1 ? "an hour and a half" : `${count(hours)} and a half hours`}.`;
};
export const nobody = "Nobody is in the circle at the moment.";
export const meanwhile = (state: Meanwhile): string => {
  switch (state.is) {
    case "nobody":
      return "Nobody has come in yet. You can be the first.";
    case "gathering":
      return `People are arriving: ${people(state.here)}.`;
    case "open":
      return `The session is under way: ${people(state.here)}.`;
    case "closing":
      return `The session is coming to its end: ${people(state.here)}.`;
    case "lingering":
      return `The rounds are over, and people say goodbye: ${people(state.here)}.`;
    case "ended":
      return "The session is ending.";
  }
};
export const late: Record<Late, string> = {
  next_round: "If a round is under way, you listen until the next one.",
  at_end: "If a round is under way, you join it at its end.",
  closes: "Once the first round has begun, nobody new comes in.",
};
export const neverHaveTo = "You never have to speak. Passing is always fine.";
export const whoSees =
  "What you write is seen by the people in this circle at the time, and is kept on this server until the session ends.";
export const earlierWords = (seen: boolean): string =>
  seen ? "Whoever comes later can read what was said before." : "Nobody sees what was said before they came.";
export const agreements = "What this circle agrees on";
export const agreementsRest = "Read on";

export const nameLabel = "What shall we call you?";
export const nameHint = "Any name will do; it need not be your own.";
export const arriveLabel = "How do you arrive?";
export const arrive = {
  sharing: { name: "Sharing", hint: "The turn may come to you." },
  listening: { name: "Listening", hint: "The turn passes you by for now." },
  resting: { name: "Resting", hint: "As listening, and words stay folded." },
};
export const comeIn = "Come in";
export const comingIn = "Coming in …";
export const known = (name: string): string => `You have a place here already, as ${name}.`;
export const comeBack = (name: string): string => `Come back as ${name}`;
export const orAnew = "Come in as somebody new instead";
export const unreached = "The server cannot be reached just now. This page keeps trying.";
/** Told aloud when what stands at the door has changed. */
export const turned = {
  opened: "The circle is open. You can come in.",
  hourCame: "The hour has come. You can come in.",
  over: "The session is over.",
};

export const nextSession = "The next session";
export const hour = (at: number, now: number, timeZone?: string): string => {
  const year = (time: number) => new Intl.DateTimeFormat("en-GB", { year: "numeric", timeZone }).format(time);
  return new Intl.DateTimeFormat("en-GB", {
    ...{ weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone },
    ...(year(at) !== year(now) && { year: "numeric" }),
  }).format(at);
};
export const zone = (at: number, timeZone?: string): string => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZoneName: "long", timeZone });
  return format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
};
export const byYourClock = (zoneName: string): string => `by your clock (${zoneName})`;
export const howSoon = (ms: number): string => {
  const time = until(ms);
  switch (time.unit) {
    case "now":
      return "now";
    case "moment":
      return "in a moment";
    case "few_minutes":
      return "in a few minutes";
    case "hours":
      return time.count === 1 ? "in about an hour" : `in about ${count(time.count)} hours`;
    case "days":
      return time.count === 1 ? "in about a day" : `in about ${count(time.count)} days`;
    case "minutes":
    case "weeks":
      return `in about ${count(time.count)} ${time.unit}`;
  }
};
export const waitTitle = "The circle opens at its hour";
export const waitHow =
  "You can leave this page open: it turns into the door by itself. Or close it, and come back by the same link.";
export const nextIs = (hour: string, soon: string): string =>
  `The hour of the next session is ${hour} by your clock, ${soon}. You may come in before.`;

export const begunTitle = "The circle has begun and its door is closed now";
export const begun =
  "Everyone who is in began together, and nobody new comes in for the rest of this session. That says nothing about you.";
export const begunWait = "You can leave this page open: it turns into the door when a new session opens.";
export const noHourYet = "When the next session is, you learn from whoever gave you the link.";

export const setHourLabel = "When is the next session?";
export const setHourHint = (zoneName: string): string =>
  `By your own clock: ${zoneName}. Before that hour, members see a page that waits; those who hold the circle may come in early.`;
export const setHour = "Set this hour";
export const clearHour = "Take the hour away";
export const hourSet = "It is set. Everyone sees it in their own time.";
export const hourCleared = "There is no hour any more: the circle opens whenever someone comes in.";
export const hourUnfit = "Please choose an hour that is still to come, within the next 400 days.";
export const hourFailed = "It could not be kept just now. Please try again.";
export const noHour = "There is no hour set. The circle opens whenever someone comes in.";

export const keeperTitle = "You keep this circle";
export const keeper = "To come in, open one of its other links.";
export const travels = (order: string): string => `How the turn travels: ${order.toLowerCase()}.`;
export const remove = {
  title: "Delete this circle",
  text: "For good, and for everyone at once.",
  open: "Delete this circle …",
  ask: (circle: string): string => `Delete “${circle}”?`,
  lost: [
    "Every link to it stops working, for everyone, this one included.",
    "A session that is under way ends at once.",
    "All its words, names and agreements are erased from the server.",
  ],
  never: "Nothing of it can be brought back.",
  now: "Delete it for good",
  failed: "It could not be deleted just now. Please try again.",
};
export const deletedTitle = "The circle is deleted";
export const deleted =
  "Its words are erased from the server. Thank you for having kept it.";

export const busyTitle = "Please try again in a moment";
export const noLinkTitle = "Please open your link again";
export const noLink =
  "This device has no place in this circle at the moment. Come in by the link you were given.";
export const noCircleTitle = "There is no circle here that this link opens";
export const noCircle =
  "A part of it may be missing. Please ask for the link again.";
export const unreachableTitle = "The server cannot be reached";
export const unreachable =
  "Please look whether you are online. This page keeps trying.";
export const insecureTitle = "This address is not secure";
export const tryAgain = "Try again";

/** Names inside a sentence are isolated, so that their direction doesn't affect the rest. */
const isolated = (name: string): string => `\u2068${name}\u2069`;
export const continueAsk = (name: string): string => `Continue as ${isolated(name)}?`;
export const continueText =
  "This browser has a place in this circle, from an earlier visit. If that wasn’t you, choose “Not me”, and the place is removed from this device.";
export const continueAs = "Continue as";
export const notMe = "Not me";
export const anewForgets = (name: string): string =>
  `${isolated(name)}’s place, and anything ${isolated(name)} hasn’t sent, will be removed from this device.`;
export const removedHere =
  "You were removed from this session. A host can undo that: ask the person who gave you the link, then come back here.";
export const linkStays =
  "Unless this is a private window, this browser’s history now has your link. On a shared device, delete it there afterwards. Next time, open a private window from the browser’s menu and paste the link into it.";
