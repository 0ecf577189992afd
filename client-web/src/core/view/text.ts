import type { Text, TextId, View } from "../wire";

/** Returns the words of a text, if they can be read. */
export function plain(text: Text | undefined): string | undefined {
  return text && "plain" in text ? text.plain : undefined;
}

/** Returns the words that stand under an id, unless they were erased. */
export function textOf({ texts }: Pick<View, "texts">, id: TextId | undefined): string | undefined {
  return id === undefined ? undefined : plain(texts[id]);
}

/** Returns a text to be sent. */
export function written(words: string): Text {
  return { plain: words };
}

/** Returns how many characters the server counts in these words. */
export function countChars(words: string): number {
  let count = 0;
  for (const _char of words) count += 1;
  return count;
}

/** Control characters, line breaks, and those that turn the direction of what stands around them. */
const unfitForLine = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/** Returns why a name would not be accepted, as `Text::check_line` would say. */
export function nameProblem(name: string, max: number): "empty" | "too_long" | "control" | undefined {
  if (name.trim() === "") return "empty";
  if (countChars(name) > max) return "too_long";
  return unfitForLine.test(name) ? "control" : undefined;
}
