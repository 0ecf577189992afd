/**
 * Writes down what this device must know to come back. Several tabs share its storage: a tab writes
 * its own key only while the server takes it for the seat's, so that a screen that was replaced never
 * puts an old key in the place of a new one.
 */
import type { Stop } from "../core/close";
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
  const { asks, line, way } = now;
  if (line.at === "stopped") forget(kept, line.why, way.seatKey);
  if (asks !== before.asks || way !== before.way) kept.asks = asks.map((ask) => ({ ...ask, by: way.seatKey }));
  const known = isOpen(now) && (!isOpen(before) || people(now) !== people(before));
  if (line.at !== "stopped" && (known || way !== before.way)) keepKeys(kept, now);
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
function forget(kept: Kept, why: Stop, seatKey: string): void {
  const { keys } = kept;
  // Another tab may have come in anew.
  if (keys && keys.seatKey !== seatKey) return;
  // A key that is no good any more does not end the session: what is unsaid waits for the door, which knows.
  if (why === "not_admitted" && keys && (kept.draft || kept.asks.length)) kept.keys = { ...keys, taken: false };
  else if (["ended", "no_circle", "not_admitted"].includes(why)) kept.over();
}
