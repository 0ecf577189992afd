// A long evening: the end of the log is in the document, and the rest for those who read back. Nothing moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Keyboard } from "./lib/keyboard.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const count = 80;
/** How many messages are drawn at most for someone at the end. */
const kept_max = 48;
const words = (at) => `This is number ${at} of what we said this evening, and we have time.`;

/** Sends what is in the composer, without the half second between two presses. */
async function says(person, text) {
  await person.write(text);
  await person.page.keyboard.press("Control+Enter");
  await person.page.waitForFunction(() => document.querySelector("#words").value === "" && !document.querySelector("[data-sending]"));
}

const distanceToEnd = ({ page }) => page.locator("[data-log]").evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
const drawn = ({ page }) => page.locator("[data-said]").count();

async function hasAll({ page }) {
  await page.locator("[data-earlier]").waitFor({ state: "detached" });
  const shown = await page.locator("[data-said] .prose").allTextContents();
  assert.deepEqual(shown, Array.from({ length: count }, (_none, at) => words(at + 1)));
}

test("a long log shows its end, and what was said earlier to anyone who reads back, without moving anything", async () => {
  const links = await story.circle({ settings: { order: "open" } });
  const { fay, ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"] });
  for (let at = 1; at <= count; at += 1) await says(at % 2 ? fay : ana, words(at));
  await ben.hears(words(count));
  await ben.page.waitForFunction((most) => document.querySelectorAll("[data-said]").length <= most, kept_max);
  assert.ok((await distanceToEnd(ben)) < 2, "the end is still followed");

  await ben.page.reload();
  await ben.hears(words(count));
  assert.ok((await drawn(ben)) <= kept_max, "the page that is opened late shows the last words");
  assert.ok((await distanceToEnd(ben)) < 2, "the end is followed");

  // By wheel: what is above comes before it is reached, and what is read stays.
  const read = ben.said(words(count - 15)).first();
  const top = () => read.evaluate((message) => message.getBoundingClientRect().top);
  await ben.page.locator("[data-log]").hover();
  await ben.page.mouse.wheel(0, -500);
  await ben.page.waitForTimeout(300);
  const [before, few] = [await top(), await drawn(ben)];
  await ben.page.locator("[data-earlier]").evaluate((button) => button.click());
  await ben.page.waitForFunction((less) => document.querySelectorAll("[data-said]").length > less, few);
  assert.ok(Math.abs((await top()) - before) < 1, `what someone reads moved from ${before} to ${await top()} px`);
  for (let turns = 0; turns < 40 && (await ben.page.locator("[data-earlier]").count()) > 0; turns += 1) {
    await ben.page.mouse.wheel(0, -400);
    await ben.page.waitForTimeout(60);
  }
  await hasAll(ben);

  // Back at the end, the page is light again.
  await ben.page.locator("[data-log]").evaluate((log) => log.scrollTo(0, log.scrollHeight));
  await ben.page.waitForFunction((most) => document.querySelectorAll("[data-said]").length <= most, kept_max);
  assert.ok((await distanceToEnd(ben)) < 2, "the end is followed");

  // By keyboard: the button stays until everything is there.
  await ben.page.locator("[data-earlier]").focus();
  const keyboard = new Keyboard(ben);
  await keyboard.watch();
  while ((await ben.page.locator("[data-earlier]").count()) > 0) {
    await keyboard.press("Enter");
    await ben.page.waitForTimeout(150);
  }
  await hasAll(ben);
  await keyboard.neverLostFocus();
  story.isClean([fay, ana, ben]);
});
