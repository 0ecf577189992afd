/** Stands in the place of the server: it welcomes a page with a view, says what a state needs, and nothing after that. */
import { newClient } from "../src/core/connection/client";
import type { AudienceFrame, View, Writing } from "../src/core/wire";
import { CircleStore } from "../src/features/room/circle.svelte";
import { CircleStorage, type Preferences } from "../src/io/storage";
import { circle as circleId, epoch } from "../test/build";
import { fakeStorage } from "../test/storages";
import { limits } from "../test/world";
import { now } from "./state";

export interface Played {
  draft?: string;
  preferences?: Preferences;
  /** What the server says after the welcome. */
  frames?: readonly (AudienceFrame | { writing: Writing })[];
  /** What it says when it is asked for something, before it says that this is done. Otherwise it doesn't answer. */
  answers?: readonly AudienceFrame[];
  /** Whether it says nothing at all. */
  silent?: boolean;
  /** Code with which it closes the connection at the end. */
  closes?: number;
}

/** The server of the state that is shown. */
let played: (Played & { view: View }) | undefined;

let open: PlayedSocket | undefined;

class PlayedSocket {
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;
  onclose: ((event: { code: number }) => void) | undefined;

  constructor() {
    open = this;
    queueMicrotask(() => this.onopen?.());
  }

  send(text: string) {
    const asked = JSON.parse(text) as { hello?: object; id?: string };
    if (asked.id !== undefined) {
      if (!played?.answers) return;
      for (const frame of played.answers) this.say(frame);
      this.say({ re: asked.id, ok: { at: now } });
      return;
    }
    if (asked.hello === undefined || !played || played.silent) return;
    const { view, frames = [], closes } = played;
    this.say({ welcome: { seat: view.seat, epoch, now, limits, snapshot: view } });
    for (const frame of frames) this.say(frame);
    if (closes !== undefined) this.onclose?.({ code: closes });
  }

  close() {}

  /** Says something to the page. */
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** From now on, the page connects to the played server. */
export function playServer(): void {
  Object.assign(globalThis, { WebSocket: PlayedSocket });
}

/** Says something more to the page that is shown. */
export function say(frame: object): void {
  open?.say(frame);
}

/** Returns the store of someone who comes into a room as it is in this view. */
export function visit(view: View, play: Played = {}): CircleStore {
  played = { view, ...play };
  const kept = new CircleStorage(fakeStorage(), circleId, fakeStorage());
  kept.keys = { seatKey: "seat", room: view.room.id, taken: true };
  kept.draft = play.draft ?? "";
  kept.preferences = { asked: true, ...play.preferences };
  return new CircleStore(newClient({ circle: circleId, seatKey: "seat" }), kept, { circle: circleId, secret: "A".repeat(43), role: "participant" });
}
