// A recovery meeting: people raise their hands for the turn, and the person heard least goes first.
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("in a recovery meeting the person heard least goes first, and places survive a lost connection", async () => {
  const links = await story.circle({
    title: "Monday meeting",
    settings: { order: "hands", hands_by: "least_heard", late: "at_end", pace: "brisk" },
  });
  const { fay, mo, ana, ben, cleo, dov, lee, all } = await story.people(links, { throughProxy: ["cleo"] });

  await fay.press("Speak to everyone");
  await fay.page.getByRole("textbox", { name: "Message" }).fill("Welcome. No cross-talk, please.");
  await fay.press("Send to everyone");
  await lee.hears("Welcome. No cross-talk, please.");
  await fay.openRound("One day at a time");
  await ana.reads("for anyone who raises a hand");

  await ana.press("Raise my hand");
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ben.press("Raise my hand");
  await ben.reads("You’re next");
  await cleo.press("Raise my hand");
  await cleo.reads("is next, then you");
  await ana.say("Ninety days today.");

  // A place in the queue survives a lost connection.
  cleo.proxy.cut();
  await fay.seesAs(cleo, "[data-presence=away]");
  cleo.proxy.mend();
  await cleo.connectionIs("open");
  await cleo.reads("is next, then you");
  await fay.seesAs(cleo, "[data-presence=here]");
  await ana.press("I’m finished");

  // Ana has been heard: anyone who hasn't goes before her, however late their hand.
  await ben.turnIs("offered");
  await ana.press("Raise my hand");
  await dov.press("Raise my hand");
  await dov.reads("is next, then you");
  await ana.reads("2 people are ahead of you");
  await ben.takesTurn("I called my sister.");

  // Asking the hosts for something doesn't affect the turn.
  await cleo.turnIs("offered");
  await dov.press("Ask for help");
  await dov.sees("You’ve asked the hosts for help.");
  await mo.page.locator("[data-slip=point] button").first().click();
  await mo.page.locator("[data-slip=point]").waitFor({ state: "detached" });

  // *Later* goes behind anyone else who hasn't been heard; a second one lowers the hand.
  await cleo.press("Later");
  await dov.takesTurn("Just for today, then.");
  await cleo.turnIs("offered");
  await cleo.press("Later");
  await ana.takesTurn("And I am grateful.");
  await fay.reads("for anyone who raises a hand");
  await cleo.press("Raise my hand");
  await cleo.takesTurn("I slept through, for once.");

  // Fay and Mo raised no hand; closing a round that leaves anyone unheard asks for confirmation.
  await fay.press("Close the round");
  await fay.press("Close it now");
  await fay.press("Time for goodbyes");
  await ana.reads("anyone can write a goodbye");
  await ana.say("Keep coming back.");
  await fay.press("End the session");
  await ben.reads("This session closes in 2 minutes");
  await fay.press("Keep going");
  await ben.reads("anyone can write a goodbye");

  await story.endsWell(all, [
    "Fay: Welcome. No cross-talk, please.",
    "Ana: Ninety days today.",
    "Ben: I called my sister.",
    "Dov: Just for today, then.",
    "Ana: And I am grateful.",
    "Cleo: I slept through, for once.",
    "Ana: Keep coming back.",
  ]);
});
