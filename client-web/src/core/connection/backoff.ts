const first_ms = { now: 250, later: 2_000 };
const most_ms = { now: 10_000, later: 60_000 };
/** Tries at a lost connection are no nearer to each other than about this, but for the first. */
const eager_ms = 1_000;
/** A wait is this part of the time that the connection has been gone. */
const patience = 30;

/**
 * Returns how long to wait before the next try: doubling up to a limit, half of it drawn by lot, so
 * that a thousand pages do not come back to a restarted server in the same moment.
 *
 * `tries` counts the tries that failed since the connection last held; `random` lies in [0, 1).
 */
export function backoff(when: "now" | "later", tries: number, random: number): number {
  return drawn(Math.min(most_ms[when], first_ms[when] * 2 ** Math.min(tries, 16)), random);
}

/**
 * Returns how long to wait before the next try at a connection that was lost `gone_ms` ago. Most are back
 * soon, and nothing tells the page when: for half a minute it tries about every second, and then
 * waits longer the longer the connection stays away.
 */
export function reconnectBackoff(gone_ms: number, tries: number, random: number): number {
  if (tries === 0) return drawn(first_ms.now, random);
  return drawn(Math.min(most_ms.now, Math.max(eager_ms, gone_ms / patience)), random);
}

function drawn(whole: number, random: number): number {
  return Math.round(whole / 2 + (whole / 2) * random);
}
