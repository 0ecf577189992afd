// Chromium, and people arriving with a fresh profile each.
import { chromium } from "playwright-core";
import { Person } from "./person.mjs";

/** How long anything may take on a busy machine before a test gives it up. */
export const patience_ms = 20_000;
/** What the browser notes when a line is cut: the test's doing, not the page's. */
const cut = /WebSocket connection|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INTERNET_DISCONNECTED|Failed to load resource/;

export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.HEARTH_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export const devices = {
  phone: { width: 360, height: 740 },
  tablet: { width: 820, height: 1180 },
  laptop: { width: 1280, height: 900 },
  desktop: { width: 1440, height: 900 },
};

/** Somebody with a browser profile of their own. `mayBeCut` forgives what a cut line puts into the console. */
export async function arrive(browser, name, { mayBeCut = false, ...device } = {}) {
  const context = await browser.newContext({ viewport: devices.laptop, locale: "en-GB", ...device });
  return inNewTab(context, name, mayBeCut);
}

/** The same profile in another tab, or a profile that is there already. */
export async function inNewTab(context, name, mayBeCut = false) {
  const page = await context.newPage();
  page.setDefaultTimeout(patience_ms);
  const complaints = [];
  const foreign = [];
  page.on("pageerror", (error) => complaints.push(`${name}: ${error}`));
  page.on("console", (message) => {
    const forgiven = mayBeCut && cut.test(message.text());
    if (message.type() === "error" && !forgiven) complaints.push(`${name}: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("http://127.0.0.1:")) foreign.push(`${name}: ${request.url()}`);
  });
  return new Person(name, page, complaints, foreign);
}
