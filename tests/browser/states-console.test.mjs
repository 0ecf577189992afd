// States of the room: what hosts do, and how it looks to the others.
import { test } from "node:test";
import { look, lookInto } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("dialogs, a pause, a silence, and a mute", async () => {
  const links = await story.circle({ settings: { pace: "unhurried", limit: { ms: 180_000, firm: false } } });
  const { fay, ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"] });
  await fay.openRound("What brought you here?", { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.say("My brother.");
  await ana.press("See the circle");
  await look(ana, "circle open");
  await lookInto(ana, "You", "own settings");
  await lookInto(ana, "What we agreed on", "agreements");
  await ana.press("Close the circle");
  await lookInto(fay, "Ben: more", "about a person");
  await lookInto(fay, "Speak to everyone", "speaking to everyone");
  await lookInto(fay, "Change this round", "changing the round");
  await lookInto(fay, "Close the round", "closing the round early");
  await lookInto(fay, "Pause with a message", "pausing with a message");
  await fay.press("Pause with a message");
  await fay.page.getByRole("textbox", { name: "Message" }).fill("Tea is ready. We go on in five minutes.");
  await fay.press("Pause now");
  await ana.reads("Tea is ready.");
  await look(ana, "paused");
  await look(fay, "paused, facilitator");
  await fay.press("End the pause");
  await lookInto(fay, "Ring the bell", "ringing the bell");
  await fay.press("Ring the bell");
  await fay.page.getByLabel("What’s it for? (optional)").fill("For Noor's mother.");
  await fay.page.getByLabel("How long is the silence?").selectOption("2 minutes");
  await fay.press("Ring it now");
  await ana.sees("Fay rang the bell.");
  await look(ana, "in silence");
  await look(fay, "in silence, facilitator");
  await fay.press("End the silence");

  await fay.about(ben);
  await fay.press("Mute");
  // Focus the undo, so that it stays while the checks run.
  await fay.button("Undo").focus();
  await ben.isMuted(true);
  await look(ben, "muted");
  await look(fay, "an act to undo");
  await ben.press("More");
  await ben.press("You");
  await ben.press("Resting");
  await ben.press("Close");
  await look(ben, "resting");
  await ana.press("I’m finished");
  await fay.press("Close the round");
  await fay.press("Close it now");
  await ana.reads("Between rounds");
  await look(ana, "between rounds");
  await look(fay, "between rounds, facilitator");
  story.isClean([fay, ana, ben]);
});
