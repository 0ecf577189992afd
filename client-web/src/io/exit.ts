/**
 * Quick exit: leaves at once, and shows nothing to anyone who then presses *Back* on this device.
 */

const mark = "hearth/gone";

/**
 * The browser's own blank page: it shows nothing about a circle, and makes no request to a third
 * party.
 */
export function leaveAtOnce(): void {
  document.documentElement.hidden = true;
  remember("1");
  location.replace("about:blank");
}

/**
 * Returns whether this page was left by quick exit and *Back* has led to it again; then it shows
 * nothing and leaves. Opening a link or typing an address counts as coming back.
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
    // If the browser forbids it, the page is still replaced in the history.
  }
}
