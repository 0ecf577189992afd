import type { FormatName, Lasts, Problem, Ways } from "./formats";
import type { Isolated } from "../../core/view/isolated";
import type { Late, LinkRole, Pace } from "../../core/wire";
import { type Own, blank, orders } from "../../words/common.en";
import { hourUnfit } from "../door/words.en";
import { limits } from "../round/words.en";

export const title = "One person speaks. Everyone else listens.";
export const intro = "A talking circle, in writing. The turn goes round, nobody interrupts, and you can always pass.";
export const keepsNothing = "No accounts, no tracking. Everything said is erased when the session ends.";

/** What the people in the picture say. */
export const scene = {
  label: "People in a circle. One has the turn and speaks; the others listen.",
  ana: "Tired, but the soft kind. Like after a long walk.",
  ben: "I nearly didn’t come. I’m glad I’m here.",
  dov: "My mother laughed today. I’d forgotten the sound.",
  lee: "I wrote the letter. I haven’t sent it yet.",
  fay: "Thank you all. I needed this quiet tonight.",
  mo: "I said no to something, and the sky didn’t fall.",
  passed: (name: Isolated): string => `${name} passed. That’s always fine.`,
  pause: "Pause the picture",
  play: "Let the picture move",
};

export const haveLink = "I have a link";
export const pasteHere = "Paste it here";
export const open = "Open";
export const openLink = "Open the link";
export const linkProblems: Record<"none" | "broken", string> = {
  none: "There’s no link to a circle in it. Please paste the whole link you were given.",
  broken: "The last part of the link is missing. Please copy the whole link and paste it again.",
};
export const linkElsewhere = (host: Isolated): string =>
  `This link leads to another place: ${host}. Please open it in the browser’s address bar.`;

export const waits = "You’re offline. The circle opens as soon as your network is back.";
export const demo = "See a demo circle";

export const make = "Start a circle";
export const makeTitle = "A new circle";
export const back = "Back";
export const step = (at: number): string => `Step ${at} of 2`;
export const untitled = "Your circle";
export const titleLabel = "What’s it called?";
export const formatLabel = "What kind of circle is it?";
export const formats: Record<FormatName, { name: string; hint: string }> = {
  support: { name: "Support circle", hint: "A few people. The turn goes round." },
  recovery: { name: "Recovery meeting", hint: "People raise a hand and share." },
  keeper: { name: "Keeper’s circle", hint: "One question after another." },
  facilitated: { name: "Facilitated circle", hint: "The facilitator offers the turn." },
  council: { name: "Council", hint: "Speakers choose who’s next." },
  restorative: { name: "Restorative circle", hint: "What happened, and what’s needed." },
  team: { name: "Team check-in", hint: "A quick round, 15 minutes." },
  own: { name: "Your own", hint: "You choose how the turn travels." },
};
export const orderLabel = "How does the turn travel?";
/** What a choice comes to, on the circle's title page. */
export const about = (format: FormatName, { order, turn, lasts }: Ways): string =>
  [
    `${formats[format].name}.`,
    ...(lasts === "none" ? [] : [`About ${lastings[lasts].replace(/^1 hour/, "an hour")}.`]),
    orders[order].hint,
    ...(turn === "none" ? [] : [`About ${limits[turn].replace(/^1 /, "a ")} for each turn.`]),
    "Everyone can pass.",
  ].join(" ");
export const lateLabel = "When can people join?";
export const lates: Record<Late, { name: string; hint: string }> = {
  next_round: {
    name: "Any time",
    hint: "Latecomers listen until the next round.",
  },
  at_end: {
    name: "Even mid-round",
    hint: "Latecomers get a turn at the end of the current round.",
  },
  closed: {
    name: "Before it begins",
    hint: "Until the first round. People who are in by then can always come back.",
  },
};
export const agreementsLabel = "What do you agree on?";
export const agreementsHint = "One on each line. Shown before people join. Make it your own, or leave it empty.";

const agreed = (...lines: Own[]): string =>
  [
    ...lines,
    "Everyone can pass. Nobody has to say why.",
    "What’s said here stays here. The one limit: if someone’s life is in danger, the hosts may have to get help.",
  ].join("\n");
const gentle = agreed("We speak from our own experience.", "We listen. We don’t give advice or try to fix.");
/** What the field begins with. */
export const agreements: Record<FormatName, string> = {
  support: gentle,
  keeper: gentle,
  facilitated: gentle,
  own: gentle,
  recovery: agreed("We speak about our own recovery.", "We don’t answer or comment on what others share."),
  council: agreed("We speak from the heart, and listen from the heart.", "We let silence be."),
  restorative: agreed(
    "We speak about what we did, saw and felt ourselves.",
    "We listen with respect, even when it’s hard.",
    "We look for what’s needed to put things right.",
  ),
  team: agreed("We say briefly how we are and what we need.", "We listen. Solutions can wait."),
};

export const more = "More";
export const heldByLabel = "Who hosts this circle?";
export const heldByHint = "One line, shown before people join: a name or a group.";
export const nextLabel = "When is the next session?";
export const nextHint =
  "In your time zone; everyone sees it in theirs. Members can join from then on, or as soon as a host is in.";
export const paceLabel = "How long do people have to answer?";
export const paces: Record<Pace, { name: string; hint: string }> = {
  unhurried: { name: "Unhurried", hint: "Three minutes to answer when the turn is offered." },
  usual: { name: "Usual", hint: "A minute and a half to answer when the turn is offered." },
  brisk: { name: "Brisk", hint: "45 seconds, for groups who know each other." },
};
export const turnLabel = "Time for each turn";
export const turnHint = "It’s a gentle reminder; nobody is cut off.";
export const lastsLabel = "How long does a session last?";
export const lastsHint = "Shown before people join; it won’t end automatically.";
export const lastings: Record<Lasts, string> = {
  none: "Not set",
  15: "15 minutes",
  30: "30 minutes",
  45: "45 minutes",
  60: "1 hour",
  90: "1½ hours",
  120: "2 hours",
  180: "3 hours",
};
export const atOnce = "Skip “Would you like the turn?”";
export const earlierWords = "Newcomers can read what was said before they joined";

export const submit = "Create the circle";
export const making = "One moment…";
export const problems = (max: number): Record<Problem, string> => ({
  empty: "Please give your circle a name.",
  too_long: `That’s a bit long. Please use at most ${max} characters.`,
  blank,
  unfit: hourUnfit,
});
export const hourUnread = "Please enter the full date and time, or clear the field.";
export const failed = "The circle couldn’t be created just now. Please try again.";
export const mine = "My circles";
export const mineHint = "Kept on this device only.";
export const asRole: Record<LinkRole, string> = {
  facilitator: "You host",
  moderator: "You’re a moderator",
  participant: "You’re a member",
  listener: "You listen",
  keeper: "You’re its keeper",
};
export const forget = "Remove from this device";
export const forgetIt = (circle: Isolated): string => `Remove from this device: ${circle}`;
export const forgotten = (circle: Isolated): string => `“${circle}” has been removed from this device.`;
export const undo = "Undo";
export const undoIt = (circle: Isolated): string => `Undo: keep ${circle}`;
export const moreAbout = (circle: Isolated): string => `More about ${circle}`;
