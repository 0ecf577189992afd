import type { Text, TextId, View } from "../wire";

/** Returns a text's content, or nothing if it can't be read. */
export function plain(text: Text | undefined): string | undefined {
  return text && "plain" in text ? text.plain : undefined;
}

/** Returns the content of the text with this id, unless it was erased. */
export function textOf({ texts }: Pick<View, "texts">, id: TextId | undefined): string | undefined {
  return id === undefined ? undefined : plain(texts[id]);
}

/** Wraps a string as a text to send. */
export function written(words: string): Text {
  return { plain: words };
}

/** Everything after which a browser begins a new line. */
const lineBreak = /\r\n|[\n\v\f\r\x85\u2028\u2029]/;

/** Returns the lines of a text, before any of them is wrapped. */
export function linesOf(words: string): string[] {
  return words.split(lineBreak);
}

/** Returns the length of a string as the server counts it. */
export function countChars(words: string): number {
  let count = 0;
  for (const _char of words) count += 1;
  return count;
}

/** Control characters, line breaks, and characters that change the text direction. */
const unfitForLine = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/** Returns why the server would reject a name, as `Text::check_line` does. */
export function nameProblem(name: string, max: number): "empty" | "too_long" | "control" | undefined {
  if (name.trim() === "") return "empty";
  if (countChars(name) > max) return "too_long";
  return unfitForLine.test(name) ? "control" : undefined;
}
