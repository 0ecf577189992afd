// A person with their own browser profile: what they do and see.
import assert from "node:assert/strict";
import { patience_ms } from "./browser.mjs";
import { bare, exactly } from "./direction.mjs";

export const steady_ms = 550;

export class Person {
  pressedAt = 0;

  /** `consoleErrors` are errors the page logged; `foreignRequests`, requests to other servers. */
  constructor(name, page, consoleErrors, foreignRequests) {
    Object.assign(this, { name, page, consoleErrors, foreignRequests });
  }

  /** Opens a link and joins under this person's name. */
  async comeIn(link) {
    await this.page.goto(link);
    await this.page.getByLabel("What should we call you?").fill(this.name);
    await this.press("Come in");
    await this.isInside();
  }

  /** Waits until the room is shown, and remembers this person's seat number. */
  async isInside() {
    const room = this.page.locator("[data-screen=room]");
    await room.waitFor();
    this.number = Number(await room.getAttribute("data-seat"));
  }

  button(name) {
    return this.page.getByRole("button", { name: exactly(name) });
  }

  /** Waits until half a second after the last press. */
  async #settles() {
    const soon = this.pressedAt + steady_ms - Date.now();
    if (soon > 0) await this.page.waitForTimeout(soon);
  }

  /** Presses a button, but not within half a second of the last: the page ignores such double presses. */
  async press(name) {
    await this.#settles();
    await this.button(name).click();
    this.pressedAt = Date.now();
  }

  get composer() {
    return this.page.getByLabel("Your words", { exact: true });
  }

  async write(words) {
    await this.composer.fill(words);
  }

  async say(words) {
    await this.write(words);
    await this.press("Send");
    await this.hears(words);
  }

  /**
   * Takes an offered turn, says everything in `all`, and finishes. Someone who opened a round with themselves is given the turn by
   * their page, and is never shown an offer: what is shown first is what stays.
   */
  async takesTurn(...all) {
    const mine = this.page.locator("[data-turn=offered], [data-turn=held]");
    if ((await mine.getAttribute("data-turn")) === "offered") await this.press("Take the turn");
    await this.turnIs("held");
    for (const words of all) await this.say(words);
    await this.press("I’m finished");
  }

  /** Waits until the log contains this text. */
  async hears(words) {
    await this.page.locator("[data-said]").getByText(words, { exact: true }).first().waitFor();
  }

  /** Locates the turn that contains this message: responses answer a whole turn. */
  turnWith(words) {
    return this.page.locator("[data-turn-of]").filter({ hasText: words });
  }

  /** Locates the message that contains this text. */
  said(words) {
    return this.page.locator("[data-said]").filter({ hasText: words });
  }

  /** Takes a message back, which returns its text to the composer. */
  async takeBack(words) {
    await this.said(words).getByRole("button", { name: "Take back", exact: true }).click();
    await this.drafts(words);
  }

  /** Waits until the composer contains this text. */
  async drafts(words) {
    await this.page.waitForFunction((wanted) => document.querySelector("#words")?.value === wanted, words);
  }

  /** Waits until the turn is `offered` to this person, `held` by them, or `waiting` elsewhere. */
  async turnIs(kind) {
    await this.page.locator(`[data-turn=${kind}]`).waitFor({ state: "attached" });
  }

  /** Waits until *Where are we?* says this, among other things. */
  async reads(part) {
    await this.page.locator("[data-where]").filter({ hasText: part }).waitFor();
  }

  /** Waits until this text is anywhere on the page. */
  async sees(text, timeout = patience_ms) {
    await this.page.getByText(text).first().waitFor({ timeout });
  }

  /** Waits until the connection is `open`, `waiting` and so on. */
  async connectionIs(state, timeout = patience_ms) {
    await this.page.locator(`[data-connection=${state}]`).first().waitFor({ timeout });
  }

  /** Waits until this page shows that it has stopped, for this reason. */
  async isStopped(why) {
    await this.page.locator(`[data-stopped=${why}]`).waitFor();
  }

  /** Locates another person in the ring; `is` narrows it to how they are shown. */
  inRing(other, is = "") {
    return this.page.locator(`[data-person='${other.number}']${is}`);
  }

  async seesAs(other, is) {
    await this.inRing(other, is).waitFor({ state: "attached" });
  }

  /** Waits until this person's page says that they are muted, or no longer does. */
  async isMuted(muted) {
    const told = this.page.locator("[data-hint]").filter({ hasText: "You’re muted for now" });
    await told.waitFor({ state: muted ? "visible" : "detached" });
  }

  /** Opens the dialog with what a host can do about a person. */
  async about(other) {
    await this.press(`${other.name}: more`);
    await this.page.locator("dialog[open]").waitFor();
  }

  /** Opens a round as facilitator. `choices` are further fields by their labels. */
  async openRound(asked, choices = {}) {
    await this.press("Open a round");
    await this.page.getByLabel("Question for this round").fill(asked);
    for (const [label, choice] of Object.entries(choices)) {
      await this.choose(this.page.getByLabel(label), choice);
    }
    await this.press("Open the round");
    await this.page.locator("dialog").waitFor({ state: "detached" });
  }

  /** Chooses the option with this label in a list. */
  async choose(list, label) {
    await list.waitFor();
    const labels = await list.locator("option").allTextContents();
    await list.selectOption({ index: labels.findIndex((one) => bare(one).trim() === label) });
  }

  /** Reads back to the first words that this page holds. */
  async readsBack() {
    const earlier = this.page.locator("[data-earlier=here]");
    while ((await earlier.count()) > 0) {
      await earlier.click();
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    }
  }

  /** Returns the log in order as `name: words`, after opening every chapter. */
  async heard() {
    await this.readsBack();
    const closed = this.page.locator("[data-log] details:not([open])");
    for (let left = await closed.count(); left > 0; left -= 1) {
      await closed.first().locator("> summary").click();
      await this.page.waitForFunction(
        (still) => document.querySelectorAll("[data-log] details:not([open])").length < still,
        left,
      );
    }
    await this.page.waitForFunction(
      () =>
        [...document.querySelectorAll("[data-log] details")].every((one) => one.querySelector("ol, .prose, .over")) &&
        !document.querySelector("[data-drawing]"),
    );
    return this.page.locator("[data-said]:has(.prose)").evaluateAll((all) =>
      all.map((one) => `${one.closest("[data-turn-of]").querySelector(".who bdi").textContent}: ${one.querySelector(".prose").textContent}`),
    );
  }

  /** Fails if a message is missing, doubled or out of order. */
  async heardAll(said) {
    await this.page.waitForFunction(() => !document.querySelector("[data-sending]"));
    assert.deepEqual(await this.heard(), said, `the log of ${this.name}`);
  }
}
