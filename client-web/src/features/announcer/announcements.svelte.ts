/** What the page says aloud. Each saying is kept for a moment as an element of a live region. */
import { type Announcer, announce, silent } from "./announcer";
import { type Telling, isComingOrGoing } from "./news";
import { words } from "../../words";

export interface Saying {
  id: number;
  text: string;
}

/** Live regions speak what is added to them; more than the last few need not stay. */
const kept_max = 6;
/** Comings and goings shown at once. */
const tidings_max = 2;
/** How long they are shown, and a saying stays for whoever reads on from it. */
const kept_ms = 20_000;

export class Announcements {
  polite: Saying[] = $state.raw([]);
  assertive: Saying[] = $state.raw([]);
  /** Comings and goings just told. */
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
