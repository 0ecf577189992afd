/**
 * Quick exit: leaves at once, takes the person off this device, and shows nothing to anyone who
 * then presses *Back*.
 */
import { addressOf } from "../core/address";
import { CircleStorage, deviceStorage, forgetPerson } from "./storage";

const mark = "hearth/gone";

/**
 * The browser's own blank page: it shows nothing about a circle, and makes no request to a third
 * party.
 */
export function leaveAtOnce(): void {
  document.documentElement.hidden = true;
  try {
    remember("1");
    const address = addressOf(location.pathname, location.hash);
    if (address.at === "circle") takeOff(address.circle);
  } catch {
    // Leaving comes first, even if the browser forbids the rest.
  }
  location.replace("about:blank");
}

const channel = "hearth/off";
let stopHere: (circle: unknown) => void = () => undefined;

/**
 * Deletes everything about the person who was in a circle from this device, and stops every page of
 * that circle, in this tab and in others.
 */
export function takeOff(circle: string): void {
  // Stop first: a page that is still connected would store the key again.
  stopHere(circle);
  forgetPerson(circle);
  new BroadcastChannel(channel).postMessage(circle);
}

/** Calls back when someone is taken off this device. The returned function stops that. */
export function onTakenOff(circle: string, stop: () => void): () => void {
  const others = new BroadcastChannel(channel);
  const off = (gone: unknown) => {
    if (gone !== circle) return;
    stop();
    // The draft is in each tab's own storage.
    forgetPerson(circle);
  };
  stopHere = off;
  others.onmessage = ({ data }) => off(data);
  return () => {
    stopHere = () => undefined;
    others.close();
  };
}

/**
 * Returns whether this page was left by quick exit and *Back* has led to it again; then it shows
 * nothing and leaves. Opening a link or typing an address counts as coming back.
 */
export function staysGone(): boolean {
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    if (isGone()) return leaveAtOnce();
    // Other tabs may have changed what this device stores, and someone else may be there.
    const address = addressOf(location.pathname, location.hash);
    if (address.at !== "circle") return;
    new CircleStorage(deviceStorage(), address.circle).wasHere(0);
    location.reload();
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
