// One person on two screens: only one is in the circle, and *it wasn't me* locks a stranger out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible } from "./lib/access.mjs";
import { arrive, inNewTab } from "./lib/browser.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("of two tabs the newer one is in the circle, the older one steps back, and either can take over", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const { fay, mo, ana, ben, cleo, dov, lee, all } = await story.people(links);
  const [address] = links.participant.split("#");
  await fay.openRound("What is with you today?", { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.say("From the first tab.");
  await ana.write("Half a sentence");

  const second = await inNewTab(ana.page.context(), "Ana");
  await second.page.goto(address);
  await second.press("Continue as Ana");
  await second.isInside();
  await ana.isStopped("replaced");
  await isAccessible(ana, "replaced");
  assert.equal(second.number, ana.number, "it is the same person");
  await second.turnIs("held");
  assert.equal(await second.composer.inputValue(), "", "a draft stays in its own tab");
  await second.say("From the second tab.");

  // *Join here*: the first goes on, the second steps back, and they don't compete.
  await ana.press("Join here");
  await ana.isInside();
  await second.isStopped("replaced");
  await ana.hears("From the second tab.");
  assert.equal(await ana.composer.inputValue(), "Half a sentence", "where it still is");
  await ana.say("And the first again.");
  await ana.press("I’m finished");
  await ben.turnIs("offered");
  assert.equal(await second.page.locator("[data-stopped=replaced]").count(), 1, "it stays where it is");
  await second.page.close();

  // Someone has copied the storage of Ana's device, and opens her seat on another machine.
  const stolen = await ana.page.context().storageState();
  const thief = await arrive(story.browser, "Thief", { storageState: stolen });
  await thief.page.goto(address);
  await thief.press("Continue as Ana");
  await thief.isInside();
  await ana.isStopped("replaced");
  await ana.press("It wasn’t me");
  await ana.isInside();
  await thief.isStopped("replaced");
  await thief.press("Join here");
  await thief.isStopped("not_admitted");
  await isAccessible(thief, "shut out");
  await thief.page.reload();
  await thief.sees("Please open your link again");
  await ana.connectionIs("open");

  // Her own device has the new key.
  await ana.page.reload();
  await ana.isInside();
  await ben.takesTurn("I saw nothing of all that.");
  await story.endsWell([fay, mo, ana, ben, cleo, dov, lee], [
    "Ana: From the first tab.",
    "Ana: From the second tab.",
    "Ana: And the first again.",
    "Ben: I saw nothing of all that.",
  ]);
  story.isClean([...all, second, thief]);
});
