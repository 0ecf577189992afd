// Enlarged pages, keyboards, other colours and paper: whose turn it is, the last words and the composer can be reached.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fits } from "./lib/access.mjs";
import { arrive } from "./lib/browser.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const question = "What have you been carrying this week that nobody sees?";
/** 1280 × 720 at 200 % and 400 %. */
const doubled = { width: 640, height: 360 };
const fourfold = { width: 320, height: 180 };
const keyboard = { width: 390, height: 450 };

async function resized({ page }, size) {
  await page.setViewportSize(size);
  await page.waitForTimeout(150);
}

/** Fails unless this is wholly on the screen. */
async function isSeen({ page, name }, selector, { width, height }) {
  const box = await page.locator(selector).first().boundingBox();
  assert.ok(box && box.y >= -1 && box.y + box.height <= height + 1 && box.x >= -1 && box.x + box.width <= width + 1, `${name}: ${selector} is in sight`);
}

/** Fails if something else lies on the middle of one of these. */
async function isUncovered({ page, name }, ...selectors) {
  for (const selector of selectors) {
    const covering = await page.locator(selector).first().evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const on = document.elementFromPoint(left + width / 2, top + height / 2);
      // The circle's button lies on its line.
      return (element.closest(".circle") ?? element).contains(on) || on?.contains(element) ? undefined : on?.outerHTML.slice(0, 120);
    });
    assert.equal(covering, undefined, `${name}: nothing covers ${selector}`);
  }
}

/** Goes through everything by Tab, and fails if what has the focus is out of sight or covered. */
async function isFocusSeen({ page, name }, tabs = 40) {
  await page.evaluate(() => document.querySelector("h1").focus());
  for (let tab = 0; tab < tabs; tab += 1) {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body || at.matches("[data-log]")) return undefined;
      const { left, right, top, bottom } = at.getBoundingClientRect();
      const x = (Math.max(0, left) + Math.min(innerWidth, right)) / 2;
      const on = [0.25, 0.5, 0.75].some((part) => {
        const y = Math.max(0, top) + (Math.min(innerHeight, bottom) - Math.max(0, top)) * part;
        const there = document.elementFromPoint(x, y);
        return there && (at.contains(there) || there.contains(at));
      });
      return on ? undefined : at.outerHTML.slice(0, 160);
    });
    assert.equal(hidden, undefined, `${name}: what has the focus is in sight`);
  }
}

test("at 200 and 400 %, beside a keyboard and on paper, what matters can be reached", async () => {
  const links = await story.circle();
  const { fay, ana, ben, all } = await story.people(links, { only: ["fay", "ana", "ben"] });
  await fay.openRound(question, { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.turnIs("held");
  for (const said of ["The second phone.", "It rang at night, every night, and I got up.", "Last night it didn’t."]) await ana.say(said);
  await ana.write("And I lay there.");

  await resized(ana, doubled);
  for (const one of ["[data-where] .state", "[data-where] .asked", "#words", ".send", ".finish"]) await isSeen(ana, one, doubled);
  await isUncovered(ana, "[data-where] .state", "#words", ".send", ".finish");
  await ana.said("Last night it didn’t.").scrollIntoViewIfNeeded();
  const [log, said] = await Promise.all([ana.page.locator("[data-log]").boundingBox(), ana.said("Last night it didn’t.").locator(".prose").boundingBox()]);
  assert.ok(said.y >= log.y && said.y + said.height <= log.y + log.height, "the last words can be read");
  await fits(ana, "at 200 %");
  await isFocusSeen(ana);

  // So little height is left at 400 % that the page scrolls as a whole.
  await resized(ana, fourfold);
  await fits(ana, "at 400 %");
  for (const one of ["[data-where] .state", ".send", ".finish"]) {
    await ana.page.locator(one).first().scrollIntoViewIfNeeded();
    await isSeen(ana, one, fourfold);
    await isUncovered(ana, one);
  }

  await resized(ana, keyboard);
  for (const one of ["[data-where] .state", "[data-where] .asked", "#words", ".send"]) await isSeen(ana, one, keyboard);

  // iOS leaves the page as large as it is, and covers it.
  const covered = { width: 390, height: 844 };
  await resized(ana, covered);
  await ana.page.locator("#words").focus();
  await ana.page.evaluate(() => Object.defineProperty(window.visualViewport, "height", { value: 450, configurable: true }));
  // What follows the keyboard is loaded some seconds after someone has come in.
  await ana.page.waitForFunction(() => {
    window.visualViewport.dispatchEvent(new Event("resize"));
    return document.documentElement.style.getPropertyValue("--seen") === "450px";
  });
  for (const one of ["[data-where] .state", "[data-where] .asked", "#words", ".send"]) await isSeen(ana, one, keyboard);

  for (const size of [doubled, fourfold]) {
    for (const person of [fay, ben]) {
      await resized(person, size);
      await fits(person, `${size.width} px`);
    }
  }
  await resized(ben, doubled);
  for (const one of ["[data-where] .state", "[data-where] .asked", "#words"]) await isSeen(ben, one, doubled);
  await isUncovered(ben, "[data-where] .state", "#words");
  await isFocusSeen(ben);
  await resized(fay, doubled);
  for (const one of ["[data-where] .state", "[data-next] .next", ".margin .opens"]) await isSeen(fay, one, doubled);
  await isUncovered(fay, "[data-where] .state", "[data-next] .next");
  await isFocusSeen(fay);

  // On paper there are the title, the question and the words.
  const { page } = ben;
  await resized(ben, { width: 1280, height: 900 });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const shown = (selector) => page.locator(selector).evaluateAll((them) => them.filter((one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility === "visible").length);
  for (const one of ["h1", "[data-log] .question", "[data-said] .prose"]) assert.ok((await shown(one)) > 0, `${one} is printed`);
  for (const one of ["button", "#words", "[data-dock]", ".circle", ".margin"]) assert.equal(await shown(one), 0, `${one} is not printed`);
  const ink = await page.locator("[data-said] .prose").first().evaluate((one) => getComputedStyle(one).color);
  const [, space, first] = /^(\w+)\(([\d.]+)/.exec(ink);
  assert.ok(Number(first) < { rgb: 100, lab: 40, oklch: 0.4 }[space], `ink is dark on paper: ${ink}`);
  await page.emulateMedia({ media: null });
  story.isClean(all);
});

test("in forced colours, the next act and whose turn it is stand out", async () => {
  const links = await story.circle();
  const { fay, ana } = await story.people(links, { only: ["fay", "ana"], viewport: { width: 390, height: 844 } });
  await fay.page.emulateMedia({ forcedColors: "active" });
  const [filled, other] = await Promise.all(
    [".next.primary", ".margin .opens"].map((one) => fay.page.locator(one).evaluate((button) => getComputedStyle(button).backgroundColor)),
  );
  assert.notEqual(filled, other, "the next act is filled");
  await fay.openRound(question, { "Who goes first?": "Ana goes first" });
  await ana.page.emulateMedia({ forcedColors: "active" });
  await ana.turnIs("offered");
  await isSeen(ana, "[data-turn] .primary", { width: 390, height: 844 });
});

test("printing a link's card prints only the card", async () => {
  const links = await story.circle();
  const { pathname, hash } = new URL(links.participant);
  const kept = [{ circle: pathname.split("/").at(-1), title: "Tuesday circle", at: 1, links: [{ role: "participant", secret: hash.slice(1) }] }];
  const person = await arrive(story.browser, "Ana");
  const { page } = person;
  await page.addInitScript((mine) => {
    localStorage.setItem("hearth/mine", JSON.stringify(mine));
    window.print = () => undefined;
  }, kept);
  await page.goto(story.server.origin);
  await person.press("More about Tuesday circle");
  await page.getByRole("button", { name: "Print" }).first().click();
  await page.locator("[data-print]").waitFor({ state: "attached" });
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("[data-print] svg").isVisible(), "the card is printed");
  assert.ok(await page.locator("[data-print]").getByText(links.participant).isVisible(), "with its link");
  for (const one of ["main", "header", "button"]) {
    const shown = await page.locator(one).evaluateAll((all) => all.filter((element) => element.getClientRects().length > 0).length);
    assert.equal(shown, 0, `${one} is not printed`);
  }
  story.isClean([person]);
});
