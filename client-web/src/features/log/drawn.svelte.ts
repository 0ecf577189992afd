/**
 * Which part of a long log is in the document: its end, and further up as far as someone reads. With hundreds of messages in it,
 * a browser on a small phone would take long for each new one.
 */
import { whenIdle } from "./gradual.svelte";

/** How many pages are drawn at first: more than a screen shows. */
const first_pages = 3;
/** How many stay for someone at the end, which is about forty messages. */
const kept_pages = 5;
/** How many more come at once for someone who reads further up. */
const more_pages = 2;
/** Someone who has less than this above what they see, in heights of the log, gets more. */
const near = 1.5;

/** How someone sees the log. */
export interface Sight {
  /** They read its end. */
  atEnd: boolean;
  /** Something in it has the focus, or is selected. */
  inUse: boolean;
  /** How high what is drawn is, in heights of the log. */
  screens: number;
}

export class DrawnPages {
  /** The first page that is drawn, or 0 for all. Pages are numbered by their messages. */
  from: number = $state.raw(0);
  #keys: readonly number[];
  /** How many pages stay: more than usual if they are short. */
  #keep = kept_pages;
  #cancel: () => void = () => undefined;
  readonly #look: () => Sight | undefined;
  readonly #later: (call: () => void) => () => void;

  /** `keys` are the numbers of all pages, in order. */
  constructor(keys: readonly number[], look: () => Sight | undefined, later = whenIdle) {
    this.#keys = keys;
    this.#look = look;
    this.#later = later;
    this.#draw(first_pages);
  }

  /** Takes over the numbers of all pages, and draws or removes pages while the browser is idle. */
  settle(keys = this.#keys): void {
    this.#keys = keys;
    this.#cancel();
    this.#cancel = this.#later(() => this.#step());
  }

  stop(): void {
    this.#cancel();
  }

  /** Someone reads further up. `above` is the height above what they see, in heights of the log. */
  reads(above: number): void {
    if (above < near) this.more();
  }

  more(): void {
    this.#draw(this.#count + more_pages);
  }

  /** Draws everything, as paper needs it. */
  all(): void {
    this.from = 0;
  }

  get #count(): number {
    return this.#keys.filter((key) => key >= this.from).length;
  }

  #draw(count: number): void {
    this.from = count < this.#keys.length ? (this.#keys.at(-count) ?? 0) : 0;
  }

  /** One page at a time, so that nobody waits for it. */
  #step(): void {
    const sight = this.#look();
    if (!sight?.atEnd) return;
    const count = this.#count;
    const isAll = count === this.#keys.length;
    if (sight.screens < 1 + near && !isAll) this.#keep = Math.max(this.#keep, count + 1);
    const change = Math.sign(this.#keep - count);
    if (change === 0 || (change > 0 && isAll) || (change < 0 && sight.inUse)) return;
    this.#draw(count + change);
    this.settle();
  }
}
