/**
 * Writes down what this device must know to come back. Several tabs share its storage: a tab writes
 * its own key only while the server takes it for the seat's, so that a screen that was replaced never
 * puts an old key in the place of a new one.
 */
import type { StopReason } from "../../core/connection/close";
import { draftOf, giveBack } from "../message/draft";
import { meOf } from "../../core/view/people";
import type { Client } from "../../core/connection/client";
import { textOf } from "../../core/view/text";
import type { CircleStorage, KeptCommand } from "../../io/storage";

/**
 * Returns what is to be sent again under a key. Words on their way under another one are a draft
 * again: whoever comes in anew says nothing of it by the way.
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
  const name = (view && textOf(view, meOf(view)?.name)) ?? credentials.name;
  kept.keys = {
    seatKey: credentials.seatKey,
    ...(credentials.nextSeatKey && { nextSeatKey: credentials.nextSeatKey }),
    ...(name && { name }),
    ...(room && { room }),
    taken: isOpen(client) || (kept.keys?.taken ?? false),
  };
}

/** After the last word of a session there is no seat to come back to. */
function forget(kept: CircleStorage, why: StopReason, seatKey: string): void {
  const { keys } = kept;
  // Another tab may have come in anew.
  if (keys && keys.seatKey !== seatKey) return;
  // A key that is no good any more does not end the session: what is unsaid waits for the door, which knows.
  if (why === "not_admitted" && keys && (kept.draft || kept.pending.length)) kept.keys = { ...keys, taken: false };
  else if (["ended", "no_circle", "not_admitted"].includes(why)) kept.over();
}
