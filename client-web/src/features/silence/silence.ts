/** The bell: who may ring it, and the silence that follows. */
import type { Isolated } from "../../core/view/isolated";
import { quotedIn } from "../../core/view/text";
import type { View } from "../../core/wire";
import type { Who } from "../room/where";

/** Lengths of a silence that the page offers. */
export const lengths_ms = [5_000, 10_000, 15_000, 30_000, 60_000, 120_000];
export const usual_ms = 15_000;

/** A silence was seen from its beginning if it seems to have begun at most so long before the page saw it, or after. */
const late_ms = 3_000;
const early_ms = 500;
/** Without motion, the arc gets shorter in so many steps. */
const steps = 5;

/** The current silence. */
export interface Kept {
  by: Who;
  /** Why they rang, if they said so. */
  reason?: Isolated;
  /** Below 0 once it is over. */
  left_ms: number;
}

/** `name` returns the name to show for a seat; `now` is the server's time. */
export function silenceOf(view: View, name: (seat: number) => Isolated, now: number): Kept | undefined {
  const { silence } = view.room;
  if (!silence) return undefined;
  const reason = quotedIn(view, silence.reason);
  return {
    by: silence.by === view.seat ? "you" : name(silence.by),
    ...(reason && { reason }),
    left_ms: silence.until - now,
  };
}

/** How much of a silence this page sees. */
export interface Seen {
  ms: number;
  /** From its beginning. */
  whole: boolean;
}

/** `left_ms` is what is left of the silence when the page first sees it. The view doesn't say when it began. */
export function seenOf(left_ms: number): Seen {
  const length = lengths_ms.find((ms) => ms - left_ms < late_ms && left_ms - ms < early_ms);
  return length === undefined ? { ms: Math.max(1, left_ms), whole: false } : { ms: length, whole: true };
}

/** Returns the part of a silence that is left, from 1 to 0, in a few steps. */
export function stepLeft(left_ms: number, { ms }: Seen): number {
  return Math.min(1, Math.max(0, Math.ceil((left_ms / ms) * steps) / steps));
}
