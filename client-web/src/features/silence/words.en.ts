import type { Isolated } from "../../core/view/isolated";
import type { Bell } from "../../core/wire";
import type { Who } from "../room/where";
import { span } from "../../words/common.en";
import { span as rounded } from "../../core/clock";

export const ring = "Ring the bell";
export const ringNow = "Ring it now";
export const hint = "For a short while nobody can send anything, and the time for a turn stands still.";
export const reasonLabel = "What’s it for? (optional)";
export const lengthLabel = "How long is the silence?";
export const draft = "You can send after the silence.";

export const rang = (by: Who): string => `${by === "you" ? "You" : by} rang the bell.`;
export const quoted = (reason: Isolated): string => `“${reason}”`;
/** What it is called: by its length, if that is long and the page knows it. */
export const titled = (ms: number | undefined): string =>
  ms === 60_000 ? "A minute of silence" : ms === 120_000 ? "Two minutes of silence" : "A moment of silence";
export const left = (ms: number): string => (ms > 0 ? `About ${span(rounded(ms))} left.` : "It ends in a moment.");
export const keeps = (who: Who): string => `${who === "you" ? "You keep" : `${who} keeps`} the turn.`;
export const untilThen = "Nobody can send until it ends.";

export const began = (by: Who, reason: Isolated | undefined): string =>
  `${rang(by)} ${reason ? `“${reason}” ` : ""}Nobody can send until the silence ends.`;
export const ended = "The silence is over.";

export const bellLabel = "Who can ring the bell?";
export const bells: Record<Bell, string> = {
  facilitator: "Facilitators",
  everyone: "Everyone, once a round",
};
