/**
 * What the page announces to screen readers. Each announcement stays in a live region for a moment.
 */
import { type Announcer, announce, silent } from "./announcer";
import type { News, Telling } from "./news";
import { words } from "../../words";

export interface Announcement {
  id: number;
  text: string;
}

/** Live regions announce what is added to them, so only the last few need to stay. */
const kept_max = 6;
/** Changes to people shown at once. */
const above_max = 2;
/** What is shown above the conversation, because the log doesn't tell it. */
const shownAbove: readonly News["is"][] = ["away", "returned", "renamed", "named"];
/** How long these are shown, and how long announcements stay for anyone who reads them again. */
const kept_ms = 20_000;

export class Announcements {
  polite: Announcement[] = $state.raw([]);
  assertive: Announcement[] = $state.raw([]);
  /** Who lost the connection, returned or has a new name, announced recently. */
  above: Announcement[] = $state.raw([]);
  #announcer: Announcer = silent;
  #ids = 0;

  tell(telling: Telling | undefined, turnUnderWay: boolean): void {
    const [announcer, spoken] = announce(this.#announcer, telling, turnUnderWay);
    this.#announcer = announcer;
    for (const news of spoken.polite) {
      const text = words.news.sentence(news);
      this.say(text);
      if (shownAbove.includes(news.is)) this.#add("above", text, above_max);
    }
    for (const news of spoken.assertive) this.interrupt(words.news.sentence(news));
  }

  say(text: string): void {
    this.#add("polite", text, kept_max);
  }

  interrupt(text: string): void {
    this.#add("assertive", text, kept_max);
  }

  #add(to: "polite" | "assertive" | "above", text: string, max: number): void {
    this.#ids += 1;
    const id = this.#ids;
    this[to] = [...this[to], { id, text }].slice(-max);
    setTimeout(() => (this[to] = this[to].filter((one) => one.id !== id)), kept_ms);
  }
}
