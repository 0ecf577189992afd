/** A round's choices as one sentence that can be read aloud. */

export type Blank = "order" | "start" | "limit" | "firm";

/** A part of the sentence: words as they are, or a choice to fill in. */
export type Part = { text: string } | { blank: Blank };

/** Splits a sentence such as "The turn goes {order}." into its parts. */
export function partsOf(sentence: string): Part[] {
  return sentence.split(/(\{\w+\})/).flatMap((piece): Part[] => {
    if (piece === "") return [];
    const blank = /^\{(\w+)\}$/.exec(piece)?.[1];
    return blank ? [{ blank: blank as Blank }] : [{ text: piece }];
  });
}
