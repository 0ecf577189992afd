import { afterEach, expect, it, vi } from "vitest";
import { deleteCircle, lookAtDoor, makeCircle, setNextSession } from "../src/io/http";
import { circle, settings } from "./build";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it.each([
  ["makes a circle", () => makeCircle({ title: { plain: "Tuesday" }, settings, entries: [] })],
  ["looks at the door", () => lookAtDoor(circle, "key")],
  ["sets the hour", () => setNextSession(circle, "key", {})],
  ["deletes a circle", () => deleteCircle(circle, "key")],
])("someone who %s over a connection that hangs is told so, and does not wait forever", async (_what, ask) => {
  const patience = new AbortController();
  const limit = vi.spyOn(AbortSignal, "timeout").mockReturnValue(patience.signal);
  vi.stubGlobal("fetch", (_path: string, { signal }: RequestInit) => {
    return new Promise((_answered, failed) => signal?.addEventListener("abort", () => failed(signal.reason)));
  });
  const reply = ask();
  expect(limit).toHaveBeenCalledWith(10_000);
  patience.abort();
  expect(await reply).toEqual({ unreachable: true });
});
