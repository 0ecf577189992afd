// Leaving at once, by key or by button: the circle is off the screen, and *Back* doesn't show it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { arrive } from "./lib/browser.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

/** Fails if the circle is on this page, or on the one that *Back* leads to. */
async function isGone({ page }) {
  await page.waitForURL("about:blank");
  assert.equal(await page.title(), "", "the title does not mention it");
  await page.goBack({ waitUntil: "load" }).catch(noPageBefore);
  // If *Back* led to a page, give it time to render.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 500))).catch(leftMeanwhile);
  for (const shown of ["[data-screen]", "[data-said]", "[data-ring]"]) {
    assert.equal(await page.locator(shown).count(), 0, `${shown} must not be visible`);
  }
  assert.equal(await page.getByText("Tuesday circle").count(), 0, "nor its name");
}

function noPageBefore(error) {
  assert.match(String(error), /ERR_ABORTED|interrupted|navigat/i);
}

function leftMeanwhile(error) {
  assert.match(String(error), /navigation|destroyed/i);
}

test("three presses of Shift, or the button, leave at once", async () => {
  const links = await story.circle();
  const { fay, ana, ben, all } = await story.people(links, { only: ["fay", "ana", "ben"] });
  await fay.say("Good evening.");
  for (const person of all) {
    assert.ok(!(await person.page.title()).includes("Tuesday circle"), "a neutral title");
  }

  // With letters in between it's typing: a word in capitals must not leave the page.
  await ana.hears("Good evening.");
  await ana.composer.focus();
  for (const key of ["Shift", "a", "Shift", "b", "Shift"]) await ana.page.keyboard.press(key);
  assert.equal(await ana.composer.inputValue(), "ab");
  await ana.page.keyboard.press("c");
  for (let press = 0; press < 3; press += 1) await ana.page.keyboard.press("Shift");
  await isGone(ana);

  await ben.hears("Good evening.");
  await ben.press("Leave quickly");
  await isGone(ben);

  // The others only see them as away. The device has forgotten them: the link lets them in as anyone new.
  await fay.seesAs(ana, "[data-presence=away]");
  await ben.page.goto(links.participant);
  await ben.page.getByLabel("What should we call you?").waitFor();
  assert.equal(await ben.button("Come back as Ben").count(), 0);
  await ben.comeIn(links.participant);
  await ben.heardAll([]);
  story.isClean(all);
});

test("the exit is at the door too, and on a page that has stopped", async () => {
  const links = await story.circle();
  const { ana } = await story.people(links, { only: ["fay", "ana"] });
  await ana.press("More");
  await ana.press("You");
  await ana.press("Leave the circle");
  await ana.page.getByRole("dialog", { name: "Leave the circle?" }).getByRole("button", { name: "Leave the circle" }).click();
  await ana.isStopped("left");
  await ana.button("Leave quickly").waitFor();
  await ana.page.goto(links.participant);
  await ana.page.locator("[data-screen=door]").waitFor();
  for (let press = 0; press < 3; press += 1) await ana.page.keyboard.press("Shift");
  await isGone(ana);
  story.isClean([ana]);
});

test("the exit is on the start page and beside new links, and works without confirmation", async () => {
  const maker = await arrive(story.browser, "Maker");
  const asked = [];
  maker.page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  for (const leave of [
    () => maker.press("Leave quickly"),
    async () => {
      for (let press = 0; press < 3; press += 1) await maker.page.keyboard.press("Shift");
    },
  ]) {
    await maker.page.goto(story.server.origin);
    await maker.press("Start a circle");
    await maker.page.getByLabel("What’s it called?").fill("Tuesday circle");
    await maker.press("Create the circle");
    await maker.page.locator("[data-link=keeper]").waitFor();
    await leave();
    await isGone(maker);
  }
  assert.deepEqual(asked, []);
  await maker.page.goto(story.server.origin);
  await maker.press("Leave quickly");
  await isGone(maker);
  story.isClean([maker]);
});
