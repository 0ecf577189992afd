/** The composer's words, private until they are sent. */
export interface Draft {
  readonly text: string;
  /** Where words that come back are put: before what was written since, after those back already. */
  readonly back: number;
}

export function draftOf(text: string): Draft {
  return { text, back: 0 };
}

/** Returns the draft with words that come back to it: not taken by the room, or taken back from it. */
export function giveBack(draft: Draft, words: string): Draft {
  if (draft.text.trim() === "") return { text: words, back: words.length };
  const head = draft.text.slice(0, draft.back);
  const tail = draft.text.slice(draft.back);
  const before = head === "" ? words : `${head}\n\n${words}`;
  const after = tail.replace(/^\s+/, "");
  return { text: after === "" ? before : `${before}\n\n${after}`, back: before.length };
}
