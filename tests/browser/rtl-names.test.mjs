// Names and words in any direction, and some that are meant to break the page: the right person is named, and nothing
// becomes wider or taller than its place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { recordAnnouncements } from "./lib/announcements.mjs";
import { bare } from "./lib/direction.mjs";
import { fits } from "./lib/access.mjs";
import { arrive, devices } from "./lib/browser.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const dana = "דנה";
const omar = "عمر (3)";
const tower = `Zalgo${"\u0301\u0316\u0332\u0305".repeat(8)}`;
const wide = "W".repeat(38);

/** The parts of an element's visible text in the order in which they stand on the screen, from left to right. */
function fromLeft(locator) {
  return locator.evaluate((element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const pieces = [];
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (parentElement.closest(".unseen")) continue;
      for (const { 0: word, index } of data.matchAll(/[^\s]+/gu)) {
        const range = document.createRange();
        range.setStart(walker.currentNode, index);
        range.setEnd(walker.currentNode, index + word.length);
        const box = range.getBoundingClientRect();
        pieces.push({ word, x: box.left, y: Math.round(box.top / 8) });
      }
    }
    return pieces.sort((a, b) => a.y - b.y || a.x - b.x).map(({ word }) => word).join(" ");
  });
}

test("names in any direction stand where they belong, and nothing breaks the page", async () => {
  const links = await story.circle();
  const { fay, ana } = await story.people(links, { only: ["fay", "ana"] });
  const others = [];
  for (const name of [dana, dana, omar, tower, wide]) {
    const other = await arrive(story.browser, name, { viewport: devices.phone });
    await other.comeIn(links.participant);
    others.push(other);
  }
  const [first, second] = others;
  await recordAnnouncements(ana);

  await fay.press("Open a round");
  await fay.page.getByLabel("Question for this round").fill("מה עזר לך?\u202E abc");
  await fay.choose(fay.page.getByLabel("Who goes first?"), `${dana} (2) goes first`);
  await fay.press("Open the round");
  await second.turnIs("offered");
  const where = ana.page.locator("[data-where] .state");
  await where.filter({ hasText: `The turn is offered to ${dana} (2)` }).waitFor();
  assert.match(await fromLeft(where), new RegExp(`^The turn is offered to ${dana} \\(2\\)`), "the number stays behind the name");
  assert.equal(await where.locator("bdi[translate=no]").first().textContent(), `${dana} (2)`);

  await second.press("Take the turn");
  await second.say("שלום לכולם!");
  await ana.hears("שלום לכולם!");
  const words = ana.said("שלום לכולם!").locator(".prose");
  assert.equal(await words.evaluate((element) => getComputedStyle(element).direction), "rtl");
  const label = await ana.turnWith("שלום לכולם!").getByRole("button", { name: /Respond/ }).getAttribute("aria-label");
  assert.equal(label, `Respond to \u2068\u2068${dana}\u2069 (2)\u2069`);
  const said = await ana.page.evaluate(() => window.announced);
  assert.ok(said.some((one) => bare(one).includes(`${dana} (2)`)), said.join("\n"));
  assert.match(await ana.page.title(), /Hearth$/, "the title names nobody");

  // A tower of accents and a long word take no more room than others' words.
  await second.say(`${tower.repeat(20)} ${wide.repeat(4)}`);
  await second.say("\u202Ebackwards\u2067 and on");
  await ana.hears("\u202Ebackwards\u2067 and on");
  await second.press("I’m finished");
  for (const width of [320, 390, 1280]) {
    for (const person of [ana, fay, first]) {
      await person.page.setViewportSize({ width, height: 800 });
      await fits(person, `${person.name}, ${width} px`);
      const out = await person.page.locator("[data-said] .prose, .who").evaluateAll((all) =>
        all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.textContent),
      );
      assert.deepEqual(out, [], `${person.name}, ${width} px`);
    }
  }
  const clipped = await ana.page.locator("[data-said] .prose").evaluateAll((all) => all.every((one) => getComputedStyle(one).overflowY === "clip"));
  assert.ok(clipped, "what is written can't cover what stands above and below it");
  story.isClean([fay, ana, ...others]);
});
