// A page that the browser translates: what it says stays true while a round is played.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAnnounced, recordAnnouncements } from "./lib/announcements.mjs";
import { arrive, devices, patience_ms } from "./lib/browser.mjs";
import { openStory } from "./lib/story.mjs";
import { isTranslated, translate } from "./lib/translator.mjs";

const story = openStory();

/** The sentences that say where we are, as they are read; an old one must not stay beside them. */
const whereText = () =>
  [...document.querySelectorAll("[data-where] :is(.state, .then)")]
    .map((one) => one.textContent.replace(/[\u2068\u2069]/g, "").replace(/\s+/g, " ").trim())
    .join(" ");

async function isAt(person, sentence) {
  const until = Date.now() + patience_ms;
  while ((await person.page.evaluate(whereText)) !== sentence && Date.now() < until) await person.page.waitForTimeout(50);
  await isTranslated(person);
  assert.equal(await person.page.evaluate(whereText), sentence, person.name);
}

/** The labels of the buttons for the turn. */
async function offers(person, ...labels) {
  await person.page.waitForFunction(
    (wanted) => [...document.querySelectorAll("[data-turn] button")].map((one) => one.innerText.trim()).join() === wanted,
    labels.join(),
  );
}

test("a translated page keeps telling the truth", async () => {
  const links = await story.circle();
  const { fay, ana, ben, all } = await story.people(links, { only: ["fay", "ana", "ben"] });
  for (const person of all) await translate(person);
  await recordAnnouncements(ben);
  await isAt(ben, "People are arriving, and anyone can write.");
  await ben.say("Hello.");

  await fay.openRound("What helped?", { "Who goes first?": "Ana goes first" });
  await isAt(ben, "The turn is offered to Ana. You’re next.");
  await isAt(ana, "The turn is offered to you. There’s no hurry. Ben is next.");
  await ana.press("Take the turn");
  await isAt(ben, "Ana has the turn. You’re next.");
  await isAt(ana, "You have the turn. Ben is next.");
  await ana.say("A walk.");
  await ana.say("And my sister.");
  await ben.hears("And my sister.");
  await ana.press("I’m finished");
  await isAt(ana, "The turn is offered to Ben. Fay is next. You’ve spoken in this round.");
  await isAnnounced(ben, "polite: Ana has finished.");

  // Someone has another name, and responds.
  await ana.press("More");
  await ana.press("You");
  await ana.page.getByLabel("Your name").fill("Anna");
  await ana.press("Save name");
  await ben.press("Take the turn");
  await isAt(ana, "Ben has the turn. Fay is next. You’ve spoken in this round.");
  await ben.page.locator("[data-turn-of] .who bdi").filter({ hasText: /^Anna$/ }).first().waitFor();
  await ben.say("I don’t know yet.");
  await ana.turnWith("I don’t know yet.").getByRole("button", { name: /^Respond/ }).click();
  await ana.press("With you");
  await fay.page.locator("[data-given]").getByText("Anna with you").waitFor();
  await ben.press("I’m finished");
  await isAt(fay, "The turn is offered to you. There’s no hurry.");
  await offers(fay, "Take the turn", "Pass", "Later", "A little longer");
  await fay.press("Pass");
  await isAt(ben, "Everyone here has been asked, and the round is complete. You’ve spoken in this round.");
  await ben.sees("Fay passed.");
  await offers(fay, "");

  // Someone new, and a new round.
  const late = await arrive(story.browser, "Noor", { viewport: devices.phone });
  await late.comeIn(links.participant);
  await ben.sees("Noor joined.");
  await late.sees("You’ll see what people say from now on.");
  await fay.press("Close the round");
  await isAt(ben, "Between rounds. A host will open the next one.");
  await fay.openRound("And now?", { "Who goes first?": "Ben goes first" });
  await isAt(ben, "The turn is offered to you. There’s no hurry. Noor is next.");
  await ben.page.locator("h3").filter({ hasText: "And now?" }).waitFor();
  await ben.press("Take the turn");
  await isAt(late, "Ben has the turn. You’re next.");

  const heard = await ben.page.locator("[data-said] .prose").allInnerTexts();
  assert.deepEqual(heard.map((one) => one.trim()), ["Hello.", "A walk.", "And my sister.", "I don’t know yet."]);
  story.isClean([fay, ana, ben, late]);
});
