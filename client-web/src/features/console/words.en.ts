import type { Act, Awaited } from "./acts";
import type { NextPhase } from "../../core/may";
import type { Deed, Shown } from "./undo";
import type { SeatNo } from "../../core/wire";
import { roles } from "../../words/common.en";

type Name = (seat: SeatNo) => string;

export const acts: Record<Act, string> = {
  undo_end: "Do not end it",
  unpause: "Go on",
  resume_order: "Go on with the round",
  open_round: "Open a round",
  close_round: "Close the round",
  skip: "Move on",
  next: "Offer it to the next person",
  offer_first: "Offer it to the next person",
  reclaim: "Take it back to the centre",
  longer: "Give a little longer",
  change_round: "Change this round",
};
export const title = "Holding the circle";
export const groups = { turn: "The turn", round: "The round", circle: "The circle" };
export const nextNamed = (name: string): string => `Offer the turn to ${name}`;
export const skipNamed = (name: string): string => `Move on from ${name}`;

export const awaited = ({ away }: Awaited, name: string): string =>
  away
    ? `${name} is away for a moment. The turn waits; you can wait too, or move on.`
    : `${name} has not answered yet. You can wait, or move on.`;
export const chooseHint = "To offer it to somebody else, choose them in the circle.";
export const awayTitle = "Away";
export const everyone = "Turns of each person";

const phaseDeeds: Record<NextPhase, string> = {
  open: "There is time for rounds again.",
  closing: "The closing has begun.",
  lingering: "The goodbyes have begun.",
};

const deeds: { [K in Deed["is"]]: (deed: Extract<Deed, { is: K }>, name: Name) => string } = {
  muted: ({ seat }, name) => `${name(seat)} was muted.`,
  unmuted: ({ seat }, name) => `${name(seat)} can write again.`,
  removed: ({ seat }, name) => `${name(seat)} was removed.`,
  bar_changed: ({ seat, until }, name) =>
    `${name(seat)} is kept out ${until === "lifted" ? "until a host lets them back in" : "for this session only"}.`,
  bar_lifted: ({ seat }, name) => `${name(seat)} may come back.`,
  skipped: ({ seat }, name) => `The turn moved on from ${name(seat)}.`,
  reclaimed: ({ seat }, name) => `The turn was taken back from ${name(seat)}.`,
  offered: ({ seat }, name) => `The turn was offered to ${name(seat)}.`,
  role: ({ seat, role }, name) => `${name(seat)} is ${roles[role].toLowerCase()} now.`,
  named: ({ seat, was }, name) => `${name(seat)} is ${was}’s new name.`,
  phase: ({ phase }) => phaseDeeds[phase],
  paused: () => "The circle was paused.",
  unpaused: () => "The circle goes on.",
  opened: () => "A round was opened.",
  round_changed: () => "The round was changed.",
  reordered: () => "Those who wait are in a new order.",
  ended: () => "The session is about to end.",
  announced: () => "Your word was said to all.",
};
export const lastAct = "What you did last";
export const undo = "Undo";
export const undone = "That was undone.";

/** What was just done by this person, in one line. */
export function done(shown: Shown, name: Name): string {
  if (shown.is === "undone") return undone;
  const say = deeds[shown.deed.is] as (deed: Deed, name: Name) => string;
  return say(shown.deed, name);
}

export const undoAloud = (shown: Shown, name: Name): string =>
  shown.is === "undone" ? undone : `${done(shown, name)} You can undo it, also by Control and Z.`;
