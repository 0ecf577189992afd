import type { Act, Awaited } from "./acts";
import type { NextPhase } from "../../core/may";
import type { Deed, Shown } from "./undo";
import type { Isolated } from "../../core/view/isolated";
import type { SeatNo } from "../../core/wire";
import { duration, people, roles } from "../../words/common.en";

type Name = (seat: SeatNo) => Isolated;

export const acts: Record<Act, string> = {
  goodbyes: "Time for goodbyes",
  end: "End the session",
  undo_end: "Keep going",
  unpause: "End the pause",
  end_silence: "End the silence",
  resume_order: "Continue the round",
  open_round: "Open a round",
  close_round: "Close the round",
  skip: "Move on",
  next: "Offer it to the next person",
  offer_first: "Offer it to the next person",
  reclaim: "Take the turn back to the centre",
  longer: "Give them a little longer",
  change_round: "Change this round",
};
export const title = "Hosting";
export const groups = { turn: "The turn", round: "The round", circle: "The circle" };
export const nextNamed = (name: Isolated): string => `Offer the turn to ${name}`;
export const nextYou = "Take the next turn yourself";
export const stillToSpeak = (count: number): string => `${people(count)} still to speak`;
export const endHint = (undo_ms: number): string => `Everyone has ${duration(undo_ms)} to say goodbye. You can undo it until then.`;
export const wantsWord = (name: Isolated): string => `${name} would like a word`;
/** What someone who hosts for the first time needs to know. Each fits on one line of a phone. */
export const guide = ["Open a round when you’re ready.", "Wait: the turn moves by itself.", "End together with a last round."];
export const guideSeen = "Got it";
export const answered = "Done";
export const moreSlips = (count: number): string => `${count} more`;
export const fewerSlips = "Show only the first";
export const skipNamed = (name: Isolated): string => `Move on from ${name}`;

export const awaited = ({ away }: Awaited, name: Isolated): string =>
  away
    ? `${name} has lost connection. You can wait, or move on.`
    : `${name} hasn’t answered yet. You can wait, or move on.`;
export const chooseHint = "To offer it to someone else, choose them in the circle.";
export const awayTitle = "Away";
export const everyone = "Turns so far";

const phaseDeeds: Record<NextPhase, string> = {
  open: "There’s time for rounds again.",
  closing: "The closing has begun.",
  lingering: "The goodbyes have begun.",
};

const deeds: { [K in Deed["is"]]: (deed: Extract<Deed, { is: K }>, name: Name) => string } = {
  muted: ({ seat }, name) => `${name(seat)} was muted.`,
  unmuted: ({ seat }, name) => `${name(seat)} can write again.`,
  removed: ({ seat }, name) => `${name(seat)} was removed.`,
  bar_changed: ({ seat, until }, name) =>
    `${name(seat)} is kept out ${until === "lifted" ? "until a host lets them back in" : "for this session only"}.`,
  bar_lifted: ({ seat }, name) => `${name(seat)} can come back.`,
  hidden: ({ seat }, name) => `You hid a message from ${name(seat)}.`,
  restored: ({ seat }, name) => `A message from ${name(seat)} is shown again.`,
  skipped: ({ seat }, name) => `The turn moved on from ${name(seat)}.`,
  reclaimed: ({ seat }, name) => `The turn was taken back from ${name(seat)}.`,
  offered: ({ seat }, name) => `The turn was offered to ${name(seat)}.`,
  role: ({ seat, role }, name) => `${name(seat)} is now a ${roles[role].toLowerCase()}.`,
  named: ({ seat, was }, name) => `${was} is called ${name(seat)} now.`,
  phase: ({ phase }) => phaseDeeds[phase],
  paused: () => "You paused the circle.",
  unpaused: () => "You ended the pause.",
  opened: () => "You opened a round.",
  round_changed: () => "You changed the round.",
  reordered: () => "You changed who’s next.",
  ended: () => "You ended the session.",
  announced: () => "You spoke to everyone.",
};
export const lastAct = "The last thing you did";
export const undo = "Undo";
export const undone = "That was undone.";

/** What this person just did, in one line. */
export function done(shown: Shown, name: Name): string {
  if (shown.is === "undone") return undone;
  const say = deeds[shown.deed.is] as (deed: Deed, name: Name) => string;
  return say(shown.deed, name);
}

export const undoAloud = (shown: Shown, name: Name): string =>
  shown.is === "undone" ? undone : `${done(shown, name)} You can undo it with Control and Z.`;
