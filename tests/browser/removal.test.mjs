// A mute and a removal, by the moderator, and the undoing of both.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible } from "./lib/access.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("a mute and a removal take hold at once, and are undone in a moment", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const { fay, mo, ana, ben, cleo, dov, lee, all } = await story.people(links);
  await ana.say("Good evening.");
  await fay.openRound("What helped you through?");
  await fay.press("Pass");
  await mo.press("Pass");
  await ana.takesTurn("My neighbour.");

  // Muted: told to Ben and staff alone; his place in the round is kept.
  await ben.turnIs("offered");
  await mo.about(ben);
  await mo.press("Mute");
  await ben.isMuted(true);
  await cleo.turnIs("offered");
  assert.equal(await lee.page.getByText("muted").count(), 0, "the others are not told");
  await mo.press("Undo");
  await ben.isMuted(false);

  // Dov is removed while he has the turn: the round goes on without him.
  await cleo.takesTurn("My dog.");
  await ben.takesTurn("Sleep.");
  await dov.turnIs("offered");
  await dov.press("Take it");
  await dov.say("All of you are fools.");
  await dov.write("And I say");
  await mo.about(dov);
  await mo.page.locator("dialog summary").getByText("Remove", { exact: true }).click();
  await mo.press("Remove now");
  await dov.isStopped("removed");
  await isAccessible(dov, "removed");
  assert.equal(await dov.page.getByText("My neighbour.").count(), 0, "nothing of the circle is left on his page");
  await fay.inRing(dov).waitFor({ state: "detached" });
  await fay.reads("the round is complete");
  await fay.page.locator("[data-removed]").getByRole("button", { name: "Let Dov back in" }).waitFor();

  // He tries again, in vain; then he is let in again, in his own place.
  await dov.press("Try again");
  await dov.isStopped("removed");
  await mo.press("Undo");
  await fay.page.locator("[data-removed]").waitFor({ state: "detached" });
  await dov.press("Try again");
  await dov.isInside();
  await fay.seesAs(dov, "[data-presence=here]");
  await fay.press("Close the round");
  await fay.openRound("And now?", { "Who begins?": "Dov begins" });
  await dov.takesTurn("I am sorry.");
  for (const person of all) await person.hears("I am sorry.");

  await story.endsWell([fay, mo, ana, ben, cleo, lee], [
    "Ana: Good evening.",
    "Ana: My neighbour.",
    "Cleo: My dog.",
    "Ben: Sleep.",
    "Dov: All of you are fools.",
    "Dov: I am sorry.",
  ]);
  // What the others had said before is not shown to him again.
  await dov.heardAll(["Dov: All of you are fools.", "Dov: I am sorry."]);
  story.isClean(all);
});
