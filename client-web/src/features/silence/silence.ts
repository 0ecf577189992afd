/** The bell: who may ring it, and the silence that follows. */
import type { Isolated } from "../../core/view/isolated";
import { textOf } from "../../core/view/text";
import type { View } from "../../core/wire";
import type { Who } from "../room/where";

/** Lengths of a silence that the page offers. */
export const lengths_ms = [5_000, 10_000, 15_000, 30_000, 60_000, 120_000];
export const usual_ms = 15_000;

/** The current silence. */
export interface Kept {
  by: Who;
  /** Why they rang, if they said so. */
  reason?: string;
  /** Whole seconds left, at least one. */
  seconds: number;
}

/** `name` returns the name to show for a seat; `now` is the server's time. */
export function silenceOf(view: View, name: (seat: number) => Isolated, now: number): Kept | undefined {
  const { silence } = view.room;
  if (!silence) return undefined;
  const reason = textOf(view, silence.reason);
  return {
    by: silence.by === view.seat ? "you" : name(silence.by),
    ...(reason && { reason }),
    seconds: Math.max(1, Math.ceil((silence.until - now) / 1_000)),
  };
}
