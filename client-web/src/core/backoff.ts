const first_ms = { now: 250, later: 2_000 };
const most_ms = { now: 10_000, later: 60_000 };

/**
 * Returns how long to wait before the next try: doubling up to a limit, half of it drawn by lot, so
 * that a thousand pages do not come back to a restarted server in the same moment.
 *
 * `tries` counts the tries that failed since the line last held; `random` lies in [0, 1).
 */
export function backoff(when: "now" | "later", tries: number, random: number): number {
  const whole = Math.min(most_ms[when], first_ms[when] * 2 ** Math.min(tries, 16));
  return Math.round(whole / 2 + (whole / 2) * random);
}
