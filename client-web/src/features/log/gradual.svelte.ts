/** Draws a long chapter that someone opens page by page: first what is in sight, and the rest whenever the browser is idle. */

/** How many pages are drawn at once: more than a screen shows. */
const first_pages = 3;
/** Even if the browser is busy, the next page comes after this time. */
const idle_ms = 300;

/** Calls back when the browser is idle. The returned function cancels it. */
export function whenIdle(call: () => void): () => void {
  // Safari can't tell.
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(call, 30);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(call, { timeout: idle_ms });
  return () => cancelIdleCallback(handle);
}

export class GradualPages {
  /** How many pages aren't drawn yet. */
  left: number = $state.raw(0);
  #cancel: () => void = () => undefined;
  readonly #later: (call: () => void) => () => void;

  constructor(later = whenIdle) {
    this.#later = later;
  }

  /** Begins to draw a chapter with this many pages. */
  begin(pages: number): void {
    this.stop();
    this.left = Math.max(0, pages - first_pages);
    this.#next();
  }

  /** Draws no more pages. */
  stop(): void {
    this.#cancel();
  }

  /** Draws everything, as paper needs it. */
  finish(): void {
    this.stop();
    this.left = 0;
  }

  #next(): void {
    if (this.left === 0) return;
    this.#cancel = this.#later(() => {
      this.left -= 1;
      this.#next();
    });
  }
}
