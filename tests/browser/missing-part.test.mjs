// A part of the page doesn't load: the circle goes on without it, and it comes by itself.
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("a host whose tools did not load takes part, and gets them as soon as they can be loaded", async () => {
  const links = await story.circle();
  const { fay, ana } = await story.people(links, { only: ["fay", "ana"], mayBeCut: true });
  await fay.page.route("**/host_tools*.js", (route) => route.abort());
  await fay.page.reload();
  await fay.isInside();
  await fay.sees("Part of this page didn’t load.");
  await fay.say("I am here, without my tools.");
  await ana.hears("I am here, without my tools.");
  await fay.page.unroute("**/host_tools*.js");
  await fay.button("Open a round").waitFor();
  await fay.openRound("What brought you here?", { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
});
