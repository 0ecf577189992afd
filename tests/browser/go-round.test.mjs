// A whole go-round of seven in a circle created on the page: take, pass, later, take back, responses,
// a person who listens, and the round after it. Nothing moves on anyone's page by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exactly } from "./lib/direction.mjs";
import { isAccessible } from "./lib/access.mjs";
import { arrive } from "./lib/browser.mjs";
import { recordShifts, standStill } from "./lib/shifts.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

/** Creates a circle on the start page, and returns its links by role. */
async function makeByPage() {
  const maker = await arrive(story.browser, "Maker");
  await maker.page.goto(story.server.origin);
  await isAccessible(maker, "start");
  await maker.press("Start a circle");
  await isAccessible(maker, "a new circle");
  await maker.page.getByLabel("What’s it called?").fill("Tuesday circle");
  await maker.press("Create the circle");
  await maker.page.locator("[data-link=keeper]").waitFor();
  await isAccessible(maker, "links");
  const roles = ["keeper", "facilitator", "moderator", "participant", "listener"];
  const links = {};
  for (const role of roles) links[role] = await maker.page.locator(`[data-link=${role}] input`).inputValue();
  assert.equal(new Set(Object.values(links)).size, roles.length, "every link is different");
  story.isClean([maker]);
  await maker.page.context().close();
  return links;
}

test("the turn goes round once: people take it, pass, or say later and are asked again", async () => {
  const links = await makeByPage();
  const { fay, mo, ana, ben, cleo, dov, lee, all } = await story.people(links);
  for (const person of all) await recordShifts(person);
  assert.ok(!cleo.page.url().includes("#"), "the secret leaves the address bar");
  await ana.say("Good evening, all.");
  await lee.reads("People are arriving");

  await fay.openRound("What brought you here?");
  for (const person of all) await person.reads("What brought you here?");
  await lee.reads("You’re here as a listener");
  await fay.takesTurn("I hold this circle because I was once held by one.");
  await mo.turnIs("offered");
  await ana.reads("The turn is offered to Mo. You’re next");
  await mo.press("Pass");

  // Several messages in one turn, one of them taken back and reworded.
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.say("My brother died in spring.");
  await ana.say("I am so angry with him.");
  await ana.takeBack("I am so angry with him.");
  await ana.say("I am angry, and I miss him.");
  for (const person of [cleo, lee]) {
    await person.hears("I am angry, and I miss him.");
    assert.equal(await person.page.getByText("I am so angry with him.").count(), 0, "taken back is gone");
  }
  await cleo.turnWith("My brother died").getByRole("button", { name: exactly("Respond to Ana") }).click();
  await cleo.press("With you");
  await dov.page.locator("[data-given]").getByText("Cleo with you").waitFor();
  await ana.press("I’m finished");

  await ben.turnIs("offered");
  await ben.press("Later");
  await fay.seesAs(ben, "[data-standing=later]");
  await cleo.takesTurn("I come for the quiet.");
  // Someone who changes to listening is passed over without saying anything.
  await dov.turnIs("offered");
  await dov.press("You");
  await dov.press("Listening");
  await dov.press("Close");
  await ben.takesTurn("I was not ready before.", "Now I am.");
  await fay.reads("the round is complete");
  for (const [person, standing] of [[fay, "heard"], [mo, "passed"], [ana, "heard"], [ben, "heard"], [cleo, "heard"]]) {
    await lee.seesAs(person, `[data-standing=${standing}]`);
  }
  await fay.press("Close the round");
  await ana.reads("Between rounds");

  // The next round begins with someone else, and goes on from there.
  await fay.openRound("What do you take home?", { "Who goes first?": "Cleo goes first" });
  await cleo.takesTurn("That silence can be company.");
  await dov.reads("You’re listening");
  await fay.turnIs("offered");
  await fay.press("Pass");
  await mo.press("Pass");
  await ana.press("Pass");
  await ben.press("Pass");
  await fay.reads("the round is complete");

  await standStill(all);
  await story.endsWell(all, [
    "Ana: Good evening, all.",
    "Fay: I hold this circle because I was once held by one.",
    "Ana: My brother died in spring.",
    "Ana: I am angry, and I miss him.",
    "Cleo: I come for the quiet.",
    "Ben: I was not ready before.",
    "Ben: Now I am.",
    "Cleo: That silence can be company.",
  ]);
});

test("nothing moves on a host’s phone either, nor on others, when a request, a pause or a mute comes", async () => {
  const links = await story.circle();
  const only = ["fay", "mo", "ana", "ben", "dov"];
  const { fay, mo, ana, ben, dov, all } = await story.people(links, { only });
  const sizes = [[390, 844], [1280, 720], [390, 844], [320, 640], [1280, 720]];
  for (const [at, [width, height]] of sizes.entries()) await all[at].page.setViewportSize({ width, height });
  await fay.press("Got it");
  for (const person of all) await recordShifts(person);
  const long = "Last night it didn’t ring at all, and I lay there listening to it not ringing. ".repeat(4).trim();

  await fay.openRound("What have you been carrying this week that nobody sees?");
  await fay.takesTurn(long);
  await mo.takesTurn("I carry the keys.");
  await ana.turnIs("offered");
  // The line about who is next, the question and the offer: the words begin at the same height in all of them.
  const top = ({ page }) => page.locator("[data-log]").evaluate((log) => log.getBoundingClientRect().top);
  const [offered, waiting] = [await top(ana), await top(fay)];
  assert.equal(offered, waiting, "the words begin where they did before");
  await ana.takesTurn(long, "That is all.");
  assert.equal(await top(ana), offered);
  await ben.turnIs("offered");
  await ben.press("Pass");
  await dov.turnIs("offered");
  await ben.press("Ask for help");
  await fay.page.locator("[data-slip]").waitFor();
  await mo.page.locator("[data-slip] button").click();
  await fay.page.locator("[data-slip]").waitFor({ state: "detached" });
  await mo.press("Pause the circle");
  await ana.reads("Mo paused the circle");
  await mo.press("End the pause");
  await mo.about(ben);
  await mo.press("Mute");
  await ben.isMuted(true);
  await mo.press("Undo");
  await ben.isMuted(false);
  await dov.takesTurn("Nothing, today.");
  await fay.reads("the round is complete");
  await fay.press("Close the round");
  for (const person of all) await person.reads("Between rounds");
  await standStill(all);
  story.isClean(all);
});
