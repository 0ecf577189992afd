/** Browser APIs. */
import type { Wake } from "../core/connection/client";
import type { Platform } from "./client_runner";
import { openWebSocket } from "./socket";

export const browserPlatform: Platform = {
  now: () => Date.now(),
  random: () => Math.random(),
  openSocket: () => openWebSocket(location),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Calls back when the connection should be checked at once: the network is back, or the page became
 * visible, was typed in or was touched. The returned function stops it.
 */
export function onWake(woke: (by: Wake) => void): () => void {
  const network = () => woke("network");
  const seen = () => {
    if (document.visibilityState === "visible") woke("seen");
  };
  const touch = () => woke("touch");
  addEventListener("online", network);
  addEventListener("pageshow", seen);
  addEventListener("keydown", touch);
  addEventListener("pointerdown", touch);
  document.addEventListener("visibilitychange", seen);
  return () => {
    removeEventListener("online", network);
    removeEventListener("pageshow", seen);
    removeEventListener("keydown", touch);
    removeEventListener("pointerdown", touch);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** Returns whether this page was reloaded, and not opened from a link, an address or the history. */
export function isReloaded(): boolean {
  const [arrival] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return arrival?.type === "reload";
}
