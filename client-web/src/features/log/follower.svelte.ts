/** Keeps the newest words in sight for someone at the end of the log, and the place of anyone who reads further up. */
import type { Attachment } from "svelte/attachments";
import type { MessageNo } from "../../core/wire";
import type { Sight } from "./drawn.svelte";
import { isAtEnd, type Scroll, staysAtEnd } from "./place";

/** What shows that someone scrolls by themselves. */
const acting = ["wheel", "touchmove", "pointerdown", "keydown", "focusin"] as const;
/** How long a scroll event after it is taken for theirs. */
const acted_ms = 1_000;

export class Follower {
  /** The newest message that this person has been shown. */
  seen: MessageNo = $state.raw(0);
  #log: HTMLElement | undefined;
  #atEnd = true;
  #last: Scroll = { scrollTop: 0, clientHeight: 0, scrollHeight: 0 };
  /** What someone reads further up, and where on the screen it has to stay. */
  #place: { element: Element; top: number } | undefined;
  /** Earlier messages are on their way, which go above it. */
  #paging = false;
  /** When this person last did something in the log. */
  #actedAt = -Infinity;
  readonly #newest: () => MessageNo;

  constructor(newest: () => MessageNo) {
    this.#newest = newest;
  }

  readonly attach: Attachment<HTMLElement> = (log) => {
    this.#log = log;
    // Also when what is above or below the log grows, and when older messages turn out to be taller than they seemed.
    const watcher = new ResizeObserver(() => this.#resized());
    watcher.observe(log);
    for (const child of log.children) watcher.observe(child);
    const acts = () => (this.#actedAt = performance.now());
    for (const kind of acting) log.addEventListener(kind, acts, { passive: true });
    return () => {
      watcher.disconnect();
      for (const kind of acting) log.removeEventListener(kind, acts);
    };
  };

  /** The log now ends with this message. */
  heard(newest: MessageNo): void {
    if (this.#atEnd) this.seen = newest;
  }

  scrolled(): void {
    if (!this.#log) return;
    const now = scrollOf(this.#log);
    // Recording the place again after each correction would add up what is rounded.
    if (now.scrollTop === this.#last.scrollTop && now.scrollHeight === this.#last.scrollHeight) return;
    const acted = performance.now() - this.#actedAt < acted_ms;
    // A flick goes on after the finger has left.
    if (acted) this.#actedAt = performance.now();
    this.#atEnd = this.#atEnd ? staysAtEnd(this.#last, now, acted) : isAtEnd(now);
    if (this.#atEnd && !isAtEnd(now)) return this.#follow();
    this.#last = now;
    if (this.#atEnd) this.seen = this.#newest();
    else this.#place = placeIn(this.#log);
  }

  toEnd(): void {
    this.#atEnd = true;
    this.#paging = false;
    this.seen = this.#newest();
    this.#follow();
  }

  /** Goes to a message, from which this person reads on. */
  toMessage(number: MessageNo): void {
    const message = this.#log?.querySelector<HTMLElement>(`[data-said="${number}"]`);
    this.seen = this.#newest();
    this.#actedAt = performance.now();
    message?.scrollIntoView({ block: "start" });
    message?.focus({ preventScroll: true });
  }

  /** Earlier messages have been asked for: what is on top of the log now stays where it is. */
  awaitsEarlier(): void {
    if (!this.#log) return;
    this.#place = placeIn(this.#log);
    this.#paging = true;
    // The browser would move it as well, though not at the very top.
    this.#log.style.overflowAnchor = "none";
  }

  /** Whether this person reads the end of the log. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** How this person sees the log. */
  sight(): (Sight & { above: number }) | undefined {
    const log = this.#log;
    if (!log || log.clientHeight === 0) return undefined;
    const { scrollTop, clientHeight, scrollHeight } = log;
    const inside = (node: Node | null | undefined) => !!node && node !== log && log.contains(node);
    const selection = getSelection();
    const inUse = inside(document.activeElement) || (selection?.isCollapsed === false && inside(selection.anchorNode));
    return { atEnd: this.#atEnd, inUse, screens: scrollHeight / clientHeight, above: scrollTop / clientHeight };
  }

  /** Something was added that isn't a message: the end stays in sight, or the place of someone further up. */
  settle(): void {
    this.#resized();
  }

  #resized(): void {
    const log = this.#log;
    if (!log) return;
    if (this.#atEnd && !this.#paging) return this.#follow();
    const moved = this.#place ? this.#place.element.getBoundingClientRect().top - this.#place.top : 0;
    if (Math.abs(moved) < 1) return;
    log.scrollTop += moved;
    this.#last = scrollOf(log);
    if (this.#paging) log.style.overflowAnchor = "";
    this.#paging = false;
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

/** Returns the first message in sight, and where it is. */
function placeIn(log: HTMLElement): { element: Element; top: number } | undefined {
  const edge = log.getBoundingClientRect().top;
  const turn = firstBelow(log.querySelectorAll("[data-turn-of]"), edge);
  const element = turn && (firstBelow(turn.querySelectorAll("[data-said]"), edge) ?? turn);
  return element && { element, top: element.getBoundingClientRect().top };
}

/** Returns the first element that ends below this height. They stand one under the other. */
function firstBelow(elements: NodeListOf<Element>, edge: number): Element | undefined {
  let [from, to] = [0, elements.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((elements[middle]?.getBoundingClientRect().bottom ?? 0) > edge) to = middle;
    else from = middle + 1;
  }
  return elements[from];
}
