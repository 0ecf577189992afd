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
