// A long conversation on a phone: the circle is one press away, and nothing covers the last message.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const hebrew = "שלום לכולם!";

/** Returns whether the last element matching `one` ends above the element matching `other`. */
function isClear({ page }, one, other) {
  return page.evaluate(
    ([below, above]) => {
      const words = [...document.querySelectorAll(below)].at(-1).getBoundingClientRect();
      const over = document.querySelector(above).getBoundingClientRect();
      return words.bottom <= over.top;
    },
    [one, other],
  );
}

test("the circle is one press away in a long conversation, and the last message is fully visible", async () => {
  const links = await story.circle();
  const { fay, ana, ben, all } = await story.people(links, { only: ["fay", "ana", "ben"], throughProxy: ["ben"] });
  await fay.openRound("What is with you today?");
  await fay.press("Pass");
  const lines = [hebrew, ...Array.from({ length: 9 }, (_, at) => `A line of words, and it is number ${at + 1}.`)];
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  for (const line of lines) await ana.say(line);
  await ben.hears(lines.at(-1));

  const first = ben.page.locator("[data-said] .prose").first();
  assert.equal(await first.evaluate((words) => getComputedStyle(words).direction), "rtl");
  assert.ok(await isClear(ben, "[data-said] .prose", "[data-dock]"), "the last words are not covered");
  await ben.press("See the circle");
  await ben.page.locator("[data-ring]").waitFor();
  assert.ok(await isClear(ben, "[data-said] .prose", "[data-dock]"), "the last words are still not covered");
  await ben.press("Close the circle");
  await ben.page.locator("[data-ring]").waitFor({ state: "hidden" });

  // While disconnected, the page says that what it shows may be outdated.
  ben.proxy.cut();
  await ben.reads("Ana had the turn when the connection dropped");
  ben.proxy.mend();
  await ben.connectionIs("open");
  await ben.page.waitForFunction(() => !document.querySelector("[data-where]").textContent.includes("dropped"));
  await story.endsWell(all, lines.map((line) => `Ana: ${line}`));
});
