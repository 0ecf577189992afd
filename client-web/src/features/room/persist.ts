/**
 * Stores what this device needs to return to its seat. Several tabs share the storage, except for
 * the draft. A tab writes
 * its key only while the server accepts it as the seat's, so that a replaced screen never
 * overwrites a newer key with an old one.
 */
import type { StopReason } from "../../core/connection/close";
import { draftOf, giveBack } from "../message/draft";
import { meOf } from "../../core/view/people";
import type { Client } from "../../core/connection/client";
import { textOf } from "../../core/view/text";
import type { CircleStorage, KeptCommand } from "../../io/storage";

/**
 * Returns the commands to resend under a key. Messages that were being sent under another key
 * become a draft again, because someone who joins again must not send them unknowingly.
 */
export function unanswered(kept: CircleStorage, seatKey: string): readonly KeptCommand[] {
  const { pending } = kept;
  if (pending[0]?.by === seatKey) return pending;
  kept.draft = pending.reduce((draft, { words = "" }) => giveBack(draft, words), draftOf(kept.draft)).text;
  return (kept.pending = []);
}

export function persist(kept: CircleStorage, before: Client, now: Client): void {
  const { pending, connection, credentials } = now;
  if (connection.at === "stopped") forget(kept, connection.why, credentials.seatKey);
  if (pending !== before.pending || credentials !== before.credentials) {
    kept.pending = pending.map((command) => ({ ...command, by: credentials.seatKey }));
  }
  const known = isOpen(now) && (!isOpen(before) || people(now) !== people(before));
  if (connection.at !== "stopped" && (known || credentials !== before.credentials)) keepKeys(kept, now);
  if (isOpen(now)) kept.touch(Date.now());
}

function isOpen({ connection }: Client): boolean {
  return connection.at === "open";
}

function people({ view }: Client): unknown {
  return view?.room.people;
}

function keepKeys(kept: CircleStorage, client: Client): void {
  const { credentials, view } = client;
  const room = view?.room.id ?? kept.keys?.room;
  const since = kept.keys?.since;
  const name = (view && textOf(view, meOf(view)?.name)) ?? credentials.name;
  kept.keys = {
    seatKey: credentials.seatKey,
    ...(credentials.nextSeatKey && { nextSeatKey: credentials.nextSeatKey }),
    ...(name && { name }),
    ...(room && { room }),
    ...(since && { since }),
    taken: isOpen(client) || (kept.keys?.taken ?? false),
  };
}

/** Deletes what is stored about the seat once the session is over. */
function forget(kept: CircleStorage, why: StopReason, seatKey: string): void {
  const { keys } = kept;
  // Another tab may have joined again.
  if (keys && keys.seatKey !== seatKey) return;
  // A key that is no longer valid doesn't end the session. Keep unsent text until the next request
  // shows whether it is over.
  if (why === "not_admitted" && keys && (kept.draft || kept.pending.length)) kept.keys = { ...keys, taken: false };
  else if (keys && (why === "left" || why === "removed")) kept.keys = { ...keys, gone: why };
  else if (["ended", "no_circle", "not_admitted"].includes(why)) kept.over();
}
