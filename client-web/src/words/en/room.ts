import type { GestureKind, SaidKind } from "../../core/wire";

export const quickExit = "Leave quickly";
export const quickExitHint = "Also by pressing the Shift key three times.";
export const where = "Where are we?";
export const people = (count: number): string => (count === 1 ? "One person" : `${count} people`);
export const agreements = "What we agreed on";
export const log = "What was said";
export const nothingSaid = "Nothing has been said yet.";
export const earlier = "Show earlier words";
export const roundTitle = (number: number, prompt: string | undefined): string =>
  prompt ? `Round ${number}: ${prompt}` : `Round ${number}`;
export const outside = "Before and between rounds";
export const asked = "Asked";

export const marks = {
  turn: "has the turn",
  offered: "is offered the turn",
  next: "next",
  waits: (place: number): string => `waits, number ${place}`,
  heard: "heard",
  passed: "passed",
  later: "later",
  hand: "hand raised",
  writing: "is writing …",
  muted: "muted",
  turns: (count: number): string => (count === 1 ? "1 turn" : `${count} turns`),
};

export const kinds: Record<Exclude<SaidKind, "share">, string> = {
  announcement: "To all",
  floor: "Open to all",
};
export const sending = "Being sent …";
export const takenBack = "Taken back";
export const takeBack = "Take back";
export const folded = (who: string): string => `Words of ${who} (open)`;
export const gestures: Record<GestureKind, string> = {
  welcome: "Welcome",
  heard: "Heard",
  with_you: "With you",
  thank_you: "Thank you",
};
export const gesturedBy = (gesture: string, who: string[]): string => `${gesture}: ${who.join(", ")}`;
export const gesturesFor = (who: string): string => `Signs to ${who}`;
export const addSign = "Sign";

export const you = {
  title: "You",
  stance: "How are you here?",
  sitOut: "Pass this round",
  sitOutHint: "For good, this round.",
  rename: "Change my name",
  renameLabel: "The name you go by",
  save: "Save",
  leave: "Leave the circle",
  leaveTitle: "Leave the circle?",
  leaveText: "You can come back as long as the session lasts.",
  stay: "Stay",
};
