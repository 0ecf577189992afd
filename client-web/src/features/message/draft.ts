/** The composer's text, private until it is sent. */
import { countChars, linesOf } from "../../core/view/text";

/** From then on, the composer says how much is left. */
const near_chars = 300;
const near_lines = 10;

/** How much more fits into a text. Less than nothing if it is too long. */
export interface SpaceLeft {
  of: "chars" | "lines";
  count: number;
}

/** Returns how much more fits, if that is worth saying: what is exceeded comes first. */
export function spaceLeft(text: string, chars_max: number, lines_max: number): SpaceLeft | undefined {
  const chars = chars_max - countChars(text);
  const lines = lines_max - linesOf(text.trim()).length;
  if (lines < near_lines && (chars >= 0 || lines < 0)) return { of: "lines", count: lines };
  return chars < near_chars ? { of: "chars", count: chars } : undefined;
}

export interface Draft {
  readonly text: string;
  /** Where to insert returned text: before anything typed since, after text returned earlier. */
  readonly back: number;
}

export function draftOf(text: string): Draft {
  return { text, back: 0 };
}

/**
 * Returns the draft with a message put back into it that the room refused or the person took back.
 */
export function giveBack(draft: Draft, words: string): Draft {
  if (draft.text.trim() === "") return { text: words, back: words.length };
  const head = draft.text.slice(0, draft.back);
  const tail = draft.text.slice(draft.back);
  const before = head === "" ? words : `${head}\n\n${words}`;
  const after = tail.replace(/^\s+/, "");
  return { text: after === "" ? before : `${before}\n\n${after}`, back: before.length };
}
