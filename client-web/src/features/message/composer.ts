/** Whom the composer speaks to, and which keys send. */
import type { MayHold, MayTurn } from "../../core/may";
import { isRunning, openRound } from "../../core/view/turn";
import type { View } from "../../core/wire";

/** `draft` is private; `announce` is a host's message between rounds. */
export type Speaking = "draft" | "share" | "say" | "announce";

export function speakingOf(view: View, may: MayTurn | undefined, hold: MayHold | undefined): Speaking {
  if (may?.share) return "share";
  if (may?.say) return "say";
  const between = (view.room.session.phase === "open" || view.room.session.phase === "closing") && !openRound(view.room);
  return between && hold?.facilitator && hold.announce && isRunning(view.room) ? "announce" : "draft";
}

/** The parts of a keyboard event that decide whether it sends. */
export interface Pressed {
  key: string;
  keyCode: number;
  isComposing: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

/** What some browsers report instead of a key while an input method is composing. */
const composing_code = 229;

/**
 * Returns whether a key press sends. Usually Enter makes a new line, and Ctrl+Enter or Cmd+Enter sends. If
 * `enterSends`, Enter sends and Shift+Enter makes a new line. Enter that ends a composition never sends.
 */
export function isSendKey(event: Pressed, enterSends: boolean): boolean {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === composing_code) return false;
  return event.ctrlKey || event.metaKey || (enterSends && !event.shiftKey);
}

/** How many characters a line holds at least, for browsers whose fields don't grow by themselves. */
const line_chars = 34;
const rows_max = 8;

/** Returns how many rows a text needs, more or less. */
export function rowsFor(text: string): number {
  const rows = text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / line_chars)), 0);
  return Math.min(rows, rows_max);
}
