/**
 * Writes down what this device must know to come back. Several tabs share its storage: a tab writes
 * its own key only while the server takes it for the seat's, so that a screen that was replaced never
 * puts an old key in the place of a new one.
 */
import { draftOf, giveBack } from "../core/draft";
import { meOf } from "../core/people";
import type { Session } from "../core/session";
import { plain } from "../core/text";
import type { Kept, KeptAsk } from "../io/storage";

/**
 * Returns what is to be sent again under a key. Words on their way under another one are a draft
 * again: whoever comes in anew says nothing of it by the way.
 */
export function unanswered(kept: Kept, seatKey: string): readonly KeptAsk[] {
  const { asks } = kept;
  if (asks[0]?.by === seatKey) return asks;
  kept.draft = asks.reduce((draft, { words = "" }) => giveBack(draft, words), draftOf(kept.draft)).text;
  return (kept.asks = []);
}

export function keep(kept: Kept, before: Session, now: Session): void {
  const { asks, way } = now;
  if (asks !== before.asks || way !== before.way) kept.asks = asks.map((ask) => ({ ...ask, by: way.seatKey }));
  if (now.line.at === "stopped") return forget(kept, now);
  const known = isOpen(now) && (!isOpen(before) || people(now) !== people(before));
  if (known || way !== before.way) keepKeys(kept, now);
}

function isOpen({ line }: Session): boolean {
  return line.at === "open";
}

function people({ snapshot }: Session): unknown {
  return snapshot?.common.people;
}

function keepKeys(kept: Kept, session: Session): void {
  const { way, snapshot } = session;
  const room = snapshot?.common.room ?? kept.keys?.room;
  const name = plain(snapshot && meOf(snapshot)?.name.text) ?? way.name;
  kept.keys = {
    seatKey: way.seatKey,
    ...(way.nextSeatKey && { nextSeatKey: way.nextSeatKey }),
    ...(name && { name }),
    ...(room && { room }),
    taken: isOpen(session) || (kept.keys?.taken ?? false),
  };
}

/** After the last word of a session there is no seat to come back to. */
function forget(kept: Kept, { line, way }: Session): void {
  if (line.at !== "stopped" || (line.why !== "ended" && line.why !== "not_admitted")) return;
  const { keys } = kept;
  if (keys?.seatKey === way.seatKey) kept.keys = { ...keys, taken: false };
  if (line.why === "ended") kept.draft = "";
}
