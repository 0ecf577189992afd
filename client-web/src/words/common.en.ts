import type { Span } from "../core/clock";
import type { Isolated } from "../core/view/isolated";
import type { Order, Presence, Role, Stance } from "../core/wire";

/**
 * The page's own words inside another sentence, such as a length of time. Never what people write: that is `Isolated`.
 */
export type Own = string;

export const name = "Hearth";
/** The tab's title while the turn is one's own or offered. */
export const titleTurn = "• Hearth";
export const unnamed = "Someone";
export const you = "you";
export const close = "Close";
export const copy = "Copy";
export const copied = "Copied";
export const blank = "There’s nothing to see in it: only spaces or invisible characters.";
export const nameProblems = (max: number): Record<"empty" | "too_long" | "blank", string> => ({
  empty: "Please enter a name.",
  too_long: `Please use at most ${max} characters.`,
  blank,
});
export const wordsGone = "These words are no longer here.";

export const roles: Record<Role, string> = {
  facilitator: "Facilitator",
  moderator: "Moderator",
  participant: "Member",
  listener: "Listener",
};

export const names = { unnamed, host: "Host", roles };

export const stances: Record<Stance, string> = {
  sharing: "sharing",
  listening: "listening",
  resting: "resting",
};

export const presences: Record<Presence, string> = {
  here: "here",
  away: "away",
  left: "left",
};

export const orders: Record<Order, { name: string; hint: string }> = {
  go_round: { name: "Go-round", hint: "The turn goes from person to person, once each." },
  popcorn: {
    name: "Popcorn: speakers choose who’s next",
    hint: "Each speaker chooses who’s next, or leaves the turn in the centre.",
  },
  hands: { name: "Raised hands", hint: "People raise a hand when they’d like the turn." },
  facilitator: {
    name: "Facilitator chooses",
    hint: "After each turn, the facilitator offers it to someone.",
  },
  open: { name: "Open conversation", hint: "Anyone can write at any time." },
};

const cardinal = new Intl.PluralRules("en-GB");
const listed = new Intl.ListFormat("en-GB");
const grouped = new Intl.NumberFormat("en-GB");

/** A number and its noun, such as "1 person" or "2 people". */
export const plural = (count: number, one: Own, other = `${one}s`): string =>
  `${grouped.format(count)} ${cardinal.select(count) === "one" ? one : other}`;
export const people = (count: number): string => plural(count, "person", "people");
/** Several names, such as "Ana, Ben and Cleo". */
export const list = (names: readonly Isolated[]): string => listed.format(names);

/** A sentence with its full stop. A name at its end may bring one. */
export const stopped = (sentence: Own): string => (/\.[\u2069)]*$/.test(sentence) ? sentence : `${sentence}.`);

/** A length of time, as it stands after "about". */
export function span(time: Span): string {
  if (time.unit === "over") return "no time";
  if (time.unit === "seconds") return plural(time.count, "second");
  return time.count === 1 ? "a minute" : plural(time.count, "minute");
}

let clock: Intl.DateTimeFormat | undefined;

/** A time of day, such as "09:30". */
export function clockTime(at: number): string {
  // Made once: a long log shows hundreds of times, and making this takes longer than drawing a turn.
  clock ??= new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  return clock.format(at);
}

/** A day, such as "12 November 2026". */
export function day(at: number): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" }).format(at);
}

/** A length of time that people choose, exactly. */
export const duration = (ms: number): string => {
  const minutes = ms / 60_000;
  return Number.isInteger(minutes) ? plural(minutes, "minute") : plural(ms / 1_000, "second");
};
export const quickExit = "Leave quickly";
export const quickExitHint = "You can also press Shift three times.";

export const offline = "You’re offline. This needs a connection; what you’ve typed stays here.";
export const partMissing = "Part of this page didn’t load.";
export const partOffline = "You’re offline, so a part of this page couldn’t load. It will try again once you’re connected.";
export const partAgain = "Try again";
export const reload = "Reload the page";

export const notFoundTitle = "There’s nothing at this address";
export const notFound = "Please check the link you were given, or go to the start page.";
export const toStart = "Go to the start page";
