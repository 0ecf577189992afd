/** How the page says that this person's turn has come. */
import type { View } from "../../core/wire";
import { isEligible, meOf } from "../../core/view/people";
import { openRound } from "../../core/view/turn";

export const signals = ["sound", "vibration", "notification"] as const;
export type Signal = (typeof signals)[number];

/** What this person chose. */
export type Chosen = Partial<Record<Signal, boolean>> & { calm?: boolean; asked?: boolean };

/** Returns the signals to give. Calm mode makes no sound, and a page in sight needs no notification. */
export function signalsFor(chosen: Chosen, isHidden: boolean): Signal[] {
  return signals.filter((signal) => {
    if (signal === "sound" && chosen.calm) return false;
    return (signal !== "notification" || isHidden) && chosen[signal] === true;
  });
}

/**
 * Returns whether to ask how: once, when a round is open in which the turn can come to this person. Hosts have
 * enough to do; they find it in their settings.
 */
export function isToAsk(view: View, chosen: Chosen, offered: readonly Signal[]): boolean {
  if (chosen.asked || offered.length === 0) return false;
  const round = openRound(view.room);
  const me = meOf(view);
  return round !== undefined && round.order !== "open" && isEligible(me) && me?.role === "participant";
}
