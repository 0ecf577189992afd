/** Draws a long chapter bit by bit: first what is in sight, and the rest of it whenever the browser has nothing else to do. */

/** How many pages are drawn at once: more than a screen shows. */
const first_pages = 3;
/** Even if the browser is busy, the next page comes after this time. */
const idle_ms = 300;

/** Calls back when the browser is idle. The returned function cancels it. */
function whenIdle(call: () => void): () => void {
  // Safari can't tell.
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(call, 30);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(call, { timeout: idle_ms });
  return () => cancelIdleCallback(handle);
}

export class Unrolling {
  /** How many pages aren't drawn yet. */
  left: number = $state.raw(0);
  #callOff: () => void = () => undefined;
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
    this.#callOff();
  }

  /** Draws everything, as paper needs it. */
  finish(): void {
    this.stop();
    this.left = 0;
  }

  #next(): void {
    if (this.left === 0) return;
    this.#callOff = this.#later(() => {
      this.left -= 1;
      this.#next();
    });
  }
}
