// A facilitator runs a whole session by keyboard alone.
import { test } from "node:test";
import { arrive, devices } from "./lib/browser.mjs";
import { Keyboard } from "./lib/keyboard.mjs";
import { steady_ms } from "./lib/person.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("a facilitator holds a whole session without a mouse, and the focus is never lost", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const fay = await arrive(story.browser, "Fay", { viewport: devices.laptop });
  const keys = new Keyboard(fay);
  await fay.page.goto(links.facilitator);
  await fay.page.locator("[data-screen=door]").waitFor();
  await keys.reach("What should we call you?");
  await keys.watch();
  await keys.type("Fay");
  await keys.press("Enter");
  await fay.isInside();
  const { ana, ben, cleo } = await story.people(links, { only: ["ana", "ben", "cleo"] });

  // A round with a question; Ben begins.
  await keys.use("Open a round");
  await keys.reach("Question for this round");
  await keys.type("What helped you through?");
  await keys.reach("Who goes first?");
  await keys.choose("Ben goes first");
  await keys.use("Open the round");
  await ben.turnIs("offered");

  // She moves on from Ben, and offers the turn to Ana by choosing her in the ring.
  await keys.use("Move on from Ben");
  await cleo.turnIs("offered");
  await keys.use("Ana: more");
  await keys.use("Offer the turn");
  await ana.turnIs("offered");
  await keys.isOn("Ana: more");
  await ana.press("Take the turn");
  await ana.say("My sister.");

  // Cleo is muted by mistake, and can write again a moment later.
  await keys.use("Cleo: more");
  await keys.use("Mute");
  await cleo.isMuted(true);
  await keys.isOn("Cleo: more");
  await keys.use("Undo");
  await cleo.isMuted(false);

  // A pause with a message, and its end.
  await keys.use("Pause with a message", { back: true });
  await keys.reach("Message");
  await keys.type("Tea is ready.");
  await keys.use("Pause now");
  await ana.reads("Tea is ready.");
  await keys.use("End the pause");
  await ana.reads("You have the turn");

  // She moves the turn on, and announces something to everyone.
  await keys.use("Move on from Ana");
  await keys.use("Speak to everyone", { back: true });
  await keys.reach("Message");
  await keys.type("We close in ten minutes.");
  await keys.use("Send to everyone");
  await ben.hears("We close in ten minutes.");

  await keys.use("Close the round", { back: true });
  await keys.use("Close it now");
  await ana.reads("Between rounds");
  await keys.use("Begin the closing");
  await keys.reach("Question for this round");
  await keys.type("What do you take home?");
  await keys.use("Open the round");
  // She begins, so she isn't asked whether she'd like to.
  await fay.turnIs("held");
  await keys.reach("Your words");
  await keys.type("Your voices.");
  await keys.press("Control+Enter");
  await ana.hears("Your voices.");
  await keys.use("I’m finished", { back: true });
  await keys.use("Time for goodbyes", { back: true });
  await keys.use("Close it now");
  await ana.reads("anyone can write a goodbye");

  await keys.use("End the session");
  await ana.reads("This session closes in 2 minutes");
  // It takes the place of the button she has just pressed. The focus stays beside it, so that a second press does nothing.
  await keys.press("Tab");
  await fay.page.waitForTimeout(steady_ms);
  await keys.use("Keep going");
  await ana.reads("anyone can write a goodbye");
  await keys.neverLostFocus();
  await story.endsWell([fay, ana, ben, cleo], [
    "Ana: My sister.",
    "Fay: We close in ten minutes.",
    "Fay: Your voices.",
  ]);
});
