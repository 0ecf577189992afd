import type { Isolated } from "../../core/view/isolated";
import type { GestureKind } from "../../core/wire";
import { kinds } from "./kinds";

export const answerPoint = (name: Isolated): string => `Done: I spoke with ${name}`;

export const gestures: Record<GestureKind, string> = {
  welcome: "Welcome",
  heard: "Heard",
  with_you: "With you",
  thank_you: "Thank you",
};
export const responses = "Responses";
export const me = "You";
/** What one person responded, after their name. */
export const gave = (all: readonly GestureKind[]): string => kinds.filter((kind) => all.includes(kind)).map((kind) => gestures[kind].toLowerCase()).join(", ");
export const gesturesFor = (who: Isolated): string => `Respond to ${who}`;
export const respond = "Respond";
export const point = "Ask for help";
export const pointed = "You’ve asked the hosts for help.";
export const pointHint = "Only the hosts see this. The turn stays where it is.";
