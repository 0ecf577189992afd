import type { FormatName, Lasts, Problem, Ways } from "./formats";
import type { Late, LinkRole, Pace } from "../../core/wire";
import { blank, orders } from "../../words/common.en";
import { hourUnfit } from "../door/words.en";
import { limits } from "../round/words.en";

export const title = "A quiet place to talk in a circle";
export const intro =
  "One person at a time has the turn; everyone else listens. You write when the turn comes to you, and you may always pass.";
export const keepsNothing = "No accounts and no tracking. What is said is erased when the session ends.";

export const make = "Make a circle";
export const titleLabel = "What is it called?";
export const formatLabel = "What kind of circle is it?";
export const formats: Record<FormatName, { name: string; hint: string }> = {
  support: { name: "Support", hint: "A few people, a question, and time for each in turn." },
  recovery: { name: "Recovery", hint: "The door stays open. People raise a hand and share, without replies." },
  keeper: { name: "Keeper’s", hint: "One question after another; each takes the turn or passes." },
  facilitated: { name: "Facilitated", hint: "The facilitator offers the turn to one after another." },
  council: { name: "Council", hint: "Whoever is moved speaks, and says who is next." },
  restorative: {
    name: "Restorative",
    hint: "What happened, who was affected, what is needed: a round for each.",
  },
  team: { name: "Team", hint: "A check-in: one brisk round, and the turn is simply theirs when it comes." },
  own: { name: "Something else", hint: "You choose yourself how the turn travels." },
};
export const orderLabel = "How does the turn travel?";
/** What a choice comes to. */
export const facts = ({ order, turn, lasts }: Ways): string =>
  [
    orders[order].name,
    ...(turn === "none" ? [] : [`about ${limits[turn]} a turn`]),
    ...(lasts === "none" ? [] : [`${lastings[lasts]} in all`]),
  ].join(" · ");
export const lateLabel = "Who may come in, with the link?";
export const lates: Record<Late, { name: string; hint: string }> = {
  next_round: {
    name: "Any time",
    hint: "Those who come late listen until the next round.",
  },
  at_end: {
    name: "Mid-round, too",
    hint: "Those who come late join the round under way, at its end.",
  },
  closed: {
    name: "Until it begins",
    hint: "Until the first round. Whoever is in by then can always come back.",
  },
};
export const agreementsLabel = "What do you agree on?";
export const agreementsHint = "Shown at the door. Make it your own, or leave it empty.";

const agreed = (...lines: string[]): string =>
  [
    ...lines,
    "Everyone may pass; nobody has to say why.",
    "What is said here stays here. The one limit: if somebody’s life is in danger, whoever holds this circle may have to get help.",
  ].join("\n");
const gentle = agreed("We speak from our own experience.", "We listen, and do not advise or put right.");
/** What the field begins with. */
export const agreements: Record<FormatName, string> = {
  support: gentle,
  keeper: gentle,
  facilitated: gentle,
  own: gentle,
  recovery: agreed("We speak of our own recovery.", "We do not answer or comment on what others share."),
  council: agreed("We speak from the heart, and listen from the heart.", "We leave silence where it comes."),
  restorative: agreed(
    "We speak of what we did, saw and felt ourselves.",
    "We listen with respect, also where it is hard.",
    "We look for what is needed to put things right.",
  ),
  team: agreed("We say briefly how we are and what we need.", "We listen; solutions can wait."),
};

export const more = "More choices";
export const heldByLabel = "Who holds this circle?";
export const heldByHint = "One line at the door: a name, or a group.";
export const nextLabel = "When is the next session?";
export const nextHint =
  "By your own clock; everyone sees it in theirs. Members can come in from then on.";
export const paceLabel = "How much time is there to answer?";
export const paces: Record<Pace, { name: string; hint: string }> = {
  unhurried: { name: "Unhurried", hint: "Three minutes to answer when the turn is offered." },
  usual: { name: "Usual", hint: "A minute and a half to answer when the turn is offered." },
  brisk: { name: "Brisk", hint: "Three quarters of a minute, for groups that know one another." },
};
export const turnLabel = "Time for one turn";
export const turnHint = "It is gentle: it tells, and never cuts anyone off.";
export const lastsLabel = "How long does a session last?";
export const lastsHint = "Told at the door; nothing ends by itself.";
export const lastings: Record<Lasts, string> = {
  none: "Not said",
  15: "15 minutes",
  30: "30 minutes",
  45: "45 minutes",
  60: "1 hour",
  90: "1½ hours",
  120: "2 hours",
  180: "3 hours",
};
export const atOnce = "The turn is taken at once, without asking";
export const earlierWords = "Newcomers see what was said before they came";

export const submit = "Make this circle";
export const making = "One moment …";
export const problems = (max: number): Record<Problem, string> => ({
  empty: "Please give your circle a name.",
  too_long: `That is a little long: at most ${max} characters fit.`,
  blank,
  unfit: hourUnfit,
});
export const hourUnread = "Please give the whole date and time, or clear the field.";
export const failed = "It could not be made just now. Please try again.";
export const insecure =
  "This page needs a secure address (https) to make its keys. Please open it by its https address.";

export const madeTitle = (circle: string): string => `“${circle}” is ready`;
export const madeIntro = "Send each link only to those it is meant for.";
export const once =
  "These links are shown only this once. Nobody can look them up again, not even this server: please copy or print them now.";
export const keepHere = "Keep these links on this device";
export const keptHere = "Kept on this device";
export const keptHint = "They are under My circles on the first page.";
export const keepHint = "Only if this device is yours alone: whoever opens this page on it could come in.";
export const keepFailed = "This device could not keep them. Please copy or print them instead.";
export const enterNow = "Go in as facilitator";
export const enterHint = "It opens beside this page.";
export const another = "Make another circle";
export const otherLinks = "Links for those who help, and who observe";
export const links: Record<LinkRole, { name: string; allows: string }> = {
  participant: {
    name: "For members",
    allows: "They are offered the turn, share or pass, and listen.",
  },
  facilitator: {
    name: "For facilitators",
    allows: "They hold the circle: open rounds, ask, offer the turn, keep time.",
  },
  moderator: {
    name: "For moderators",
    allows: "They watch over everyone’s safety: can pause, mute and remove.",
  },
  listener: {
    name: "For listeners",
    allows: "They only observe, and everyone sees that they do.",
  },
  keeper: {
    name: "For the keeper",
    allows:
      "It opens no session. It sets the hour of the next one, and can delete the circle. Keep it to yourself.",
  },
};
export const keeperTitle = "To be kept apart";
export const linkLabel = (link: string): string => `Link ${link.toLowerCase()}`;
export const copyLink = (link: string): string => `Copy the link ${link.toLowerCase()}`;
export const share = "Share";
export const shareLink = (link: string): string => `Share the link ${link.toLowerCase()}`;
export const shareText = (circle: string): string => `You are invited to “${circle}”. ${neverHaveTo}`;
export const copyByHand = "The link is selected: copy it by hand.";
export const qr = "QR code";
export const qrLink = (link: string): string => `QR code ${link.toLowerCase()}`;
export const qrName = (circle: string, link: string): string => `QR code of the link ${link.toLowerCase()} of “${circle}”`;
export const qrHint = "Point a phone’s camera at it to come in.";
export const print = "Print a card";
export const printLink = (link: string): string => `Print a card ${link.toLowerCase()}`;
export const neverHaveTo = "You never have to speak.";
export const cardHow = "To come in, point a phone’s camera at the code, or type this address into a browser:";
export const cardCare = "Whoever has this card can come in. Please look after it.";

export const mine = "My circles";
export const mineHint = "This list is on this device alone.";
export const parts: Record<LinkRole, string> = {
  facilitator: "as facilitator",
  moderator: "as moderator",
  participant: "as a member",
  listener: "as a listener",
  keeper: "as its keeper",
};
export const comeIn = "Come in";
export const lookAfter = "Look after it";
export const comeInTo = (circle: string): string => `Come in: ${circle}`;
export const lookAfterIt = (circle: string): string => `Look after it: ${circle}`;
export const forget = "Forget";
export const forgetIt = (circle: string): string => `Forget ${circle}`;
export const forgotten = (circle: string): string => `“${circle}” is forgotten here.`;
export const undo = "Undo";
export const undoIt = (circle: string): string => `Undo: keep ${circle}`;
export const itsLinks = "Its links";

export const notFoundTitle = "There is nothing at this address";
export const notFound = "Please check the link you were given, or go to the first page.";
export const toStart = "To the first page";
