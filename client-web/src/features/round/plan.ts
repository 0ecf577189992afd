/** The choices for a round, and the commands that carry them out. */
import { isVisible, textOf, written } from "../../core/view/text";
import type { Advance, Command, HandsBy, Order, Round, SeatNo, View, TurnLimit } from "../../core/wire";

export interface Plan {
  prompt: string;
  order: Order;
  hands_by: HandsBy;
  advance: Advance;
  /** Milliseconds per turn; 0 for no limit. */
  limit_ms: number;
  firm: boolean;
  start: SeatNo | "random";
  /** Seconds between two messages of one person on an open floor. */
  slow_s: number;
  closing: boolean;
}

const minute_ms = 60_000;
const offered_ms = [0, 1, 2, 3, 5, 10, 15, 20].map((minutes) => minutes * minute_ms);
const offered_s = [0, 10, 30, 60, 120];

/** Returns the turn times to choose from, including the current one. */
export function limitChoices(now_ms: number): number[] {
  return withOwn(offered_ms, now_ms);
}

/** The same for the seconds between two messages. */
export function slowChoices(now_s: number): number[] {
  return withOwn(offered_s, now_s);
}

function withOwn(offered: number[], own: number): number[] {
  return offered.includes(own) ? offered : [...offered, own].sort((a, b) => a - b);
}

/** Returns the plan of a new round, or the current state of an open one. */
export function planFor(view: View, start: SeatNo | "random", round?: Round): Plan {
  const { order, hands_by, advance, limit, slow_ms } = round ?? view.room.circle.settings;
  return {
    prompt: textOf(view, round?.prompt) ?? "",
    order,
    hands_by,
    advance,
    limit_ms: limit?.ms ?? 0,
    firm: limit?.firm ?? false,
    start,
    slow_s: slow_ms / 1_000,
    closing: false,
  };
}

/** A question that shows nothing is none. */
function asked({ prompt }: Plan) {
  return !isVisible(prompt) ? {} : { prompt: written(prompt.trim()) };
}

function limited({ limit_ms, firm }: Plan): { limit?: TurnLimit } {
  return limit_ms === 0 ? {} : { limit: { ms: limit_ms, firm } };
}

/** Returns the command that opens a round as planned. */
export function opening(plan: Plan): Command {
  const { order, hands_by, advance, limit_ms, start, slow_s, closing } = plan;
  return {
    open_round: {
      ...asked(plan),
      order,
      hands_by,
      advance,
      ...limited(plan),
      // If left out, the circle's own limit would apply.
      unlimited: limit_ms === 0,
      start: start === "random" ? start : { seat: start },
      slow_ms: slow_s * 1_000,
      closing,
    },
  };
}

/**
 * Returns the commands for what was changed in the plan of the open round. Unchanged values are
 * left out, because someone else may have changed them in the meantime.
 */
export function changes(plan: Plan, before: Plan): Command[] {
  const { order, hands_by, advance } = plan;
  const all: Command[] = [];
  if (plan.prompt.trim() !== before.prompt) all.push({ set_prompt: asked(plan) });
  if (order !== before.order || hands_by !== before.hands_by || advance !== before.advance) {
    all.push({ set_order: { order, hands_by, advance } });
  }
  if (plan.limit_ms !== before.limit_ms || plan.firm !== before.firm) all.push({ set_limit: limited(plan) });
  return all;
}
