// Every state of the room, for members, listeners and hosts.
import { test } from "node:test";
import { crowd } from "./lib/crowd.mjs";
import { look } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const long = "It is hard to say. ".repeat(40).trim();

/** Opens a dialog by its button, looks at it, and closes it. */
async function lookInto(person, button, state) {
  await person.press(button);
  await person.page.locator("dialog[open]").waitFor();
  await look(person, state);
  await person.page.keyboard.press("Escape");
  await person.page.locator("dialog").waitFor({ state: "detached" });
}

test("a go-round, for a member, a listener and a facilitator", async () => {
  const links = await story.circle({ settings: { pace: "unhurried", limit: { ms: 180_000, firm: false } } });
  const { fay, mo, ana, ben, lee } = await story.people(links, { only: ["fay", "mo", "ana", "ben", "cleo", "dov", "lee"] });
  await look(ana, "arriving");
  await look(fay, "arriving, facilitator");
  await lookInto(fay, "Open a round", "opening a round");
  await ana.say("Good evening, all.");
  await fay.openRound("What brought you here, and what would you like to leave at the door tonight?");
  await fay.turnIs("offered");
  await look(fay, "offered");
  await look(lee, "someone is asked, listener");
  await fay.takesTurn("I hold this circle because I was once held by one.", long);
  await mo.press("Pass");
  await ana.turnIs("offered");
  await ana.press("Take it");
  await ana.write("A draft of mine");
  await look(ana, "holding the turn");
  await ben.reads("Ana has the turn");
  await look(ben, "waiting");
  await look(fay, "someone has the turn, facilitator");
  await ana.press("Send");
  await ben.hears("A draft of mine");
  await ben.said("A draft of mine").getByRole("button", { name: "Signs to Ana" }).click();
  await ben.press("With you");
  await ana.sees("With you: Ben");
  await look(ben, "making a sign");

  await lookInto(ana, "You", "own settings");
  await lookInto(ana, "What we agreed on", "agreements");
  await lookInto(fay, "Ben: more", "about a person");
  await lookInto(fay, "Say a word to all", "a word to all");
  await lookInto(fay, "Change this round", "changing the round");
  await lookInto(fay, "Close the round", "closing the round early");
  await lookInto(fay, "Pause with a word", "pausing with a word");
  await fay.press("Pause with a word");
  await fay.page.getByLabel("A word to the pause").fill("Tea is ready. We go on in five minutes.");
  await fay.press("Pause now");
  await ana.reads("Tea is ready.");
  await look(ana, "paused");
  await look(fay, "paused, facilitator");
  await fay.press("Go on");
  await lookInto(fay, "Ring the bell", "ringing the bell");
  await fay.press("Ring the bell");
  await fay.page.getByLabel("What is it for? (optional)").fill("For Noor's mother.");
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
  await ben.press("You");
  await ben.press("Resting");
  await ben.press("Close");
  await look(ben, "resting");
  await ana.press("I am done");
  await fay.press("Close the round");
  await fay.press("Close it now");
  await ana.reads("No round is under way");
  await look(ana, "between rounds");
  await look(fay, "between rounds, facilitator");
  story.isClean([fay, mo, ana, ben, lee]);
});

test("reordering, raised hands, and goodbyes", async () => {
  const links = await story.circle({ settings: { order: "popcorn", pace: "unhurried" } });
  const { fay, ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"] });
  await fay.openRound("What is with you today?");
  await ana.button("Take the turn").waitFor();
  await look(ana, "free to take");
  await ana.press("Take the turn");
  await ana.turnIs("held");
  await ana.press("Ben is next");
  await look(ana, "choosing who is next");
  await ana.say("The rain.");
  await ana.press("I am done");
  await ben.turnIs("offered");
  await look(ben, "named to be next");
  await ben.press("Pass");
  await fay.press("Close the round");
  await fay.press("Close it now");

  await fay.openRound("", { "How does the turn travel?": "Raised hands" });
  await ana.button("Raise my hand").waitFor();
  await look(ana, "a hand may be raised");
  await ana.press("Raise my hand");
  await ana.press("Take it");
  await ben.press("Raise my hand");
  await ben.press("Ask the hosts");
  await ben.sees("The hosts have been told.");
  await look(ben, "a hand is raised");
  await fay.page.locator("[data-points]").waitFor();
  await look(fay, "someone asks for attention, facilitator");
  await fay.press("Time for goodbyes");
  await fay.press("Close it now");
  await ana.reads("anyone may write a goodbye");
  await look(ana, "goodbyes");
  await look(fay, "goodbyes, facilitator");
  story.isClean([fay, ana, ben]);
});

test("a lost connection, and many people", async () => {
  const links = await story.circle({ settings: { pace: "unhurried" } });
  const { fay, ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"], throughProxy: ["ana"] });
  await fay.openRound("What brought you here?", { "Who begins?": "Ana begins" });
  await ana.turnIs("offered");
  await ana.press("Take it");
  await ana.say("My brother.");
  ana.proxy.cut();
  await ana.write("He died");
  await ana.press("Send");
  await ana.connectionIs("waiting");
  await ben.seesAs(ana, "[data-presence=away]");
  await look(ana, "the connection is lost");
  await look(ben, "the person who has the turn is away");
  await look(fay, "the person who has the turn is away, facilitator");
  ana.proxy.mend();
  await ana.connectionIs("open");

  const names = ["Bartholomew-Maximilian of the Long Name", ..."DEFGHIJKLMNOP"].map((name) =>
    name.length > 1 ? name : `Guest ${name}`,
  );
  await crowd(fay.page, links.participant, names.slice(0, 8));
  await ana.sees("Guest J");
  await look(ana, "eleven people");
  await look(fay, "eleven people, facilitator");
  await crowd(ben.page, links.participant, names.slice(8));
  await ana.sees("Guest P");
  await look(ana, "seventeen people");
  story.isClean([fay, ana, ben]);
});
