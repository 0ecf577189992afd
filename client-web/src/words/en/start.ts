import type { LinkRole, Pace } from "../../core/wire";

export const title = "A quiet place to talk in a circle";
export const intro =
  "One person at a time has the turn; everyone else listens. You write when the turn comes to you, and you may always pass.";
export const make = "Make a circle";
export const titleLabel = "What is it called?";
export const titleHint = "Everyone who is invited sees this name.";
export const orderLabel = "How does the turn travel?";
export const agreementsLabel = "What do you agree on?";
export const agreementsHint = "Shown to everyone before they come in. Leave it empty if you like.";
export const agreementsExample =
  "We speak from our own experience.\nWhat is said here stays here.\nEveryone may pass.";
export const paceLabel = "How much time is there to answer?";
export const paces: Record<Pace, { name: string; hint: string }> = {
  unhurried: { name: "Unhurried", hint: "Twice the usual time." },
  usual: { name: "Usual", hint: "A minute and a half to take a turn that is offered." },
  brisk: { name: "Brisk", hint: "About half of that, for groups that know one another." },
};
export const submit = "Make this circle";
export const making = "One moment …";
export const emptyTitle = "Please give your circle a name.";
export const tooLong = (max: number): string => `That is a little long: at most ${max} characters fit.`;
export const failed = "The circle could not be made just now. Please try again in a moment.";
export const insecure =
  "This page needs a secure address (https) to make its keys. Please open it by its https address.";

export const madeTitle = (circle: string): string => `“${circle}” is ready`;
export const madeIntro =
  "These are its links. They are shown only this once, and nobody can look them up again, not even this server: please keep them somewhere safe.";
export const enterNow = "Go in as facilitator";
export const links: Record<LinkRole, { name: string; allows: string }> = {
  participant: { name: "For members", allows: "Takes part: is offered the turn, shares, passes, listens." },
  facilitator: {
    name: "For facilitators",
    allows: "Holds the circle: opens rounds, asks, offers the turn, keeps time.",
  },
  moderator: {
    name: "For moderators",
    allows: "Watches over everyone's safety: can pause, mute and remove.",
  },
  listener: { name: "For listeners", allows: "Observes only, and is shown as a listener to everyone." },
  keeper: {
    name: "For whoever keeps the circle",
    allows: "Not for coming in: it looks after the circle itself, and can delete it. Keep it apart, and to yourself.",
  },
};
export const linkLabel = (link: string): string => `Link ${link.toLowerCase()}`;
export const copyLink = (link: string): string => `Copy the link ${link.toLowerCase()}`;
export const notFoundTitle = "There is nothing at this address";
export const notFound = "Please check the link you were given, or go to the first page.";
export const toStart = "To the first page";
