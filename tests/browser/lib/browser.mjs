// Starts Chromium and gives each person a fresh profile.
import { chromium } from "playwright-core";
import { Person } from "./person.mjs";

/** Timeout of every wait; generous, for busy machines. */
export const patience_ms = 20_000;
/** Console errors the browser logs when the test cuts a connection. */
const causedByCut = /WebSocket connection|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INTERNET_DISCONNECTED|Failed to load resource/;

/** `text_px` is the size of type that its user has chosen. */
export async function openBrowser({ text_px = 16 } = {}) {
  return chromium.launch({
    executablePath: process.env.HEARTH_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--blink-settings=defaultFontSize=${text_px}`,
    ],
  });
}

export const devices = {
  phone: { width: 360, height: 740 },
  tablet: { width: 820, height: 1180 },
  laptop: { width: 1280, height: 900 },
  desktop: { width: 1440, height: 900 },
};

/**
 * Opens a page in a new profile, for someone who prefers that nothing moves: without a graphics card, drawing the motion of
 * seven pages takes more time than everything else. `mayBeCut` ignores console errors from a lost connection.
 */
export async function arrive(browser, name, { mayBeCut = false, ...device } = {}) {
  const context = await browser.newContext({ viewport: devices.laptop, locale: "en-GB", reducedMotion: "reduce", ...device });
  return inNewTab(context, name, mayBeCut);
}

/** Opens another tab in an existing profile. */
export async function inNewTab(context, name, mayBeCut = false) {
  const page = await context.newPage();
  page.setDefaultTimeout(patience_ms);
  const consoleErrors = [];
  const foreignRequests = [];
  page.on("pageerror", (error) => consoleErrors.push(`${name}: ${error}`));
  page.on("console", (message) => {
    const ignored = mayBeCut && causedByCut.test(message.text());
    if (message.type() === "error" && !ignored) consoleErrors.push(`${name}: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("http://127.0.0.1:")) foreignRequests.push(`${name}: ${request.url()}`);
  });
  return new Person(name, page, consoleErrors, foreignRequests);
}
