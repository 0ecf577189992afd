/**
 * The log as it is read: a chapter for each round, in it the turns of people and what happened between them. Parts that
 * don't change keep their identity, so that an event costs no more in a long session than in a short one.
 */
import { messagesOf, type Numbered } from "../../core/view/messages";
import { textOf } from "../../core/view/text";
import { heldBy } from "../../core/view/turn";
import type { GestureKind, Message, MessageKind, MessageNo, RoomView, SeatNo, View } from "../../core/wire";
import type { Direction } from "./directions";

/** A message with its words; they are absent once they were erased. */
export type Said = Numbered & { words?: string };

/** Messages of one person in a row. */
export interface Turn {
  is: "turn";
  key: string;
  seat: SeatNo;
  kind: Exclude<MessageKind, "question">;
  entries: readonly Said[];
}

/** What happened between the messages, like a stage direction. */
export interface Happened {
  is: "happened";
  key: string;
  direction: Direction;
}

export type Item = Turn | Happened;

/** Some items of a chapter, in a row. One event changes one page, so that only few items are compared. */
export interface Page {
  key: number;
  items: readonly Item[];
}

/** How many messages a page has. */
const page_messages = 8;

export interface Chapter {
  key: string;
  /** Its round; 0 for what was said before, between and after rounds. */
  round: number;
  /** Its question, as far as this page knows it. */
  question?: string;
  /** The round is over. */
  over: boolean;
  items: readonly Item[];
  pages: readonly Page[];
}

/** Reads the log of a view again and again. */
export class Chapters {
  #read: { messages: View["messages"]; texts: View["texts"]; round: RoomView["round"]; directions: readonly Direction[] } | undefined;
  #chapters: readonly Chapter[] = [];
  readonly #said = new WeakMap<Message, Said>();

  of(view: View, directions: readonly Direction[]): readonly Chapter[] {
    const { messages, texts } = view;
    const { round } = view.room;
    const read = this.#read;
    if (read && read.messages === messages && read.texts === texts && read.round === round && read.directions === directions) {
      return this.#chapters;
    }
    this.#read = { messages, texts, round, directions };
    const said = messagesOf(view).map((message) => this.#saidOf(view, message));
    return (this.#chapters = shared(this.#chapters, this.#made(said, directions, view), sameChapter));
  }

  #saidOf(view: View, message: Numbered): Said {
    const words = textOf(view, message.text);
    const before = this.#said.get(message);
    if (before && before.words === words) return before;
    const said = { ...message, ...(words !== undefined && { words }) };
    this.#said.set(message, said);
    return said;
  }

  #made(said: readonly Said[], directions: readonly Direction[], view: View): Chapter[] {
    const { round } = view.room;
    const asked = new Map<number, string>();
    const open: { round: number; items: Item[] }[] = [];
    const at = (number: number) => {
      let last = open.at(-1);
      if (last?.round !== number) open.push((last = { round: number, items: [] }));
      return last.items;
    };
    // What happened before the earliest message that is loaded has no place yet.
    const earliest = view.earlier ? (said[0]?.number ?? 0) : 0;
    const waiting = directions.filter(({ after }) => after >= earliest);
    const happenBefore = (number: MessageNo) => {
      while ((waiting[0]?.after ?? number) < number) {
        const direction = waiting.shift() as Direction;
        at(direction.round).push({ is: "happened", key: `d${direction.id}`, direction });
      }
    };
    for (const entry of said) {
      happenBefore(entry.number);
      const { kind, words } = entry;
      if (kind !== "question") {
        add(at(entry.round), entry, kind);
      } else if (words !== undefined) {
        // One without words was changed.
        at(entry.round);
        asked.set(entry.round, words);
      }
    }
    happenBefore(Infinity);
    if (round?.open) at(round.number);
    return open.map(({ round: number, items }, index) => {
      // Stays the same when earlier messages are loaded.
      const next = open[index + 1]?.round;
      const key = number > 0 ? `round ${number}` : `after ${next === undefined ? (round?.number ?? 0) : next - 1}`;
      const before = this.#chapters.find((one) => one.key === key);
      // People who came after a question was asked see it while it is the latest one, and it stays where they have read it.
      const question = number > 0 && number === round?.number ? textOf(view, round.prompt) : (asked.get(number) ?? before?.question);
      const same = shared(before?.items ?? [], items, sameItem);
      return {
        key,
        round: number,
        over: number > 0 && (number !== round?.number || !round.open),
        items: same,
        pages: before?.items === same ? before.pages : shared(before?.pages ?? [], pagesOf(same), samePage),
        ...(question !== undefined && { question }),
      };
    });
  }
}

/** Adds a message to the last turn, or begins another with it. */
function add(items: Item[], entry: Said, kind: Turn["kind"]): void {
  const last = items.at(-1);
  if (last?.is === "turn" && last.seat === entry.seat && last.kind === kind) (last.entries as Said[]).push(entry);
  else items.push({ is: "turn", key: `m${entry.number}`, seat: entry.seat, kind, entries: [entry] });
}

/** Puts items on pages by the number of their message: so each stays on its page when earlier ones are loaded. */
function pagesOf(items: readonly Item[]): Page[] {
  const pages: { key: number; items: Item[] }[] = [];
  for (const item of items) {
    const number = item.is === "turn" ? (item.entries[0]?.number ?? 0) : item.direction.after;
    const key = Math.floor(number / page_messages);
    const last = pages.at(-1);
    if (last?.key === key) last.items.push(item);
    else pages.push({ key, items: [item] });
  }
  return pages;
}

/** Returns `now` with every part taken from `before` that is the same, and `before` itself if all are. */
function shared<T extends { key: string | number }>(before: readonly T[], now: readonly T[], same: (a: T, b: T) => boolean): readonly T[] {
  const known = new Map(before.map((one) => [one.key, one]));
  const all = now.map((one) => {
    const held = known.get(one.key);
    return held && same(held, one) ? held : one;
  });
  return isEqual(before, all) ? before : all;
}

function isEqual<T>(before: readonly T[], now: readonly T[]): boolean {
  return before.length === now.length && before.every((one, index) => one === now[index]);
}

function sameItem(a: Item, b: Item): boolean {
  if (a.is === "turn" && b.is === "turn") return isEqual(a.entries, b.entries);
  return a.is === "happened" && b.is === "happened" && a.direction === b.direction;
}

function samePage(a: Page, b: Page): boolean {
  return isEqual(a.items, b.items);
}

function sameChapter(a: Chapter, b: Chapter): boolean {
  return a.question === b.question && a.over === b.over && a.items === b.items;
}

/** Returns the numbers of the pages of these chapters, in order. */
export function pageKeys(chapters: readonly Chapter[]): number[] {
  return [...new Set(chapters.flatMap(({ pages }) => pages.map(({ key }) => key)))];
}

/** Returns the chapters of which something is drawn, from this page on. The last one always is. */
export function drawnFrom(chapters: readonly Chapter[], from: number): readonly Chapter[] {
  if (from === 0) return chapters;
  const first = chapters.findIndex(({ pages }) => (pages.at(-1)?.key ?? -1) >= from);
  return chapters.slice(first < 0 ? -1 : first);
}

/** Returns the key of the last words of the person who has the turn, if they have said something in it. */
export function litKey(chapters: readonly Chapter[], room: RoomView): string | undefined {
  const held = heldBy(room);
  const last = chapters.at(-1)?.items.findLast((item): item is Turn => item.is === "turn");
  const said = last?.entries.at(-1);
  return held && last?.seat === held.seat && last.kind === "share" && said && said.at >= held.since ? last.key : undefined;
}

/** Returns the message that a response to a turn answers: its last words, if any are left. */
export function answered({ entries }: Turn): Said | undefined {
  return entries.findLast(({ taken_back, hidden }) => !taken_back && !hidden);
}

/** Returns the messages of a turn to which this person gave this response. */
export function respondedTo({ entries }: Turn, me: SeatNo, kind: GestureKind): MessageNo[] {
  return entries.filter(({ gestures }) => gestures[me]?.includes(kind)).map(({ number }) => number);
}

/** Returns who spoke in a chapter, in order, each once. */
export function speakersOf({ items }: Chapter): SeatNo[] {
  return [...new Set(items.flatMap((item) => (item.is === "turn" && item.kind !== "announcement" ? [item.seat] : [])))];
}

/** Why the log is empty: nobody has said anything, or this person came later. */
export function emptiness({ room }: View): "nothing_said" | "from_now_on" {
  const { session, round, queue } = room;
  const begun =
    session.phase === "closing" ||
    session.phase === "lingering" ||
    (round !== undefined && (round.number > 1 || !round.open || Object.keys(queue.heard).length > 0)) ||
    (heldBy(room)?.shares ?? 0) > 0;
  return begun && !room.circle.settings.earlier_words ? "from_now_on" : "nothing_said";
}
