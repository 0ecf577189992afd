// The server is killed during a turn and a draft, then shut down cleanly: the circle goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("after the server is killed everyone is back where they were, and nothing is lost or repeated", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const { fay, mo, ana, ben, cleo, all } = await story.people(links, { mayBeCut: true });
  await fay.openRound("What brought you here?", { "Who goes first?": "Ben goes first" });
  await ben.turnIs("offered");
  await ben.press("Take the turn");
  await ben.say("It is a year now.");
  await ana.write("I want to say that");

  // Killed while Ben has the turn. What he sends in the meantime is delivered after the restart.
  await story.server.kill();
  for (const person of all) await person.page.locator("[data-connection]:not([data-connection=open])").first().waitFor();
  await ben.write("And I still set two plates.");
  await ben.press("Send");
  await ben.sees("Sending");
  await ana.write("I want to say that I know this.");
  await story.server.start();
  for (const person of all) {
    await person.connectionIs("open");
    await person.reads(person === ben ? "You have the turn" : "Ben has the turn");
    await person.hears("And I still set two plates.");
  }
  assert.equal(await ana.composer.inputValue(), "I want to say that I know this.");

  // A draft survives a reload, and so does the turn.
  await ben.write("Every evening");
  await ben.page.reload();
  await ben.isInside();
  await ben.turnIs("held");
  assert.equal(await ben.composer.inputValue(), "Every evening");
  await ana.page.reload();
  await ana.isInside();
  assert.equal(await ana.composer.inputValue(), "I want to say that I know this.");

  // Shut down cleanly during an offer: everyone is told, and reconnects without help.
  await ben.press("Send");
  await ben.hears("Every evening");
  await ben.press("I’m finished");
  await cleo.turnIs("offered");
  await story.server.stop();
  await cleo.sees("The server is restarting.");
  await story.server.start();
  for (const person of all) await person.connectionIs("open");
  await cleo.takesTurn("I have no words for that. I heard you.");
  await mo.hears("I have no words for that. I heard you.");

  await story.endsWell(all, [
    "Ben: It is a year now.",
    "Ben: And I still set two plates.",
    "Ben: Every evening",
    "Cleo: I have no words for that. I heard you.",
  ]);
});
