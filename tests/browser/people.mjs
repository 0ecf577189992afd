// People with a browser of their own each, and what they see and do.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const out = fileURLToPath(new URL("out", import.meta.url));
const patience_ms = 15_000;

export async function openBrowser() {
  await mkdir(out, { recursive: true });
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

/** Somebody with a fresh browser profile. `colour` and `size` are what their device has. */
export async function arrive(browser, name, { size = { width: 1280, height: 900 }, colour = "light" } = {}) {
  const context = await browser.newContext({ viewport: size, colorScheme: colour, locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(patience_ms);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`${name}: ${error}`));
  page.on("console", (message) => {
    // A line that is cut is the test's doing; the browser notes it.
    const cut = /WebSocket connection|ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to load resource/;
    if (message.type() === "error" && !cut.test(message.text())) complaints.push(`${name}: ${message.text()}`);
  });
  const foreign = [];
  page.on("request", (request) => {
    if (!request.url().startsWith("http://127.0.0.1:")) foreign.push(`${name}: ${request.url()}`);
  });
  return new Person(name, page, complaints, foreign);
}

export class Person {
  constructor(name, page, complaints, foreign) {
    Object.assign(this, { name, page, complaints, foreign });
  }

  /** Comes in by a link: the door, a name, and in. */
  async comeIn(link) {
    await this.page.goto(link);
    await this.page.getByLabel("What shall we call you?").fill(this.name);
    await this.page.getByRole("button", { name: "Come in", exact: true }).click();
    await this.page.locator("[data-screen=room]").waitFor();
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  async press(name) {
    await this.button(name).click();
  }

  async write(words) {
    await this.page.getByLabel("Your words").fill(words);
  }

  async say(words) {
    await this.write(words);
    await this.press("Send");
    await this.page.locator("[data-said]").getByText(words).first().waitFor();
  }

  /** Waits until the turn is offered to this person, held by them, or elsewhere. */
  async turnIs(kind) {
    await this.page.locator(`[data-turn=${kind}]`).waitFor();
  }

  /** Waits for a sentence of *Where are we?*. */
  async reads(sentence) {
    await this.page.locator("[data-where]").getByText(sentence).first().waitFor();
  }

  async connected() {
    await this.page.getByText("Connected", { exact: false }).first().waitFor();
  }

  /** The words of everybody's shares on this screen, in order. */
  async shares() {
    for (const summary of await this.page.locator("[data-log] details:not([open]) > summary").all()) {
      await summary.click();
    }
    return this.page.locator("[data-said] .prose").allTextContents();
  }

  /** No violations that axe knows of, and nothing wider than the screen. */
  async isAccessible(where) {
    const { violations } = await new AxeBuilder({ page: this.page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(" ")}`);
    assert.deepEqual(told, [], `${this.name}, ${where}`);
    const [inner, scroll] = await this.page.evaluate(() => [
      window.innerWidth,
      document.documentElement.scrollWidth,
    ]);
    assert.ok(scroll <= inner, `${this.name}, ${where}: ${scroll} px wide on a screen of ${inner}`);
    await this.page.screenshot({ path: `${out}/${where.replaceAll(" ", "-")}-${this.name}.png` });
  }
}
