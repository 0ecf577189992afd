// States of the room: a lost connection, and many people.
import { test } from "node:test";
import { crowd } from "./lib/crowd.mjs";
import { look } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("a lost connection, and many people", async () => {
  const links = await story.circle({ settings: { pace: "unhurried" } });
  const { fay, ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"], throughProxy: ["ana"] });
  await fay.openRound("What brought you here?", { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
  await ana.press("Take the turn");
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
  const came = (name) => ana.page.locator("[data-ring]").getByText(name).first().waitFor({ state: "attached" });
  await came("Guest J");
  await look(ana, "eleven people");
  await look(fay, "eleven people, facilitator");
  await crowd(ben.page, links.participant, names.slice(8));
  await came("Guest P");
  await look(ana, "seventeen people");
  story.isClean([fay, ana, ben]);
});
