/** What is spoken when: comings and goings wait for the end of a turn, nothing is said twice. */
import type { News, Telling } from "./news";

export interface Announcer {
  /** Comings and goings that wait, the oldest first. */
  readonly held: readonly News[];
  /** What was told last, to keep still while someone sends many lines. */
  readonly last?: News;
}

export interface Spoken {
  polite: News[];
  assertive: News[];
}

/** More comings and goings than this in one turn are not worth telling singly. */
const held_max = 8;

export const silent: Announcer = { held: [] };

/** Returns the announcer after a telling, and what is spoken now. */
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
