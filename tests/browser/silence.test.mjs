// A silence: the circle stands in a page left blank, and everything else can still be reached. What was there comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { announced, isAnnounced, recordAnnouncements } from "./lib/announcements.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const phone = { width: 390, height: 844 };
const words = "Last night it didn’t ring at all, and I lay there listening to it not ringing.";

const silence = ({ page }) => page.locator("[data-silence]");
/** Whether the circle is seen beside the log. */
const isBeside = ({ page }) =>
  page.locator(".circle").evaluate((circle) => {
    const { width, height } = circle.getBoundingClientRect();
    const { opacity } = getComputedStyle(circle.querySelector(".ring"));
    return width > 10 && height > 10 && (innerWidth < 1000 || opacity === "1");
  });
const becomes = async (wanted, person) => {
  for (let tries = 0; tries < 50 && (await isBeside(person)) !== wanted; tries += 1) await person.page.waitForTimeout(100);
  assert.equal(await isBeside(person), wanted, `${person.name}: the circle is ${wanted ? "" : "not "}beside the log`);
};
const isAtEnd = ({ page }) => page.locator("[data-log]").evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop < 4);

test("a silence leaves the page blank, with the circle in it, and takes nothing away", async () => {
  const links = await story.circle();
  const { fay, ana, ben, all } = await story.people(links, { only: ["fay", "ana", "ben"], viewport: phone });
  await ben.page.setViewportSize({ width: 1280, height: 800 });
  await fay.openRound("What have you been carrying?", { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.turnIs("held");
  for (let count = 0; count < 4; count += 1) await ana.say(`${words} ${words}`);
  await ana.write("And I lay there.");
  await ana.page.locator("#words").focus();
  await recordAnnouncements(ana);

  await fay.press("Hosting");
  await fay.press("Ring the bell");
  await fay.page.getByLabel("What’s it for? (optional)").fill("For Noor’s mother.");
  await fay.page.getByLabel("How long is the silence?").selectOption("1 minute");
  await fay.press("Ring it now");

  for (const person of [ana, ben]) {
    await silence(person).getByRole("heading", { name: "A minute of silence" }).waitFor();
    await silence(person).getByText("“For Noor’s mother.”").waitFor();
    await becomes(false, person);
    assert.ok(await isAtEnd(person), `${person.name}: the silence is in sight`);
    // Screen readers find where we are at its usual place.
    await person.page.locator("[data-where]").filter({ hasText: "We’re in silence" }).waitFor({ state: "attached" });
  }
  const [log, screen] = await ana.page.evaluate(() => [document.querySelector("[data-log]").clientHeight, innerHeight]);
  assert.ok(log > screen * 0.6, `the page is left blank: ${log} of ${screen} px`);
  assert.equal(await ana.page.evaluate(() => document.activeElement.id), "words", "the focus stays");
  assert.equal(await ana.page.locator("#words").inputValue(), "And I lay there.");
  await ana.page.keyboard.type(" Listening.");
  await ana.button("Leave quickly").first().waitFor();

  // Whoever reads on has the circle back beside the words, and whoever uses the keyboard finds it there.
  await ana.page.locator("[data-log]").hover();
  await ana.page.mouse.wheel(0, -2_000);
  await becomes(true, ana);
  await ana.page.mouse.wheel(0, 4_000);
  await becomes(false, ana);
  await ana.page.locator(".circle .opens").focus();
  await becomes(true, ana);
  await ana.page.locator("#words").focus();
  await becomes(false, ana);

  await fay.press("End the silence");
  for (const person of [fay, ana, ben]) {
    await silence(person).waitFor({ state: "detached" });
    await becomes(true, person);
    await person.page.locator('[data-happened="rang"]').getByText("rang the bell.").waitFor();
    assert.ok(await isAtEnd(person), `${person.name}: the last words are in sight again`);
  }
  assert.equal(await ana.page.evaluate(() => document.activeElement.id), "words");
  assert.equal(await ana.page.locator("#words").inputValue(), "And I lay there. Listening.");
  await isAnnounced(ana, "polite: The silence is over.");
  const told = (await announced(ana)).filter((one) => /bell|silence/i.test(one));
  assert.equal(told.length, 2, `told once that it begins, and once that it is over: ${told.join(" | ")}`);
  await ana.press("Send");
  await fay.press("Close the round");
  await fay.press("Close it now");
  for (const person of [ana, ben]) {
    const end = person.page.locator("[data-log] .over").last();
    await end.getByText("End of round 1.", { exact: true }).waitFor();
    assert.equal(await end.locator("[data-mark]").count(), 1, "the circle of those who spoke");
  }
  story.isClean(all);
});
