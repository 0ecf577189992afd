// States of the room: orders in which someone chooses, and goodbyes.
import { test } from "node:test";
import { look } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("reordering, raised hands, and goodbyes", async () => {
  const links = await story.circle({ settings: { order: "popcorn", pace: "unhurried" } });
  const { fay, ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"] });
  await fay.openRound("What is with you today?");
  await ana.button("Take the turn").waitFor();
  await look(ana, "free to take");
  await ana.press("Take the turn");
  await ana.turnIs("held");
  await ana.choose(ana.page.getByLabel("Who’s next?"), "Ben");
  await look(ana, "choosing who is next");
  await ana.say("The rain.");
  await ana.press("I’m finished");
  await ben.turnIs("offered");
  await look(ben, "named to be next");
  await ben.press("Pass");
  await fay.press("Close the round");
  await fay.press("Close it now");

  await fay.openRound("", { "How does the turn travel?": "Raised hands" });
  await ana.button("Raise my hand").waitFor();
  await look(ana, "a hand may be raised");
  await ana.press("Raise my hand");
  await ana.press("Take the turn");
  await ben.press("Raise my hand");
  await ben.press("Ask for help");
  await ben.sees("You’ve asked the hosts for help.");
  await look(ben, "a hand is raised");
  await fay.page.locator("[data-slip=point]").waitFor();
  await look(fay, "someone asked for help, facilitator");
  await fay.press("Time for goodbyes");
  await fay.press("Close it now");
  await ana.reads("anyone can write a goodbye");
  await look(ana, "goodbyes");
  await look(fay, "goodbyes, facilitator");
  story.isClean([fay, ana, ben]);
});
