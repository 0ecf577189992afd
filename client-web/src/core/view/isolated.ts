/**
 * Names and texts from people inside sentences of the page. A right-to-left name would otherwise pull the words beside it
 * to its own side, and the sentence could name the wrong person.
 */

declare const isolation: unique symbol;

/** A name or a text from people that can stand inside a sentence. Only `isolated` and `named` make one. */
export type Isolated = string & { readonly [isolation]: true };

/** FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE: what an HTML `bdi` does, for plain text. */
const start = "\u2068";
const end = "\u2069";

/** Characters that embed, override, isolate, or end one of these. */
const controls = /[\u202A-\u202E\u2066-\u2069]/g;

/** A line, up to one of the characters that end a paragraph and with it every isolate. */
const line = /[^\n\r\x1c-\x1e\x85\u2029]+/g;

/** Makes a text fit to stand inside a sentence. Its own control characters can't reach beyond it and are left out. */
export function isolated(text: string): Isolated {
  return bare(text).replace(line, (one) => start + one + end) as Isolated;
}

/** Makes a name fit to stand inside a sentence, with what the page adds to it, such as "(2)", as one whole. */
export function named(name: string, aside = ""): Isolated {
  return (aside === "" ? isolated(name) : `${start}${isolated(name)} (${aside})${end}`) as Isolated;
}

/** Returns a text without control characters of direction. */
export function bare(text: string): string {
  return text.replace(controls, "");
}

/** A piece of a sentence: the page's own words, or something isolated. */
export type Part = string | { readonly inside: readonly Part[] };

/** Splits a sentence into the page's words and what is isolated in it. */
export function partsOf(sentence: string): readonly Part[] {
  const all: Part[] = [];
  const open: Part[][] = [all];
  for (const piece of sentence.split(/([\u2068\u2069])/)) {
    if (piece === start) {
      const inside: Part[] = [];
      open.at(-1)?.push({ inside });
      open.push(inside);
    } else if (piece === end) {
      if (open.length > 1) open.pop();
    } else if (piece !== "") {
      open.at(-1)?.push(piece);
    }
  }
  return all;
}
