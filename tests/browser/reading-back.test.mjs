// Someone who has scrolled up to read: their place stays where it is, also over a change of round.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Keyboard } from "./lib/keyboard.mjs";
import { look } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const long = (start) => `${start} ${"And this goes on for a while, so that there is something to read. ".repeat(6)}`.trim();

/** Where a message stands on the screen, in pixels. */
async function topOf(person, words) {
  await person.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return person.said(words).first().evaluate((message) => message.getBoundingClientRect().top);
}

/** Scrolling is by whole pixels of the screen. */
async function keepsPlace(person, words, before, when) {
  const now = await topOf(person, words);
  assert.ok(Math.abs(now - before) < 1, `${when}: it moved from ${before} to ${now} px`);
}

function distanceToEnd({ page }) {
  return page.locator("[data-log]").evaluate((log) => Math.round(log.scrollHeight - log.clientHeight - log.scrollTop));
}

/** Returns the headings of the chapters, each on one line. */
async function headings({ page }) {
  const all = await page.locator("[data-log] h3").allInnerTexts();
  return all.map((text) => text.replace(/\s+/g, " ").trim().toLowerCase());
}

async function isCounted(person, label) {
  const button = person.page.locator(".fresh button");
  if (label === undefined) return button.waitFor({ state: "detached" });
  return button.filter({ hasText: label }).waitFor();
}

test("someone who reads further up keeps their place, and finds the first new message", async () => {
  const links = await story.circle();
  const { fay, ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"] });
  await fay.openRound("What brought you here?", { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  for (const start of ["First.", "Second.", "Third.", "Fourth."]) await ana.say(long(start));
  await ben.hears(long("Fourth."));
  assert.ok((await distanceToEnd(ben)) < 2, "the end is followed");

  await ben.said("Second.").evaluate((message) => message.scrollIntoView({ block: "start" }));
  const before = await topOf(ben, "Second.");
  await isCounted(ben, undefined);
  await ana.say("Fifth.");
  await isCounted(ben, "1 new message");
  await ana.press("I’m finished");
  await ben.turnIs("offered");
  await ben.press("Pass");
  await fay.turnIs("offered");
  await fay.takesTurn("My own words.");
  await fay.press("Close the round");
  await fay.page.locator("[data-where=between]").waitFor();
  await keepsPlace(ben, "Second.", before, "at the end of the round");

  await fay.openRound("What helped?", { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.say("Sixth.");
  await isCounted(ben, "3 new messages");
  await keepsPlace(ben, "Second.", before, "in the next round");
  await look(ben, "new messages below");
  await ben.said("Second.").evaluate((message) => message.scrollIntoView({ block: "start" }));

  const keyboard = new Keyboard(ben);
  await ben.page.locator(".fresh button").focus();
  await keyboard.watch();
  await keyboard.press("Enter");
  await isCounted(ben, undefined);
  const first = await ben.page.evaluate(() => document.activeElement.textContent);
  assert.match(first, /Fifth\./, "the focus is on the first new message");
  await keyboard.neverLostFocus();

  // At the end again, new words are followed.
  await ben.page.locator("[data-log]").evaluate((log) => log.scrollTo(0, log.scrollHeight));
  await ana.say(long("Seventh."));
  await ben.hears(long("Seventh."));
  await ben.page.waitForFunction(() => {
    const log = document.querySelector("[data-log]");
    return log.scrollHeight - log.clientHeight - log.scrollTop < 2;
  });
  await isCounted(ben, undefined);

  // Every chapter has its question as a heading, and none has folded.
  assert.equal(await ben.page.locator("[data-log] details").count(), 0);
  const asked = ["round 1 what brought you here?", "round 2 what helped?"];
  assert.deepEqual(await headings(ben), asked);

  // A third round, in which the question changes.
  await ana.press("I’m finished");
  await ben.turnIs("offered");
  await ben.press("Pass");
  await fay.turnIs("offered");
  await fay.press("Pass");
  await fay.press("Close the round");
  await fay.page.locator("[data-where=between]").waitFor();
  await fay.openRound("What did you miss?", { "Who goes first?": "Ana goes first" });
  await ben.page.locator("[data-log] h3").getByText("What did you miss?").waitFor();
  await fay.press("Change this round");
  await fay.page.getByLabel("Question for this round").fill("What do you take home?");
  await fay.press("Save changes");
  asked.push("round 3 what do you take home?");
  for (const { page } of [ana, ben]) await page.locator("[data-log] h3").getByText("What do you take home?").waitFor();
  assert.deepEqual(await headings(ben), asked, "the new question stands in place of the old one");
  const { cleo } = await story.people(links, { only: ["cleo"] });
  assert.deepEqual(await headings(cleo), asked.slice(2), "a newcomer sees what is asked now");

  // On opening the page again, chapters that are over are shut.
  await ben.page.reload();
  await ben.isInside();
  const shut = ben.page.locator("[data-log] details");
  await shut.first().waitFor();
  assert.deepEqual(await headings(ben), asked, "every chapter still has its question");
  assert.equal(await ben.said("Second.").count(), 0);
  await shut.first().locator("summary").click();
  await ben.hears(long("Second."));
  story.isClean([fay, ana, ben, cleo]);
});
