/**
 * What the page announces to screen readers. Each announcement stays in a live region for a moment.
 */
import { type Announcer, announce, silent } from "./announcer";
import { type Telling, isComingOrGoing } from "./news";
import { words } from "../../words";

export interface Saying {
  id: number;
  text: string;
}

/** Live regions announce what is added to them, so only the last few need to stay. */
const kept_max = 6;
/** Arrivals and departures shown at once. */
const tidings_max = 2;
/** How long these are shown, and how long announcements stay for anyone who reads them again. */
const kept_ms = 20_000;

export class Announcements {
  polite: Saying[] = $state.raw([]);
  assertive: Saying[] = $state.raw([]);
  /** Arrivals and departures announced recently. */
  tidings: Saying[] = $state.raw([]);
  #announcer: Announcer = silent;
  #ids = 0;

  tell(telling: Telling | undefined, turnUnderWay: boolean): void {
    const [announcer, spoken] = announce(this.#announcer, telling, turnUnderWay);
    this.#announcer = announcer;
    for (const news of spoken.polite) {
      const text = words.news.sentence(news);
      this.say(text);
      if (isComingOrGoing(news)) this.#add("tidings", text, tidings_max);
    }
    for (const news of spoken.assertive) this.interrupt(words.news.sentence(news));
  }

  say(text: string): void {
    this.#add("polite", text, kept_max);
  }

  interrupt(text: string): void {
    this.#add("assertive", text, kept_max);
  }

  #add(to: "polite" | "assertive" | "tidings", text: string, max: number): void {
    this.#ids += 1;
    const id = this.#ids;
    this[to] = [...this[to], { id, text }].slice(-max);
    setTimeout(() => (this[to] = this[to].filter((saying) => saying.id !== id)), kept_ms);
  }
}
