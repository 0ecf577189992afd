import type { GestureKind } from "../../core/wire";

export const pointsTitle = "Asks for attention";

export const points = (count: number): string =>
  count === 1 ? "1 asks for attention" : `${count} ask for attention`;
export const answerPoint = (name: string): string => `I have answered ${name}`;

export const gestures: Record<GestureKind, string> = {
  welcome: "Welcome",
  heard: "Heard",
  with_you: "With you",
  thank_you: "Thank you",
};
export const gesturedBy = (gesture: string, who: string[]): string => `${gesture}: ${who.join(", ")}`;
export const gesturesFor = (who: string): string => `Signs to ${who}`;
export const addSign = "Sign";
export const point = "Ask the hosts";
export const pointed = "The hosts have been told.";
export const pointHint = "They are told at once. The turn stays where it is.";
