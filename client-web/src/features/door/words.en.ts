import type { Holders, Late, Meanwhile } from "./door";
import { lasting, until } from "./hour";
import type { Isolated } from "../../core/view/isolated";
import type { LinkRole } from "../../core/wire";
import { type Own, list, stopped } from "../../words/common.en";

const small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const count = (number: number): string => small[number] ?? String(number);
const people = (here: number): string => (here === 1 ? "one person is here" : `${count(here)} people are here`);

export const looking = "Opening the door…";
export const holders = (who: Holders): string => {
  switch (who.is) {
    case "here":
      return who.names.length === 1
        ? `${who.names[0]} hosts this circle and is here now.`
        : `${list(who.names)} host this circle and are here now.`;
    case "told":
      return `This circle is hosted by ${stopped(who.by)}`;
    case "untold":
      return "A facilitator hosts this circle. You’ll meet them inside.";
  }
};
export const comesAs: Partial<Record<LinkRole, string>> = {
  facilitator: "You’re joining as a facilitator: you host this circle.",
  moderator: "You’re joining as a moderator: you look after everyone’s safety.",
  listener: "You’re joining as a listener, and everyone can see that.",
};
export const lasts = (ms: number): string => {
  const { hours, minutes } = lasting(ms);
  const whole = hours === 1 ? "an hour" : `${count(hours)} hours`;
  if (hours === 0) return `A session lasts about ${minutes} minutes.`;
  if (minutes === 0) return `A session lasts about ${whole}.`;
  if (minutes !== 30) return `A session lasts about ${whole} and ${minutes} minutes.`;
  return `A session lasts about ${hours === 1 ? "an hour and a half" : `${count(hours)} and a half hours`}.`;
};
export const nobody = "Nobody is in the circle right now.";
export const meanwhile = (state: Meanwhile): string => {
  switch (state.is) {
    case "nobody":
      return "Nobody is here yet. You can be the first.";
    case "gathering":
      return `People are arriving: ${people(state.here)}.`;
    case "open":
      return `The session is under way: ${people(state.here)}.`;
    case "closing":
      return `The session is drawing to a close: ${people(state.here)}.`;
    case "lingering":
      return `The rounds are over, and people are saying goodbye: ${people(state.here)}.`;
    case "ended":
      return "The session is ending.";
  }
};
export const late: Record<Late, string> = {
  next_round: "If you join during a round, you listen until the next one.",
  at_end: "If you join during a round, your turn comes at the end of it.",
  closes: "Once the first round has begun, nobody new can join.",
};
export const neverHaveTo = "You never have to speak. Passing is always fine.";
export const whoSees =
  "The people in the circle see what you send. It’s kept on this server until the session ends.";
export const earlierWords = (seen: boolean): string =>
  seen ? "People who join later can read what was said before." : "Nobody sees what was said before they joined.";
export const agreements = "What we agree on";
export const agreementsRest = "Read more";

export const place = "There’s a place for you.";
export const whoSeesTitle = "Who sees your words";

export const nameLabel = "What should we call you?";
export const nameHint = "Any name is fine. It doesn’t have to be your own.";
export const arriveLabel = "How would you like to join?";
export const arrive = {
  sharing: { name: "Sharing", hint: "The turn comes to you. You can always pass." },
  listening: { name: "Listening", hint: "You read along. The turn goes past you." },
  resting: { name: "Resting", hint: "Like listening. Others’ words stay hidden until you tap." },
};
export const comeIn = "Come in";
export const comingIn = "Coming in…";
export const known = (name: Isolated): string => `You already have a place here, as ${name}.`;
export const comeBack = (name: Isolated): string => `Come back as ${name}`;
export const orAnew = "Come in as someone new instead";
export const unreached = "The server can’t be reached right now. This page keeps trying.";
/** Read aloud when something at the door has changed. */
export const turned = {
  opened: "The circle is open. You can come in.",
  timeCame: "It’s time. You can come in.",
  notYet: "The circle isn’t open yet.",
  over: "The session is over.",
};

export const nextSession = "The next session";
export const hour = (at: number, now: number, timeZone?: Own): string => {
  const year = (time: number) => new Intl.DateTimeFormat("en-GB", { year: "numeric", timeZone }).format(time);
  return new Intl.DateTimeFormat("en-GB", {
    ...{ weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone },
    ...(year(at) !== year(now) && { year: "numeric" }),
  }).format(at);
};
export const zone = (at: number, timeZone?: Own): string => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZoneName: "long", timeZone });
  return format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
};
export const inYourZone = (zoneName: Own): string => `in your time zone (${zoneName})`;
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
export const waitTitle = "The circle opens";
export const waitHow =
  "You can leave this page open: it will let you in when the circle opens. Or close it and come back with the same link.";
export const nextIs = (hour: Own, soon: Own): string =>
  `The next session is on ${hour} in your time zone, ${soon}. You can come in before then.`;

export const begunTitle = "This session has begun, and the door is closed";
export const begun =
  "Everyone inside started together, and nobody new can join this session. That says nothing about you.";
export const begunWait = "You can leave this page open: it will let you in when a new session opens.";
export const noHourYet = "Ask the person who sent you the link about the next session.";

export const setHourLabel = "When is the next session?";
export const setHourHint = (zoneName: Own): string =>
  `In your time zone (${zoneName}). Members can join from then on, or as soon as a host is in.`;
export const setHour = "Set the time";
export const clearHour = "Clear the time";
export const hourSet = "Saved. Everyone sees it in their own time zone.";
export const hourCleared = "The time is cleared. The circle opens whenever someone comes in.";
export const hourUnfit = "Please choose a time in the future, within the next 400 days.";
export const hourFailed = "That couldn’t be saved just now. Please try again.";
export const noHour = "No time is set. The circle opens whenever someone comes in.";

export const keeperTitle = "You’re the keeper of this circle";
export const keeper = "To join it, open one of its other links.";
export const remove = {
  title: "Delete this circle",
  text: "This deletes it for everyone, and can’t be undone.",
  open: "Delete this circle…",
  ask: (circle: Isolated): string => `Delete “${circle}”?`,
  lost: [
    "All its links stop working, including this one.",
    "If a session is under way, it ends at once.",
    "Its words, names and agreements are erased from the server.",
  ],
  never: "Nothing can be brought back.",
  now: "Delete it for good",
  failed: "It couldn’t be deleted just now. Please try again.",
};
export const deletedTitle = "The circle has been deleted";
export const deleted =
  "Everything said in it has been erased from the server. Thank you for looking after it.";

export const busyTitle = "Please try again in a moment";
export const noLinkTitle = "Please open your link again";
export const noLink =
  "This device has no place in this circle right now. Please use the link you were given.";
export const noCircleTitle = "This link doesn’t open a circle";
export const noCircle =
  "Part of the link may be missing, or the circle has been deleted. Please ask for the link again.";
export const unreachableTitle = "The server can’t be reached";
export const unreachable =
  "Please check that you’re online. This page keeps trying.";
export const offline = "You’re offline. This page connects as soon as your network is back.";
export const insecureTitle = "This address isn’t secure";
export const tryAgain = "Try again";

export const continueAsk = (name: Isolated): string => `Continue as ${name}?`;
export const continueText =
  "This browser has a place in this circle, from an earlier visit. If that wasn’t you, choose “Not me”, and the place is removed from this device.";
export const continueAs = "Continue as";
export const notMe = "Not me";
export const anewForgets = (name: Isolated): string =>
  `${name}’s place, and anything ${name} hasn’t sent, will be removed from this device.`;
export const removedHere =
  "You were removed from this session. A host can undo that: ask the person who gave you the link, then come back here.";
export const linkStays =
  "Unless this is a private window, this browser’s history now has your link. On a shared device, delete it there afterwards. Next time, open a private window from the browser’s menu and paste the link into it.";

export const insecure =
  "This page needs a secure address to create links. Please open it with https.";
