// A message of many lines: it is folded, and opens and closes by keyboard without losing anyone's place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Keyboard } from "./lib/keyboard.mjs";
import { look } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const linesOf = (count) => Array.from({ length: count }, (_, at) => `Line ${at + 1}.`).join("\n");

async function isInSight(locator) {
  const [box, { height }] = [await locator.boundingBox(), locator.page().viewportSize()];
  assert.ok(box && box.y >= 0 && box.y + box.height <= height, `it is at ${box?.y} px`);
}

test("a very tall message takes little room until someone wants to read it", async () => {
  const links = await story.circle();
  const { fay, ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"] });
  await ana.say(linesOf(20));
  await ana.write(linesOf(60));
  await ana.press("Send");
  const words = ben.said("Line 12.").last().locator(".prose");
  const more = ben.button("Show all 60 lines");
  await more.waitFor();
  assert.equal(await words.textContent(), linesOf(12));
  assert.equal(await more.getAttribute("aria-expanded"), "false");
  assert.equal(await more.getAttribute("aria-controls"), await words.getAttribute("id"));
  assert.equal(await ben.page.getByRole("button", { name: "Show all" }).count(), 1, "20 lines are shown as they are");
  await look(ben, "a tall message, folded", { whole: true });

  const keyboard = new Keyboard(ben);
  await more.focus();
  await keyboard.watch();
  await keyboard.press("Enter");
  await keyboard.isOn("Show less");
  const less = ben.button("Show less");
  assert.equal(await less.getAttribute("aria-expanded"), "true");
  assert.equal(await words.textContent(), linesOf(60));
  // Others go on, and what is open stays open.
  await ana.say("That was all.");
  await ben.hears("That was all.");
  await keyboard.isOn("Show less");
  assert.equal(await words.textContent(), linesOf(60));
  await ben.page.waitForTimeout(600);
  await keyboard.press("Enter");
  await keyboard.isOn("Show all 60 lines");
  assert.equal(await words.textContent(), linesOf(12));
  await isInSight(more);
  await keyboard.neverLostFocus();

  // The draft says so before the server does.
  await ana.write(linesOf(101));
  await ana.sees("1 line too many");
  assert.equal(await ana.button("Send").getAttribute("aria-disabled"), "true");
  await ana.write(linesOf(100));
  await ana.sees("0 lines left");
  assert.equal(await ana.button("Send").getAttribute("aria-disabled"), "false");
  story.isClean([fay, ana, ben]);
});
