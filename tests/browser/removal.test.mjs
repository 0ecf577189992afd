// A moderator mutes and removes people, and undoes both.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible } from "./lib/access.mjs";
import { exactly } from "./lib/direction.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("a mute and a removal take effect at once, and can be undone", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const { fay, mo, ana, ben, cleo, dov, lee, all } = await story.people(links);
  await ana.say("Good evening.");
  await fay.openRound("What helped you through?");
  await fay.press("Pass");
  await mo.press("Pass");
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.say("My neighbour.");

  // Only Ben and the hosts see that he is muted. To everyone else he seems to be asked like anyone, and to
  // say later.
  await mo.about(ben);
  await mo.press("Mute");
  await mo.button("Undo").focus();
  await ben.isMuted(true);
  const asked = [
    ben.turnIs("offered"),
    ben.reads("you’re muted for now. It moves on by itself"),
    lee.reads("The turn is offered to Ben. Cleo is next"),
    lee.seesAs(ben, "[data-standing=offered]"),
  ];
  const since = Date.now();
  await ana.press("I’m finished");
  await Promise.all(asked);
  assert.equal(await ben.button("Take the turn").count(), 0, "his page offers nothing that would be refused");
  assert.equal(await ben.page.getByText("We’ll wait about").count(), 0, "nor a time that isn't true");
  await cleo.turnIs("offered");
  const waited = Date.now() - since;
  assert.ok(waited > 2_000 && waited < 20_000, `answered after ${waited} ms, as a person might`);
  for (const person of [lee, ben]) await person.seesAs(ben, "[data-standing=later]");
  assert.equal(await lee.page.getByText("muted").count(), 0, "the others are not told");
  await mo.press("Undo");
  await ben.isMuted(false);
  await ben.reads("The turn will come back to you");

  // Dov is removed during his turn: the round goes on without him.
  await cleo.takesTurn("My dog.");
  await dov.turnIs("offered");
  await dov.press("Take the turn");
  await dov.say("All of you are fools.");
  await dov.write("And I say");
  await mo.about(dov);
  await mo.page.locator("dialog summary").getByText("Remove", { exact: true }).click();
  await mo.press("Remove for this session");
  await dov.isStopped("removed");
  await isAccessible(dov, "removed");
  assert.equal(await dov.page.getByText("My neighbour.").count(), 0, "nothing of the circle is left on his page");
  await mo.button("Undo").focus();
  await fay.inRing(dov).waitFor({ state: "detached" });
  await ben.takesTurn("Sleep.");
  await fay.reads("the round is complete");
  await fay.page.locator("[data-removed]").getByRole("button", { name: exactly("Let Dov back in") }).waitFor();

  // He tries again in vain; then he is let back in, to his own seat.
  await dov.press("Try again");
  await dov.isStopped("removed");
  // The link offers him no second seat beside the one he was removed from.
  await dov.page.goto("about:blank");
  await dov.page.goto(links.participant);
  await dov.sees("You were removed from this session");
  await isAccessible(dov, "removed, at the door");
  assert.equal(await dov.page.getByText("Come in as someone new instead").count(), 0);
  assert.equal(await dov.page.getByLabel("What should we call you?").count(), 0);
  await dov.press("Come back as Dov");
  await dov.isStopped("removed");
  await mo.press("Undo");
  await fay.page.locator("[data-removed]").waitFor({ state: "detached" });
  await dov.press("Try again");
  await dov.isInside();
  await fay.seesAs(dov, "[data-presence=here]");
  await fay.press("Close the round");
  await fay.openRound("And now?", { "Who goes first?": "Dov goes first" });
  await dov.takesTurn("I am sorry.");
  for (const person of all) await person.hears("I am sorry.");

  await story.endsWell([fay, mo, ana, ben, cleo, lee], [
    "Ana: Good evening.",
    "Ana: My neighbour.",
    "Cleo: My dog.",
    "Dov: All of you are fools.",
    "Ben: Sleep.",
    "Dov: I am sorry.",
  ]);
  // He sees again everything he had seen, but not what was said while he was gone.
  await dov.heardAll([
    "Ana: Good evening.",
    "Ana: My neighbour.",
    "Cleo: My dog.",
    "Dov: All of you are fools.",
    "Dov: I am sorry.",
  ]);
  story.isClean(all);
});
