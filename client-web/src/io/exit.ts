/** Leaving at once, and staying gone: whoever presses *Back* on this device finds nothing. */

const mark = "hearth/gone";

/** An empty page of the browser's own: nothing of a circle on the screen, and no third party told. */
export function leaveAtOnce(): void {
  document.documentElement.hidden = true;
  remember("1");
  location.replace("about:blank");
}

/**
 * Returns whether this page was left at once and only *Back* has led to it again; then it shows
 * nothing and leaves. A link or an address that is opened anew counts as coming back.
 */
export function staysGone(): boolean {
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && isGone()) leaveAtOnce();
  });
  const [arrival] = performance.getEntriesByType("navigation");
  const isBack = arrival instanceof PerformanceNavigationTiming && arrival.type === "back_forward";
  if (isBack && isGone()) {
    leaveAtOnce();
    return true;
  }
  remember("");
  return false;
}

function isGone(): boolean {
  try {
    return sessionStorage.getItem(mark) === "1";
  } catch {
    return false;
  }
}

function remember(what: "" | "1"): void {
  try {
    if (what) sessionStorage.setItem(mark, what);
    else sessionStorage.removeItem(mark);
  } catch {
    // Where a browser forbids it, the page that was left is still replaced in the history.
  }
}
