/** The circle on the start page: who sits in it, and what they say when the turn is theirs. */
import { words } from "../../words/all";

export interface Guest {
  seat: number;
  name: string;
  /** Absent if they pass. */
  says?: string;
}

/** Clockwise, beginning at the bottom. Their marks are as far apart as those of people in a circle. */
export const guests: readonly Guest[] = [
  { seat: 62, name: "Cleo" },
  { seat: 60, name: "Dov", says: words.start.scene.dov },
  { seat: 50, name: "Lee", says: words.start.scene.lee },
  { seat: 29, name: "Fay", says: words.start.scene.fay },
  { seat: 41, name: "Mo", says: words.start.scene.mo },
  { seat: 8, name: "Ana", says: words.start.scene.ana },
  { seat: 39, name: "Ben", says: words.start.scene.ben },
];

/** Who has the turn first. */
export const first = 5;

/** Returns whose turn comes after this one: it travels clockwise. */
export function after(at: number): number {
  return (at + 1) % guests.length;
}
