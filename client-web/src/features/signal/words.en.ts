import type { Isolated } from "../../core/view/isolated";
import type { GestureKind } from "../../core/wire";
import { type Own, list, people } from "../../words/common.en";

export const pointsTitle = "Asked for help";

export const points = (count: number): string => `${people(count)} ${count === 1 ? "needs" : "need"} you`;
export const answerPoint = (name: Isolated): string => `Done: I spoke with ${name}`;

export const gestures: Record<GestureKind, string> = {
  welcome: "Welcome",
  heard: "Heard",
  with_you: "With you",
  thank_you: "Thank you",
};
export const gesturedBy = (gesture: Own, who: readonly Isolated[]): string => `${gesture}: ${list(who)}`;
export const gesturesFor = (who: Isolated): string => `Respond to ${who}`;
export const respond = "Respond";
export const point = "Ask for help";
export const pointed = "You’ve asked the hosts for help.";
export const pointHint = "Only the hosts see this. The turn stays where it is.";
