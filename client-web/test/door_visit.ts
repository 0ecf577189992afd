/** A visit to the door in a simulated browser. Importing it sets it up for each test. */
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { Door, LobbySummary } from "../src/core/wire";
import { SavedCircles } from "../src/io/saved_circles";
import { JoinFlow } from "../src/features/door/join_flow.svelte";
import { circle, room, settings } from "./build";
import { fakeStorage } from "./storages";

export const secret = "A".repeat(43);
export const storage = fakeStorage();
export const { memory } = storage;
export const tab = fakeStorage();
export const listeners = new Map<string, () => void>();
export const page = { visibilityState: "visible" };
export const at = 10_000_000;
/** The server: what it was asked, and its next answer. */
export const server = {
  answer: undefined as unknown as () => Promise<unknown>,
  asked: [] as [path: string, init: RequestInit][],
};
/** Stops what the test opened. */
export const opened: { stop: () => void } = { stop: () => undefined };

export const session = (more: Partial<LobbySummary> = {}): LobbySummary => ({
  ...{ room, phase: "gathering", here: 1, hosts: [], closed: false },
  ...more,
});
export const says = (body: unknown, status = 200) => {
  server.answer = () => Promise.resolve({ status, ok: status < 400, json: () => Promise.resolve(body) });
};
export const stands = (more: Partial<Door> = {}) =>
  says({
    ...{ circle, role: "participant", title: { plain: "Tuesday" }, locker: "", settings, now: Date.now() },
    ...more,
  });
export const silent = () => (server.answer = () => Promise.reject(new TypeError("offline")));

export function keep() {
  new SavedCircles(storage).keep({ circle, title: "Tuesday", role: "participant", secret, at: 1 });
}

export async function visit(): Promise<JoinFlow> {
  const visit = new JoinFlow({ at: "circle", circle, secret }, storage);
  opened.stop = visit.start();
  await vi.waitFor(() => expect(visit.stage.at).not.toBe("looking"));
  return visit;
}

export async function pass(ms: number) {
  await vi.advanceTimersByTimeAsync(ms);
}

beforeEach(() => {
  vi.useFakeTimers({ now: at, toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  storage.clear();
  tab.clear();
  vi.stubGlobal("sessionStorage", tab);
  listeners.clear();
  server.asked = [];
  page.visibilityState = "visible";
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    server.asked.push([path, init]);
    return server.answer();
  });
  vi.stubGlobal("addEventListener", (name: string, call: () => void) => listeners.set(name, call));
  vi.stubGlobal("removeEventListener", vi.fn());
  vi.stubGlobal("document", {
    get visibilityState() {
      return page.visibilityState;
    },
    addEventListener: (name: string, call: () => void) => listeners.set(name, call),
    removeEventListener: vi.fn(),
  });
});

afterEach(() => {
  opened.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
