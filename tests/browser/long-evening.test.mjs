// Opening the page late in a long evening: the last words come first, the earlier ones follow, and nothing moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const count = 60;
const words = (at) => `This is number ${at} of what we said this evening, and we have time.`;

/** Sends what is in the composer, without the half second between two presses. */
async function says(person, text) {
  await person.write(text);
  await person.page.keyboard.press("Control+Enter");
  await person.page.waitForFunction(() => document.querySelector("#words").value === "" && !document.querySelector("[data-sending]"));
}

/** Waits until all messages are in the log, in order, and returns the distance to the log's end in pixels. */
async function hasAll({ page }) {
  await page.locator("[data-drawing]").waitFor({ state: "detached" });
  const shown = await page.locator("[data-said] .prose").allTextContents();
  assert.deepEqual(shown, Array.from({ length: count }, (_none, at) => words(at + 1)));
  return page.locator("[data-log]").evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
}

test("a page that is opened late shows the last words first, and earlier ones arrive without moving them", async () => {
  const links = await story.circle({ settings: { order: "open" } });
  const { fay, ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"] });
  for (let at = 1; at <= count; at += 1) await says(at % 2 ? fay : ana, words(at));
  await ben.hears(words(count));

  // A slow phone, which is seldom idle.
  await ben.page.addInitScript(() => {
    window.requestIdleCallback = (call) => setTimeout(call, 400);
    window.cancelIdleCallback = clearTimeout;
  });
  await ben.page.reload();
  await ben.hears(words(count));
  assert.ok((await ben.page.locator("[data-said]").count()) < count / 2, "only the last words at first");
  assert.ok((await hasAll(ben)) < 2, "the end is still followed");

  await ben.page.reload();
  await ben.hears(words(count));
  const read = ben.said(words(count - 9));
  await ben.page.locator("[data-log]").hover();
  await ben.page.mouse.wheel(0, -400);
  await ben.page.waitForTimeout(150);
  const top = () => read.evaluate((message) => message.getBoundingClientRect().top);
  const before = await top();
  assert.ok((await ben.page.locator("[data-drawing]").count()) > 0, "earlier words are still on their way");
  await hasAll(ben);
  assert.ok(Math.abs((await top()) - before) < 1, `what someone reads moved from ${before} to ${await top()} px`);
  story.isClean([fay, ana, ben]);
});
