/** Keeps the newest words in sight for someone at the end of the log, and the place of anyone who reads further up. */
import type { Attachment } from "svelte/attachments";
import type { MessageNo } from "../../core/wire";
import { isAtEnd, type Scroll, staysAtEnd } from "./place";

export class Follower {
  /** The newest message that this person has been shown. */
  seen: MessageNo = $state.raw(0);
  #log: HTMLElement | undefined;
  #atEnd = true;
  /** Where the log begins on the screen. */
  #top = 0;
  #last: Scroll = { scrollTop: 0, clientHeight: 0, scrollHeight: 0 };
  /** Whose place on the screen is kept while earlier messages are put above it. */
  #held: { element: Element; top: number } | undefined;
  readonly #newest: () => MessageNo;

  constructor(newest: () => MessageNo) {
    this.#newest = newest;
  }

  readonly attach: Attachment<HTMLElement> = (log) => {
    this.#log = log;
    // Also when what is below the log grows, and when a picture of older messages turns out to be taller.
    const watcher = new ResizeObserver(() => this.#resized());
    watcher.observe(log);
    for (const child of log.children) watcher.observe(child);
    return () => watcher.disconnect();
  };

  /** The log now ends with this message. */
  heard(newest: MessageNo): void {
    if (this.#atEnd) this.seen = newest;
  }

  scrolled(): void {
    if (!this.#log) return;
    const now = scrollOf(this.#log);
    this.#atEnd = this.#atEnd ? staysAtEnd(this.#last, now) : isAtEnd(now);
    this.#last = now;
    if (this.#atEnd) this.seen = this.#newest();
  }

  toEnd(): void {
    this.#atEnd = true;
    this.seen = this.#newest();
    this.#follow();
  }

  /** Goes to a message, from which this person reads on. */
  toMessage(number: MessageNo): void {
    const message = this.#log?.querySelector<HTMLElement>(`[data-said="${number}"]`);
    this.seen = this.#newest();
    message?.scrollIntoView({ block: "start" });
    message?.focus({ preventScroll: true });
  }

  /** Earlier messages are on their way: what is on top of the log now stays where it is. */
  holds(): void {
    const element = this.#log?.querySelector("[data-said]");
    if (!element || !this.#log) return;
    this.#held = { element, top: element.getBoundingClientRect().top };
    // The browser would move it as well, though not at the very top.
    this.#log.style.overflowAnchor = "none";
  }

  #resized(): void {
    const log = this.#log;
    if (!log) return;
    if (this.#held) {
      const { element, top } = this.#held;
      const moved = element.getBoundingClientRect().top - top;
      if (Math.abs(moved) < 1) return;
      log.scrollTop += moved;
      log.style.overflowAnchor = "";
      this.#held = undefined;
    } else if (this.#atEnd) {
      this.#follow();
    } else {
      // What is above the log grows and shrinks as well.
      log.scrollTop += log.getBoundingClientRect().top - this.#top;
    }
    this.#top = log.getBoundingClientRect().top;
  }

  #follow(): void {
    if (!this.#log) return;
    this.#log.scrollTo({ top: this.#log.scrollHeight });
    this.#last = scrollOf(this.#log);
  }
}

function scrollOf({ scrollTop, clientHeight, scrollHeight }: HTMLElement): Scroll {
  return { scrollTop, clientHeight, scrollHeight };
}
