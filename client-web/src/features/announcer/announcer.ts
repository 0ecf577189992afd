/**
 * Decides when to announce what: arrivals and departures wait for the end of a turn, and nothing is
 * repeated.
 */
import type { News, Telling } from "./news";

export interface Announcer {
  /** Arrivals and departures that are held back, oldest first. */
  readonly held: readonly News[];
  /**
   * The last announcement, so that several messages in a row from one person are announced once.
   */
  readonly last?: News;
}

export interface Spoken {
  polite: News[];
  assertive: News[];
}

/** Arrivals and departures kept during one turn; older ones are dropped. */
const held_max = 8;

export const silent: Announcer = { held: [] };

/** Returns the announcer after a piece of news, and what to announce now. */
export function announce(
  announcer: Announcer,
  telling: Telling | undefined,
  turnUnderWay: boolean,
): [Announcer, Spoken] {
  const spoken: Spoken = { polite: [], assertive: [] };
  let { held, last } = announcer;
  if (telling?.between && turnUnderWay) {
    held = [...held, telling.news].slice(-held_max);
  } else if (telling && !isRepeated(telling.news, last)) {
    (telling.assertive ? spoken.assertive : spoken.polite).push(telling.news);
    last = telling.news;
  }
  if (!turnUnderWay && held.length > 0) {
    spoken.polite.push(...held);
    held = [];
  }
  return [{ held, ...(last && { last }) }, spoken];
}

function isRepeated(news: News, last: News | undefined): boolean {
  return news.is === "shared" && last?.is === "shared" && last.who === news.who;
}
