// An offer that nobody answers: it is shown to the hosts, and then becomes *later*.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("an unanswered offer is shown to hosts, becomes later by itself, and is made again", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const { fay, mo, ana, ben, cleo, dov, all } = await story.people(links);
  await fay.openRound("What is with you today?");
  await fay.press("Pass");
  await mo.press("Pass");

  // Ana isn't looking at her phone. Ben's page doesn't show the wait.
  await ana.turnIs("offered");
  const offered = Date.now();
  await fay.sees("Ana hasn’t answered yet. You can wait, or move on.", 40_000);
  await mo.sees("Ana hasn’t answered yet. You can wait, or move on.");
  assert.ok(Date.now() - offered > 15_000, "not before the usual time to answer");
  assert.equal(await ben.page.locator("[data-slip=awaited]").count(), 0, "members are not told");
  await ben.page.locator("[data-turn=offered]").waitFor({ timeout: 60_000 });
  assert.ok(Date.now() - offered > 40_000, "the offer waited");
  await ana.turnIs("waiting");
  await ana.reads("The turn will come back to you");
  await fay.seesAs(ana, "[data-standing=later]");
  await ben.takesTurn("The rain, mostly.");

  // A facilitator needn't wait: one press does the same.
  await cleo.turnIs("offered");
  await fay.press("Move on from Cleo");
  await dov.takesTurn("My new job.");
  await ana.takesTurn("I had put the phone away. I am here.");
  await cleo.takesTurn("Me too.");
  await fay.reads("the round is complete");

  await story.endsWell(all, [
    "Ben: The rain, mostly.",
    "Dov: My new job.",
    "Ana: I had put the phone away. I am here.",
    "Cleo: Me too.",
  ]);
});
