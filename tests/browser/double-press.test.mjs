// An unsteady hand: after the first press, another button may be under the second one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();
/** Long enough for the answer to the first press, short enough to be an accidental second press. */
const between_ms = 150;

/** Clicks twice in the same place, whatever is there the second time. */
async function pressTwice(person, name) {
  const { x, y, width, height } = await person.button(name).boundingBox();
  const place = [x + width / 2, y + height / 2];
  await person.page.mouse.click(...place);
  await person.page.waitForTimeout(between_ms);
  await person.page.mouse.click(...place);
}

test("a double press takes the turn, keeps it, and skips nobody else", async () => {
  const links = await story.circle();
  const { fay, ana, ben, cleo, all } = await story.people(links, { only: ["fay", "ana", "ben", "cleo"] });
  await fay.openRound("What is with you today?");
  await fay.press("Pass");
  await ana.turnIs("offered");
  await pressTwice(ana, "Take the turn");
  await ana.turnIs("held");
  await ana.page.waitForTimeout(1_000);
  await ana.say("It is still my turn.");

  await pressTwice(fay, "Move on from Ana");
  await ben.turnIs("offered");
  await fay.page.waitForTimeout(1_000);
  assert.equal(await cleo.page.locator("[data-turn=offered]").count(), 0, "Ben is not passed over");

  // A key that is held down repeats.
  await fay.button("Move on from Ben").focus();
  await fay.page.keyboard.down("Enter");
  for (let again = 0; again < 3; again += 1) {
    await fay.page.waitForTimeout(600);
    await fay.page.keyboard.down("Enter");
  }
  await fay.page.keyboard.up("Enter");
  await cleo.turnIs("offered");
  await cleo.takesTurn("And mine now.");

  // The turn in the centre is taken, not passed.
  await ben.takesTurn("I was away for a moment.");
  await fay.reads("the round is complete");
  await fay.press("Close the round");
  await fay.openRound("What do you take with you?", { "How does the turn travel?": "Popcorn: speakers choose who’s next" });
  await ana.button("Take the turn").waitFor();
  await pressTwice(ana, "Take the turn");
  await ana.turnIs("held");
  await ana.page.waitForTimeout(1_000);
  await ana.say("This evening.");
  await story.endsWell(all, [
    "Ana: It is still my turn.",
    "Cleo: And mine now.",
    "Ben: I was away for a moment.",
    "Ana: This evening.",
  ]);
});
