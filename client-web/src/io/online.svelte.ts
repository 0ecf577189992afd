/** Whether the browser has a network. */

class Online {
  /** False only if there is certainly none. */
  is: boolean = $state.raw(true);

  /** Begins to watch; the returned function stops it. */
  watch(): () => void {
    const changed = () => (this.is = navigator.onLine !== false);
    changed();
    addEventListener("online", changed);
    addEventListener("offline", changed);
    return () => {
      removeEventListener("online", changed);
      removeEventListener("offline", changed);
    };
  }
}

export const online = new Online();
