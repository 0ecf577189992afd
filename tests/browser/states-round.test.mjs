// States of the room: a round, from arriving to responses.
import { test } from "node:test";
import { exactly } from "./lib/direction.mjs";
import { look, lookInto } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const long = "It is hard to say. ".repeat(40).trim();

test("a go-round, for a member, a listener and a facilitator", async () => {
  const links = await story.circle({ settings: { pace: "unhurried", limit: { ms: 180_000, firm: false } } });
  const { fay, mo, ana, ben, lee } = await story.people(links, { only: ["fay", "mo", "ana", "ben", "cleo", "dov", "lee"] });
  await look(ana, "arriving");
  await look(fay, "arriving, facilitator");
  await lookInto(fay, "Open a round", "opening a round");
  await ana.say("Good evening, all.");
  // Someone else than the person who opens the round: her own turn would begin at once.
  await fay.openRound("What brought you here, and what would you like to leave at the door tonight?", {
    "Who goes first?": "Mo goes first",
  });
  await mo.turnIs("offered");
  await look(mo, "offered");
  await look(lee, "someone is asked, listener");
  await mo.takesTurn("I hold this circle because I was once held by one.", long);
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.write("A draft of mine");
  await look(ana, "holding the turn");
  await ben.reads("Ana has the turn");
  await look(ben, "waiting");
  await look(fay, "someone has the turn, facilitator");
  await ana.press("Send");
  await ben.hears("A draft of mine");
  await ben.turnWith("A draft of mine").getByRole("button", { name: exactly("Respond to Ana") }).click();
  await ben.press("With you");
  await ana.page.locator("[data-given]").getByText("Ben with you").waitFor();
  await look(ben, "responding");
  story.isClean([fay, mo, ana, ben, lee]);
});
