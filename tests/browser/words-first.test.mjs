// Words first: what people say has at least half of a phone's height in every state, and three lines beside
// a keyboard or the open circle. On a wide screen everything is within one screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const phones = [
  { width: 390, height: 844 },
  { width: 320, height: 640 },
];
const long = "Last night it didn’t ring at all, and I lay there listening to it not ringing. ".repeat(14);
/** Three lines of words. */
const lines_px = 87;

/** Returns the log's height and the screen's. */
async function heights(person, size) {
  await person.page.setViewportSize(size);
  // Whatever follows the size needs a frame.
  await person.page.waitForTimeout(150);
  return person.page.evaluate(() => [document.querySelector("[data-log]").clientHeight, innerHeight]);
}

async function hasHalf(person, state) {
  for (const size of phones) {
    const [log, all] = await heights(person, size);
    assert.ok(log >= all / 2, `${state}, ${size.width} px: ${log} of ${all} px`);
  }
}

async function hasLines(person, state, sizes) {
  for (const size of sizes) {
    const [log] = await heights(person, size);
    assert.ok(log >= lines_px, `${state}, ${size.width} × ${size.height}: ${log} px`);
    for (const one of ["[data-where]", ".circle .asked", ".circle .state"]) {
      const box = await person.page.locator(one).first().boundingBox();
      assert.ok(box && box.y >= 0 && box.y + box.height <= size.height, `${state}: ${one} is in sight`);
    }
  }
}

/** Fails if the page scrolls, or a part of it is off a screen of 1280 × 720. */
async function isOnScreen({ page, name }, parts) {
  const [all, screen] = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
  assert.ok(all <= screen, `${name}: the page doesn’t scroll`);
  for (const part of parts) {
    const { x, y, width, height } = await page.locator(part).first().boundingBox();
    assert.ok(x >= 0 && x + width <= 1280 && y >= 0 && y + height <= 720, `${name}: ${part} is on the screen`);
  }
}

test("the log has half of a phone, in every state", async () => {
  const links = await story.circle();
  const { fay, mo, ana, ben, all } = await story.people(links, {
    only: ["fay", "mo", "ana", "ben"],
    throughProxy: ["ben"],
    viewport: phones[0],
  });
  await fay.page.locator("[data-guide]").waitFor();
  await hasHalf(fay, "hosting for the first time");
  for (const size of phones) {
    await fay.page.setViewportSize(size);
    const [guide, act] = await Promise.all(["[data-guide]", "[data-next] .next"].map((one) => fay.page.locator(one).boundingBox()));
    assert.ok(guide.y + guide.height <= act.y && act.y + act.height <= size.height, "the guide stands above the next act");
    const lines = await fay.page.locator("[data-guide] li").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    assert.ok(lines.length === 3 && lines.every((px) => px < 25), `three lines: ${lines}`);
  }
  await fay.press("Got it");
  await fay.page.locator("[data-guide]").waitFor({ state: "detached" });
  await fay.page.reload();
  await fay.isInside();
  await fay.button("Open a round").waitFor();
  assert.equal(await fay.page.locator("[data-guide]").count(), 0, "dismissed for good");
  await hasHalf(fay, "hosting, before the first round");
  await fay.openRound("What have you been carrying this week that nobody sees?");
  await fay.takesTurn("I’ll start, so nobody has to.");
  await mo.turnIs("offered");
  await hasHalf(fay, "hosting");
  // The tools are a sheet over the room, which lets the next act and whose turn it is be seen.
  await fay.press("Hosting");
  await fay.page.getByRole("button", { name: "Change this round" }).waitFor();
  await hasHalf(fay, "with the hosts’ tools open");
  for (const one of ["[data-where] .state", "[data-next] .next"]) {
    const clear = await fay.page.locator(one).evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      // The circle's button lies on its line.
      return element.closest(".circle, button").contains(document.elementFromPoint(left + width / 2, top + height / 2));
    });
    assert.ok(clear, `the tools don’t cover ${one}`);
  }
  await fay.page.keyboard.press("Escape");
  await fay.page.getByRole("button", { name: "Change this round" }).waitFor({ state: "hidden" });
  assert.equal(await fay.button("Hosting").evaluate((one) => one === document.activeElement), true, "the focus is back");
  await fay.press("Hosting");
  await fay.press("Give them a little longer");
  await fay.page.getByRole("button", { name: "Change this round" }).waitFor({ state: "hidden" });
  assert.equal(await fay.button("Hosting").evaluate((one) => one === document.activeElement), true, "the focus stays with it");
  await mo.press("Pass");

  await ana.turnIs("offered");
  await hasHalf(ben, "listening");
  await hasHalf(ana, "offered");
  await ana.press("Take the turn");
  await ana.turnIs("held");
  await hasHalf(ana, "speaking, before the first words");
  await ana.say("I’ve been carrying the second phone.");
  await ana.write("Last night it didn’t ring at all");
  await hasHalf(ana, "speaking");
  const keyboards = phones.map(({ width, height }) => ({ width, height: Math.round(height * 0.55) }));
  await hasLines(ana, "with a keyboard", keyboards);
  await ana.write(long);
  await hasLines(ana, "with a keyboard and a long draft", keyboards);
  await hasHalf(ana, "with a long draft");
  await ana.write("");

  await ben.page.setViewportSize(phones[0]);
  await ben.press("See the circle");
  await ben.page.locator("[data-ring]").waitFor();
  for (const size of phones) {
    const [log] = await heights(ben, size);
    assert.ok(log >= lines_px, `with the circle open, ${size.width} px: ${log} px`);
  }
  await ben.page.keyboard.press("Escape");
  await ben.page.locator("[data-ring]").waitFor({ state: "hidden" });
  assert.equal(await ben.button("See the circle").getAttribute("aria-expanded"), "false");

  ben.proxy.cut();
  await ben.reads("had the turn when the connection dropped");
  await hasHalf(ben, "offline");
  ben.proxy.mend();
  await ben.connectionIs("open");
  story.isClean(all);
});

test("on a wide screen, everything is within one screen", async () => {
  const links = await story.circle();
  const { fay, ana } = await story.people(links, { only: ["fay", "ana"], viewport: { width: 1280, height: 720 } });
  await isOnScreen(fay, [".margin .primary"]);
  // A long question, so that what stands below it has little room.
  await fay.openRound("What have you been carrying this week that nobody sees, and what would you rather leave here with us, so that you sleep well tonight?");
  await fay.turnIs("held");
  await isOnScreen(ana, ["[data-ring]", "[data-where]", "[data-log]", "#words"]);
  for (const { page } of [ana, fay]) {
    const below = await page.locator(".circle .tools button").evaluateAll((all) => Math.min(...all.map((one) => innerHeight - one.getBoundingClientRect().bottom)));
    assert.ok(below >= 12, `the tools below the circle end ${below} px above the edge`);
  }
  await isOnScreen(fay, ["[data-ring]", "[data-where]", "[data-log]", ".finish.primary", ".margin"]);

  // The question is in one place: beside the words once its heading has scrolled away. Nothing moves for it.
  const beside = () => ana.page.locator(".circle .asked").evaluate((one) => [getComputedStyle(one).opacity, one.getBoundingClientRect().y]);
  const becomes = (opacity) => ana.page.waitForFunction((wanted) => getComputedStyle(document.querySelector(".circle .asked")).opacity === wanted, opacity);
  await becomes("0");
  const [, before] = await beside();
  await fay.say(long);
  await fay.say(long);
  await becomes("1");
  assert.equal((await beside())[1], before);
  await ana.page.locator("[data-log]").evaluate((log) => (log.scrollTop = 0));
  await becomes("0");
});

test("a dialog about a person stays in sight when the window becomes narrow", async () => {
  const links = await story.circle();
  const { fay, ana, all } = await story.people(links, { only: ["fay", "ana"], viewport: { width: 1280, height: 720 } });
  await fay.about(ana);
  const dialog = fay.page.locator("dialog[open]");
  await fay.page.setViewportSize(phones[0]);
  await fay.page.locator("[data-ring]").waitFor({ state: "hidden" });
  assert.ok(await dialog.isVisible(), "the ring is hidden, and its dialog isn’t");
  await fay.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await fay.page.waitForFunction(() => document.activeElement.matches(".circle .opens"));
  story.isClean(all);
});
