/** A simulated browser with a circle open, for tests of its store. Importing it sets it up for each test. */
import { afterEach, beforeEach, vi } from "vitest";
import { newClient } from "../src/core/connection/client";
import type { View } from "../src/core/wire";
import { CircleStorage } from "../src/io/storage";
import { CircleStore } from "../src/features/room/circle.svelte";
import { unanswered } from "../src/features/room/persist";
import { circle as circleId, epoch, held, round, view } from "./build";
import { fakeStorage } from "./storages";
import { limits, credentials } from "./world";

export class Page {
  static sockets: Page[] = [];
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;
  onclose: ((event: { code: number }) => void) | undefined;
  sent: Record<string, unknown>[] = [];

  constructor() {
    Page.sockets.push(this);
  }

  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close() {}
}

export const storage = fakeStorage();
export const { memory } = storage;
export const tab = fakeStorage();
export const mine = (more: Partial<View> = {}) =>
  view({ round: round(), turn: { turn_id: 7, token: held(2), lineup: [2, 3], waiting: [3] } }, more);
/** Stops what the test opened. */
export const opened: { stop: () => void } = { stop: () => undefined };

export function socket(): Page {
  const last = Page.sockets.at(-1);
  if (!last) throw new Error("nothing has connected");
  return last;
}

export function says(frame: object) {
  socket().onmessage?.({ data: JSON.stringify(frame) });
}

export function enter(view?: View): CircleStore {
  const kept = new CircleStorage(storage, circleId);
  const circle = new CircleStore(newClient(credentials, unanswered(kept, credentials.seatKey)), kept);
  opened.stop = circle.start();
  welcome(view);
  return circle;
}

export function welcome(view?: View) {
  socket().onopen?.();
  says({ welcome: { seat: 2, epoch, now: Date.now(), limits, ...(view && { snapshot: view }) } });
}

export const lastId = () => String(socket().sent.at(-1)?.["id"]);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  storage.clear();
  tab.clear();
  vi.stubGlobal("sessionStorage", tab);
  Page.sockets = [];
  vi.stubGlobal("WebSocket", Page);
  vi.stubGlobal("location", {
    protocol: "https:",
    host: "example.org",
    hash: "#secret",
    pathname: `/c/${circleId}`,
  });
  vi.stubGlobal("history", { replaceState: vi.fn() });
  vi.stubGlobal("document", { addEventListener: vi.fn(), removeEventListener: vi.fn() });
  vi.stubGlobal("addEventListener", vi.fn());
  vi.stubGlobal("removeEventListener", vi.fn());
});

afterEach(() => {
  opened.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
