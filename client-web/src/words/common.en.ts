import type { Span } from "../core/clock";
import type { Order, Presence, Role, Stance } from "../core/wire";

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
  too_long: `At most ${max} characters fit.`,
  blank,
});
export const wordsGone = "These words are not here any more.";

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
  go_round: { name: "Go-round", hint: "The turn goes from person to person, each once." },
  popcorn: {
    name: "Whoever is moved",
    hint: "Whoever has had the turn chooses who is next, or leaves it in the centre.",
  },
  hands: { name: "Raised hands", hint: "People raise a hand; those heard least come first." },
  facilitator: {
    name: "The facilitator gives it",
    hint: "After every turn the facilitator offers it to somebody.",
  },
  open: { name: "Everyone at once", hint: "Anyone may write at any time." },
};

/** A length of time, as it stands after "about". */
export function span(time: Span): string {
  if (time.unit === "over") return "no time";
  if (time.unit === "seconds") return `${time.count} seconds`;
  return time.count === 1 ? "a minute" : `${time.count} minutes`;
}

export function clockTime(at: number): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(at);
}

/** A day, such as "12 November". */
export function day(at: number): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" }).format(at);
}

/** A length of time that people choose, exactly. */
export const duration = (ms: number): string => {
  const minutes = ms / 60_000;
  if (!Number.isInteger(minutes)) return `${ms / 1_000} seconds`;
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
};
export const quickExit = "Leave quickly";
export const quickExitHint = "Also by pressing the Shift key three times.";
