import { memo } from "./memo";
import type { Message, MessageNo, View } from "../wire";

/** A message with its number. */
export type Numbered = Message & { number: MessageNo };

/** Cached entries: an unchanged message keeps its entry. */
const entries = new WeakMap<Message, Numbered>();

function numbered(message: Message, number: MessageNo): Numbered {
  let entry = entries.get(message);
  if (!entry) {
    entry = { ...message, number };
    entries.set(message, entry);
  }
  return entry;
}

const listed = memo((messages: View["messages"]): readonly Numbered[] =>
  Object.entries(messages).map(([number, message]) => numbered(message, Number(number))),
);

/** Returns the messages to show, oldest first. */
export function messagesOf({ messages }: Pick<View, "messages">): readonly Numbered[] {
  return listed(messages);
}

/** Messages shown as one chapter. */
export interface Chapter {
  /** Round in which they were sent; 0 outside rounds. */
  round: number;
  entries: Numbered[];
}

/** Returns whether an entry continues the previous one: same person, within a short time. */
export function continues(entry: Message, before: Message | undefined): boolean {
  return before !== undefined && before.seat === entry.seat && before.kind === entry.kind;
}

/** Splits the log where the round changes. */
export function chapters(messages: readonly Numbered[]): Chapter[] {
  const all: Chapter[] = [];
  for (const entry of messages) {
    const last = all.at(-1);
    if (last?.round === entry.round) last.entries.push(entry);
    else all.push({ round: entry.round, entries: [entry] });
  }
  return all;
}
