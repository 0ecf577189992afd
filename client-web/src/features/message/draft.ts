/** The composer's text, private until it is sent. */
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
