/** The world as a browser has it. */
import type { World } from "./live";
import { openWebSocket } from "./socket";

export const browserWorld: World = {
  now: () => Date.now(),
  random: () => Math.random(),
  openSocket: () => openWebSocket(location),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Calls back when there is reason to look after the line at once: the network is there again, or the
 * page is looked at again after a while. The function returned ends it.
 */
export function onWake(woke: (network: boolean) => void): () => void {
  const network = () => woke(true);
  const seen = () => {
    if (document.visibilityState === "visible") woke(false);
  };
  addEventListener("online", network);
  addEventListener("pageshow", seen);
  document.addEventListener("visibilitychange", seen);
  return () => {
    removeEventListener("online", network);
    removeEventListener("pageshow", seen);
    document.removeEventListener("visibilitychange", seen);
  };
}
