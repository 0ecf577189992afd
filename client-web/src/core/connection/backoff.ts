const first_ms = { now: 250, later: 2_000 };
const most_ms = { now: 10_000, later: 60_000 };
/** Shortest time between two attempts to reconnect, except before the first. */
const eager_ms = 1_000;
/** Each wait is this fraction of the time since the connection was lost. */
const patience = 30;

/**
 * Returns the wait before the next attempt: exponential backoff up to a limit, half of it random,
 * so that a thousand pages don't reconnect to a restarted server at the same moment. `tries` counts
 * failed attempts since the last stable connection; `random` is in [0, 1).
 */
export function backoff(when: "now" | "later", tries: number, random: number): number {
  return drawn(Math.min(most_ms[when], first_ms[when] * 2 ** Math.min(tries, 16)), random);
}

/**
 * Returns the wait before the next attempt on a connection lost `gone_ms` ago. Most connections can
 * be restored soon, but no event says when. So retry about every second for half a minute, then
 * wait longer the longer the connection has been lost.
 */
export function reconnectBackoff(gone_ms: number, tries: number, random: number): number {
  if (tries === 0) return drawn(first_ms.now, random);
  return drawn(Math.min(most_ms.now, Math.max(eager_ms, gone_ms / patience)), random);
}

function drawn(whole: number, random: number): number {
  return Math.round(whole / 2 + (whole / 2) * random);
}
