/** Keeps the screen awake while it is wanted and the page is visible, if the browser can. */
export class WakeLock {
  #wanted = false;
  #isAsking = false;
  #lock: WakeLockSentinel | undefined;

  /** Follows the page's visibility, with which browsers release a lock. The returned function stops it. */
  start(): () => void {
    const seen = () => void this.#settle();
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      this.want(false);
    };
  }

  want(wanted: boolean): void {
    this.#wanted = wanted;
    void this.#settle();
  }

  async #settle(): Promise<void> {
    if (!this.#wanted) return this.#release();
    const isHeld = this.#lock !== undefined && !this.#lock.released;
    if (isHeld || this.#isAsking || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    this.#isAsking = true;
    try {
      this.#lock = await navigator.wakeLock.request("screen");
    } catch {
      // The battery is low, for example.
    }
    this.#isAsking = false;
    if (!this.#wanted) await this.#release();
  }

  async #release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    await lock?.release();
  }
}
