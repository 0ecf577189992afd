import { type Isolated, isolated } from "./isolated";
import type { Text, TextId, View } from "../wire";

/** Returns a text's content, or nothing if it can't be read. */
export function plain(text: Text | undefined): string | undefined {
  return text && "plain" in text ? text.plain : undefined;
}

/** Returns the content of the text with this id, unless it was erased. */
export function textOf({ texts }: Pick<View, "texts">, id: TextId | undefined): string | undefined {
  return id === undefined ? undefined : plain(texts[id]);
}

/** Returns the same, fit to stand inside a sentence; nothing for an empty text. */
export function quotedIn(view: Pick<View, "texts">, id: TextId | undefined): Isolated | undefined {
  const text = textOf(view, id);
  return text ? isolated(text) : undefined;
}

/** Wraps a string as a text of several lines to send. */
export function written(words: string): Text {
  return { plain: cleaned(words) };
}

/** Wraps a string as a text of one line to send: a name or a title. */
export function writtenLine(words: string): Text {
  return { plain: cleanedLine(words) };
}

/** Colours and cursor movements, as terminals write them. */
const terminalCode = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/g;
/** Control characters and halves of characters, except for tabs and line breaks. */
const unfit = /(?![\t\n])[\p{Cc}\p{Cs}]/gu;
/** In a line, also line breaks and characters that change the text direction. */
const unfitInLine = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Returns a text of several lines as the server accepts it. Slides and terminals use vertical tabs
 * and form feeds as line breaks, and other control characters for what isn't text.
 */
export function cleaned(words: string): string {
  return words.replace(terminalCode, "").replace(/\r\n?|[\v\f\x85]/g, "\n").replace(unfit, "");
}

/** Returns a text of one line as the server accepts it. */
export function cleanedLine(words: string): string {
  return cleaned(words).replace(/[\t\n\u2028\u2029]+/g, " ").replace(unfitInLine, "");
}

/** A character that shows by itself, as `is_visible` in `protocol/src/text.rs`. */
const visible = /(?![\u2800\ufffc\u{1d159}\u{13441}\u{13442}\p{DI}])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Returns whether a text shows something. The server refuses one that doesn't. */
export function isVisible(words: string): boolean {
  return visible.test(words);
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

/** Returns why the server would reject a name even after `cleanedLine`, as `Text::check_line` does. */
export function nameProblem(name: string, max: number): "empty" | "too_long" | "blank" | undefined {
  const line = cleanedLine(name).trim();
  if (!isVisible(line)) return line === "" ? "empty" : "blank";
  return countChars(line) > max ? "too_long" : undefined;
}
