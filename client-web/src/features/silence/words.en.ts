import type { Isolated } from "../../core/view/isolated";
import type { Bell } from "../../core/wire";
import type { Who } from "../room/where";
import { plural } from "../../words/common.en";

export const ring = "Ring the bell";
export const ringNow = "Ring it now";
export const hint = "For a short while nobody can send anything, and the time for a turn stands still.";
export const reasonLabel = "What’s it for? (optional)";
export const lengthLabel = "How long is the silence?";
export const end = "End the silence";
export const draft = "You can send after the silence.";

export const rang = (by: Who): string => `${by === "you" ? "You" : by} rang the bell.`;
export const left = (seconds: number): string => plural(seconds, "second");

export const began = (by: Who, reason: Isolated | undefined): string =>
  `${rang(by)} ${reason ? `“${reason}” ` : ""}Nobody can send until the silence ends.`;
export const ended = "The silence is over.";

export const bellLabel = "Who can ring the bell?";
export const bells: Record<Bell, string> = {
  facilitator: "Facilitators",
  everyone: "Everyone, once a round",
};
