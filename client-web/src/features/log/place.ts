/** Where someone is in the log: at its end, which is followed, or further up, where nothing may move. */
import { messagesOf } from "../../core/view/messages";
import type { MessageNo, SeatNo, View } from "../../core/wire";
import type { Chapter, Item, Said, Turn } from "./chapters";

/** Someone this close to the end reads the newest words. */
const near_px = 48;

export interface Scroll {
  scrollTop: number;
  clientHeight: number;
  scrollHeight: number;
}

export function isAtEnd({ scrollTop, clientHeight, scrollHeight }: Scroll): boolean {
  return scrollHeight - clientHeight - scrollTop < near_px;
}

/**
 * Returns whether someone who was at the end still is, after a scroll event. Only their own scrolling up leads away from it:
 * the log also moves when it grows, when what is below it takes some of its height, and when the browser lays out messages
 * that were out of sight. `acted` says whether they have touched the log, its wheel or a key a moment ago.
 */
export function staysAtEnd(before: Scroll, now: Scroll, acted: boolean): boolean {
  if (isAtEnd(now)) return true;
  const range = ({ scrollHeight, clientHeight }: Scroll) => scrollHeight - clientHeight;
  const isSame = before.scrollHeight === now.scrollHeight && before.clientHeight === now.clientHeight;
  const shrunk = Math.max(0, range(before) - range(now));
  return !(acted || isSame) || before.scrollTop - now.scrollTop <= shrunk;
}

/** Returns the number before which earlier messages are asked for. A question counts, too. */
export function oldestOf(view: View): MessageNo | undefined {
  return messagesOf(view)[0]?.number;
}

/** Returns the number of the newest message; 0 if there is none. Questions stand in headings, and aren't counted. */
export function newestOf(chapters: readonly Chapter[]): MessageNo {
  const last = chapters.findLast(({ items }) => items.some(isTurn))?.items.findLast(isTurn);
  return last?.entries.at(-1)?.number ?? 0;
}

/** Returns the messages of others that came after this number, oldest first. */
export function newTo(seen: MessageNo, chapters: readonly Chapter[], me: SeatNo): MessageNo[] {
  return entriesOf(chapters).flatMap(({ number, seat }) => (number > seen && seat !== me ? [number] : []));
}

function isTurn(item: Item): item is Turn {
  return item.is === "turn";
}

function entriesOf(chapters: readonly Chapter[]): readonly Said[] {
  return chapters.flatMap(({ items }) => items.filter(isTurn).flatMap(({ entries }) => entries));
}
