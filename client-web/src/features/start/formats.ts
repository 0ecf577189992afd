/**
 * Common formats of circles, each a preset of the circle's settings. The person who creates a
 * circle (the maker) starts with one; their own choices take precedence.
 */
import { agreements_chars_max, held_by_chars_max, next_days_max, title_chars_max } from "../../core/limits";
import { limitOf, type Minutes } from "../round/minutes";
import { cleaned, cleanedLine, countChars, isVisible, nameProblem, written, writtenLine } from "../../core/view/text";
import type { Advance, Bell, Entry, HandsBy, Late, NewCircle, Offers, Order, Pace } from "../../core/wire";

export type FormatName =
  | "support"
  | "recovery"
  | "keeper"
  | "facilitated"
  | "council"
  | "restorative"
  | "team"
  /** The maker chooses how the turn travels. */
  | "own";

/** Planned lengths of a session that the page offers, in minutes. */
export type Lasts = "none" | "15" | "30" | "45" | "60" | "90" | "120" | "180";

/** Everything that a format presets, besides its agreements. */
export interface Ways {
  order: Order;
  hands_by: HandsBy;
  advance: Advance;
  offers: Offers;
  late: Late;
  earlier_words: boolean;
  bell: Bell;
  pace: Pace;
  /** Time for one turn. */
  turn: Minutes;
  lasts: Lasts;
}

const usual: Ways = {
  order: "go_round",
  hands_by: "least_heard",
  advance: "itself",
  offers: "ask",
  late: "next_round",
  earlier_words: false,
  bell: "facilitator",
  pace: "usual",
  turn: "none",
  lasts: "none",
};

export const formats: Record<FormatName, Ways> = {
  support: { ...usual, turn: "10", lasts: "90" },
  recovery: { ...usual, order: "hands", late: "at_end", turn: "3", lasts: "60" },
  keeper: { ...usual, lasts: "60" },
  facilitated: { ...usual, order: "facilitator", pace: "unhurried", lasts: "90" },
  council: { ...usual, order: "popcorn", pace: "unhurried", lasts: "90" },
  restorative: { ...usual, late: "closed", pace: "unhurried", lasts: "120" },
  team: {
    ...usual,
    offers: "at_once",
    late: "at_end",
    earlier_words: true,
    pace: "brisk",
    turn: "2",
    lasts: "15",
  },
  own: usual,
};

export const formatNames = Object.keys(formats) as FormatName[];

/** Returns a format's preset with the maker's choices. Only the format `own` lets them choose the order. */
export function waysOf(format: FormatName, chosen: Partial<Ways>): Ways {
  const { order, ...others } = chosen;
  return { ...formats[format], ...others, ...(format === "own" && order && { order }) };
}

/** What the maker typed in the fields. */
export interface Written {
  title: string;
  agreements: string;
  heldBy: string;
  /** The start time of the next session. */
  nextAt?: number | undefined;
}

export type Problem = "empty" | "blank" | "too_long" | "unfit";

/** Returns what the server would refuse, by field. */
export function problemsOf(it: Written, now: number): Partial<Record<keyof Written, Problem>> {
  const title = nameProblem(it.title.trim(), title_chars_max);
  const heldBy = cleanedLine(it.heldBy).trim() === "" ? undefined : nameProblem(it.heldBy, held_by_chars_max);
  const tooLong = countChars(it.agreements.trim()) > agreements_chars_max;
  const blank = cleaned(it.agreements).trim() !== "" && !isVisible(it.agreements);
  const ahead = it.nextAt === undefined ? 1 : it.nextAt - now;
  return {
    ...(title && { title }),
    ...(tooLong && { agreements: "too_long" }),
    ...(blank && { agreements: "blank" }),
    ...(heldBy && { heldBy }),
    ...((ahead <= 0 || ahead > next_days_max * 86_400_000) && { nextAt: "unfit" }),
  };
}

/** Returns the request that creates the circle. */
export function circleOf(it: Written, ways: Ways, entries: Entry[]): NewCircle {
  const { turn, lasts, ...settings } = ways;
  const limit = limitOf(turn);
  const agreements = cleaned(it.agreements).trim();
  const heldBy = cleanedLine(it.heldBy).trim();
  return {
    title: writtenLine(it.title.trim()),
    ...(agreements !== "" && { agreements: written(agreements) }),
    ...(heldBy !== "" && { held_by: writtenLine(heldBy) }),
    ...(lasts !== "none" && { lasts_ms: Number(lasts) * 60_000 }),
    ...(it.nextAt !== undefined && { next_at: it.nextAt }),
    settings: { ...settings, slow_ms: 0, ...(limit && { limit }) },
    entries,
  };
}
