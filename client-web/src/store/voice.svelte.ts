/** What the page says aloud. Each saying is kept for a moment as an element of a live region. */
import { type Announcer, announce, silent } from "../core/announcer";
import type { Telling } from "../core/news";
import { words } from "../words";

export interface Saying {
  id: number;
  text: string;
}

/** Live regions speak what is added to them; more than the last few need not stay. */
const kept_max = 6;

export class Voice {
  polite: Saying[] = $state.raw([]);
  assertive: Saying[] = $state.raw([]);
  #announcer: Announcer = silent;
  #ids = 0;

  tell(telling: Telling | undefined, turnUnderWay: boolean): void {
    const [announcer, spoken] = announce(this.#announcer, telling, turnUnderWay);
    this.#announcer = announcer;
    for (const news of spoken.polite) this.say(words.news.sentence(news));
    for (const news of spoken.assertive) this.interrupt(words.news.sentence(news));
  }

  say(text: string): void {
    this.polite = [...this.polite, this.#saying(text)].slice(-kept_max);
  }

  interrupt(text: string): void {
    this.assertive = [...this.assertive, this.#saying(text)].slice(-kept_max);
  }

  #saying(text: string): Saying {
    this.#ids += 1;
    return { id: this.#ids, text };
  }
}
