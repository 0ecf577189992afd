import type { Said } from "./wire";

/** The entries of the log that belong together. */
export interface Chapter {
  /** The round they were said in; 0 before the first. */
  round: number;
  entries: Said[];
}

/** Returns whether an entry goes on with what the one before began: the same person, in one breath. */
export function continues(entry: Said, before: Said | undefined): boolean {
  return before !== undefined && before.seat === entry.seat && before.kind === entry.kind;
}

/** Returns which words are the newest: the same ones, however many earlier ones are put before them. */
export function newestOf(said: readonly Said[]): string | undefined {
  return said.at(-1)?.words.id;
}

/** Splits the log where the round changes. */
export function chapters(said: readonly Said[]): Chapter[] {
  const all: Chapter[] = [];
  for (const entry of said) {
    const last = all.at(-1);
    if (last?.round === entry.round) last.entries.push(entry);
    else all.push({ round: entry.round, entries: [entry] });
  }
  return all;
}
