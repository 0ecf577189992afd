// Names that are equal, or that claim to be a host's: everyone can still tell who is who.
import assert from "node:assert/strict";
import { test } from "node:test";
import { announced, isAnnounced, recordAnnouncements } from "./lib/announcements.mjs";
import { arrive, devices } from "./lib/browser.mjs";
import { look } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

/** The text of each element, with single spaces. */
async function texts(locator) {
  return (await locator.allTextContents()).map((text) => text.replace(/\s+/g, " ").trim());
}

test("a host is known by a badge, and people of one name by their numbers", async () => {
  const links = await story.circle();
  const { fay, ben } = await story.people(links, { only: ["fay", "ben"] });
  const others = [];
  for (const name of ["Ana", "ana", "Ana (2)", "Fay (Host)", "Fay"]) {
    const other = await arrive(story.browser, name, { viewport: devices.phone });
    await other.comeIn(links.participant);
    others.push(other);
  }
  const [, second, typed, claims, copy] = others;
  await ben.seesAs(copy, "");

  assert.deepEqual(await texts(ben.page.locator("[data-person] .name")), [
    ...["Ben", "Ana", "ana (2)", "Ana (2) (3)", "Fay (Host)", "Fay (2)", "Fay"],
  ]);
  const badges = ben.page.locator("[data-person]:has(.badge)");
  const marked = await badges.evaluateAll((all) => all.map((one) => [one.dataset.person, one.querySelector(".badge").textContent]));
  assert.deepEqual(marked, [[`${typed.number}`, "Member"], [`${claims.number}`, "Member"], [`${fay.number}`, "Host"]]);
  assert.equal(await ben.inRing(second).locator(".number").textContent(), "(2)");
  const mark = (person) => ben.inRing(person).locator(".number");
  assert.equal(await mark(typed).textContent(), "(3)", "a typed number isn't the page's");
  const colour = (element) => getComputedStyle(element).backgroundColor;
  assert.notEqual(await mark(typed).evaluate(colour), await ben.inRing(typed).locator("bdi").evaluate(colour), "nor looks like it");

  await recordAnnouncements(ben);
  for (const person of [second, typed, claims, copy]) await person.say(`This is ${person.number}.`);
  await fay.press("Speak to everyone");
  await fay.page.getByRole("textbox", { name: "Message" }).fill("Welcome.");
  await fay.press("Send to everyone");
  await isAnnounced(ben, "polite: Fay (host) to everyone: Welcome.");
  assert.deepEqual(await announced(ben), [
    "polite: ana (2) shared.",
    "polite: Ana (2) (member, 3) shared.",
    "polite: Fay (Host) (member) shared.",
    "polite: Fay (2) shared.",
    "polite: Fay (host) to everyone: Welcome.",
  ]);
  assert.deepEqual(await texts(ben.page.locator("[data-turn-of] p .who")), [
    "ana (2)",
    "Ana (2) (3) Member",
    "Fay (Host) Member",
    "Fay (2)",
    "Fay Host",
  ]);
  await look(ben, "who is who", { whole: true });

  await fay.page.getByLabel("Your words").pressSequentially("I was");
  const face = ben.page.locator(`[data-person="${fay.number}"]`);
  await face.locator(".dots").waitFor({ state: "attached" });
  await fay.press("Fay (2): more");
  assert.deepEqual(await texts(fay.page.locator("dialog h2")), ["Fay (2)"]);
  await fay.press("Close");
  await fay.press("Fay (Host) (member): more");
  assert.deepEqual(await texts(fay.page.locator("dialog h2")), ["Fay (Host) Member"]);
  await look(fay, "about someone who calls himself a host");
  story.isClean([fay, ben, ...others]);
});
