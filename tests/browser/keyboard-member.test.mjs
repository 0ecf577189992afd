// A member's whole visit by keyboard alone: joining, a turn, a response, and leaving.
import assert from "node:assert/strict";
import { test } from "node:test";
import { arrive, devices } from "./lib/browser.mjs";
import { Keyboard } from "./lib/keyboard.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

/** Returns what would change if something took the focus from the field. */
function typing({ page }) {
  return page.evaluate(() => {
    const { activeElement: it } = document;
    return { on: it.id, words: it.value, caret: it.selectionStart };
  });
}

test("a member's whole visit needs no mouse, and the focus is never lost or stolen", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const { fay, mo, ben } = await story.people(links, { only: ["fay", "mo", "ben"] });
  const ana = await arrive(story.browser, "Ana", { viewport: devices.laptop });
  const keys = new Keyboard(ana);

  await ana.page.goto(links.participant);
  await ana.page.locator("[data-screen=door]").waitFor();
  await keys.reach("What should we call you?");
  await keys.watch();
  await keys.type("Ana");
  await keys.press("Tab", "ArrowDown", "ArrowUp");
  await keys.use("Come in");
  await ana.isInside();

  await ana.reads("People are arriving");
  await keys.reach("Your words");
  await keys.type("Good evening.");
  await keys.press("Control+Enter");
  await ana.hears("Good evening.");
  await keys.isOn("Your words");

  // Whatever happens while she writes, nothing takes the focus from her.
  await keys.type("I was thinking");
  const before = await typing(ana);
  await fay.openRound("What brought you here?", { "Who goes first?": "I go first" });
  await ana.reads("Fay has the turn");
  await fay.takesTurn("A friend.");
  await mo.press("Pass");
  await fay.press("Pause the circle");
  await ana.reads("Fay paused the circle");
  await fay.press("End the pause");
  await ana.reads("The turn is offered to Ben");
  await ben.press("Pass");
  await ana.turnIs("offered");
  await ben.page.reload();
  await ben.isInside();
  assert.deepEqual(await typing(ana), before, "the focus, her words and the caret are where they were");

  // Her turn: take it, send, take back, send again, finish.
  await keys.use("Take the turn", { back: true });
  await ana.turnIs("held");
  await keys.isOn("Your words");
  await keys.press("End");
  await keys.type(" of my father.");
  await keys.use("Send");
  await ben.hears("I was thinking of my father.");
  await keys.use("Take back", { by: "Space", back: true });
  await ana.drafts("I was thinking of my father.");
  await keys.reach("Your words");
  await keys.press("End");
  await keys.type(" He sang.");
  await keys.press("Control+Enter");
  await ben.hears("I was thinking of my father. He sang.");
  await keys.use("I’m finished", { back: true });
  await fay.reads("the round is complete");

  // A response to Fay's words, shown by name.
  await keys.use("Respond to Fay", { back: true });
  await keys.use("With you", { by: "Space" });
  await fay.page.locator("[data-given]").getByText("Ana with you").waitFor();

  // She changes her own settings, and leaves.
  await keys.use("You", { back: true });
  // Its part of the page is loaded first. Tabbing on meanwhile would move the focus to which the dialog returns.
  await ana.page.locator("dialog[open]").waitFor();
  await keys.reach("Listening");
  await keys.press("Space");
  await fay.seesAs(ana, "[data-stance=listening]");
  await keys.press("Escape");
  await ana.page.locator("dialog").waitFor({ state: "detached" });
  await keys.isOn("You");
  await keys.press("Enter");
  await keys.use("Leave the circle");
  await keys.use("Leave the circle");
  await ana.isStopped("left");
  await keys.isOn("You’ve left");
  await keys.use("Come back in");
  await ana.isInside();
  await keys.neverLostFocus();
  // Someone who left and came back sees everything they had seen before.
  await story.endsWell([fay, mo, ben, ana], [
    "Ana: Good evening.",
    "Fay: A friend.",
    "Ana: I was thinking of my father. He sang.",
  ]);
});
