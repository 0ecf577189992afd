import type { FormatName, Lasts, Problem, Ways } from "./formats";
import type { Isolated } from "../../core/view/isolated";
import type { Late, LinkRole, Pace } from "../../core/wire";
import { type Own, blank, orders } from "../../words/common.en";
import { hourUnfit } from "../door/words.en";
import { limits } from "../round/words.en";

export const title = "A quiet place to talk in a circle";
export const intro =
  "One person has the turn; everyone else listens. You write when it’s your turn, and you can always pass.";
export const keepsNothing = "No accounts, no tracking. Everything said is erased when the session ends.";

export const make = "Create a circle";
export const titleLabel = "What’s it called?";
export const formatLabel = "What kind of circle is it?";
export const formats: Record<FormatName, { name: string; hint: string }> = {
  support: { name: "Support", hint: "A few people, a question, and time for each person." },
  recovery: { name: "Recovery", hint: "People can join at any time. They raise a hand and share, without replies." },
  keeper: { name: "Keeper’s", hint: "One question after another. Each person takes the turn or passes." },
  facilitated: { name: "Facilitated", hint: "The facilitator offers the turn to one person after another." },
  council: { name: "Council", hint: "Speakers choose who’s next." },
  restorative: {
    name: "Restorative",
    hint: "What happened, who was affected, what’s needed: a round for each.",
  },
  team: { name: "Team", hint: "A quick check-in. When the turn comes to you, you just start." },
  own: { name: "Something else", hint: "You choose how the turn travels." },
};
export const orderLabel = "How does the turn travel?";
/** What a choice comes to. */
export const facts = ({ order, turn, lasts }: Ways): string =>
  [
    orders[order].name,
    ...(turn === "none" ? [] : [`about ${limits[turn]} a turn`]),
    ...(lasts === "none" ? [] : [`${lastings[lasts]} in all`]),
  ].join(" · ");
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
export const agreementsHint = "Shown before people join. Make it your own, or leave it empty.";

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

export const more = "More choices";
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
export const insecure =
  "This page needs a secure address to create links. Please open it with https.";

export const madeTitle = (circle: Isolated): string => `“${circle}” is ready`;
export const madeIntro = "Anyone with a link can join, so send each one only to the people it’s for.";
export const once =
  "These links are shown only once. Nobody can look them up later, not even on the server. Please copy or print them now.";
export const keepHere = "Keep these links on this device";
export const keptHere = "Kept on this device";
export const keptHint = "You’ll find them under My circles on the start page.";
export const keepHint = "Only if nobody else uses this device: anyone who opens this page on it could join.";
export const keepFailed = "This device couldn’t keep them. Please copy or print them instead.";
export const enterNow = "Come in as facilitator";
export const enterHint = "Opens in a new tab.";
export const another = "Create another circle";
export const otherLinks = "Links for helpers and observers";
export const links: Record<LinkRole, { name: string; allows: string }> = {
  participant: {
    name: "For members",
    allows: "They take turns, pass and listen.",
  },
  facilitator: {
    name: "For facilitators",
    allows: "They host the circle: open rounds, offer the turn, keep time.",
  },
  moderator: {
    name: "For moderators",
    allows: "They look after everyone’s safety: they can pause, mute and remove.",
  },
  listener: {
    name: "For listeners",
    allows: "They only listen, and everyone can see that.",
  },
  keeper: {
    name: "For the keeper",
    allows:
      "It sets the time of the next session and can delete the circle. It doesn’t open a session. Keep it to yourself.",
  },
};
export const keeperTitle = "Keep this one safe";
export const linkLabel = (link: Own): string => `Link ${link.toLowerCase()}`;
export const copyLink = (link: Own): string => `Copy the link ${link.toLowerCase()}`;
export const share = "Share";
export const shareLink = (link: Own): string => `Share the link ${link.toLowerCase()}`;
export const shareText = (circle: Isolated): string => `You’re invited to “${circle}”. ${neverHaveTo}`;
export const copyByHand = "The link is selected. Please copy it yourself.";
export const qr = "QR code";
export const qrLink = (link: Own): string => `QR code ${link.toLowerCase()}`;
export const qrName = (circle: Isolated, link: Own): string => `QR code of the link ${link.toLowerCase()} of “${circle}”`;
export const qrHint = "Point a phone’s camera at it to join.";
export const print = "Print a card";
export const printLink = (link: Own): string => `Print a card ${link.toLowerCase()}`;
export const neverHaveTo = "You never have to speak.";
export const cardHow = "To join, point a phone’s camera at the code, or type this address into a browser:";
export const cardCare = "Anyone with this card can join. Please look after it.";

export const mine = "My circles";
export const mineHint = "This list is only on this device.";
export const asRole: Record<LinkRole, string> = {
  facilitator: "as facilitator",
  moderator: "as moderator",
  participant: "as a member",
  listener: "as a listener",
  keeper: "as its keeper",
};
export const comeIn = "Come in";
export const lookAfter = "Manage";
export const comeInTo = (circle: Isolated): string => `Come in: ${circle}`;
export const lookAfterIt = (circle: Isolated): string => `Manage: ${circle}`;
export const forget = "Remove from this device";
export const forgetIt = (circle: Isolated): string => `Remove from this device: ${circle}`;
export const forgotten = (circle: Isolated): string => `“${circle}” has been removed from this device.`;
export const undo = "Undo";
export const undoIt = (circle: Isolated): string => `Undo: keep ${circle}`;
export const showLinks = "Links";

export const notFoundTitle = "There’s nothing at this address";
export const notFound = "Please check the link you were given, or go to the start page.";
export const toStart = "Go to the start page";
