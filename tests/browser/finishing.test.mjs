// Finishing with words that haven't been sent, the keys that send, and how the turn's arrival is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();

test("a draft is sent or kept when its turn is finished, and never dropped", async () => {
  const links = await story.circle();
  // With all motion, unlike the other stories.
  const { fay, ana, ben, all } = await story.people(links, { only: ["fay", "ana", "ben"], reducedMotion: "no-preference" });
  await fay.openRound("What is with you today?", { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.turnIs("held");
  await ana.say("The first words.");
  await ana.write("The last words.");
  await ana.press("I’m finished");
  await ana.press("Keep writing");
  await ana.drafts("The last words.");
  // However long the draft is, it scrolls and the ways on stay in sight.
  await ana.write("One more thing, and then another. ".repeat(60));
  await ana.page.setViewportSize({ width: 320, height: 640 });
  await ana.press("I’m finished");
  for (const name of ["Send and finish", "Finish without sending", "Keep writing"]) {
    const { y, height } = await ana.button(name).boundingBox();
    assert.ok(y >= 0 && y + height <= 640, `${name} is in sight`);
  }
  await ana.press("Keep writing");
  await ana.write("The last words.");
  await ana.press("I’m finished");
  await ana.press("Send and finish");
  await ben.hears("The last words.");

  await ben.turnIs("offered");
  await ben.press("Take the turn");
  await ben.turnIs("held");
  await ben.write("Better kept.");
  await ben.press("I’m finished");
  await ben.press("Finish without sending");
  await fay.turnIs("offered");
  await ben.drafts("Better kept.");
  // With nothing written, one press is enough.
  await fay.takesTurn("I’m listening.");
  await fay.reads("the round is complete");
  await story.endsWell(all, ["Ana: The first words.", "Ana: The last words.", "Fay: I’m listening."]);
});

test("Enter makes a new line unless someone chose otherwise, and never sends while composing", async () => {
  const links = await story.circle();
  const { fay, dov, all } = await story.people(links, { only: ["fay", "dov"] });
  await fay.openRound("What is with you today?", { "Who goes first?": "Dov goes first" });
  await dov.turnIs("offered");
  await dov.press("Take the turn");
  await dov.turnIs("held");
  await dov.composer.focus();
  await dov.page.keyboard.type("one");
  await dov.page.keyboard.press("Enter");
  await dov.page.keyboard.type("two");
  await dov.drafts("one\ntwo");
  await dov.page.keyboard.press("Control+Enter");
  await dov.hears("one\ntwo");

  await dov.press("You");
  await dov.page.getByLabel("Enter sends, and Shift+Enter makes a new line").check();
  await dov.press("Close");
  await dov.composer.fill("three");
  await dov.composer.dispatchEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true });
  await dov.composer.dispatchEvent("keydown", { key: "Enter", isComposing: true, bubbles: true });
  await dov.drafts("three");
  await dov.page.keyboard.press("Enter");
  await dov.hears("three");

  // Between rounds, a facilitator's words are for everyone.
  await dov.press("I’m finished");
  await fay.press("Pass");
  await fay.press("Close the round");
  await fay.page.getByLabel("Speak to everyone").fill("Let’s take a breath.");
  await fay.press("Send");
  await dov.hears("Let’s take a breath.");
  story.isClean(all);
});

test("the turn's arrival is told as someone chose, and keeps the screen awake", async () => {
  const links = await story.circle();
  const { fay, ana, ben, all } = await story.people(links, { only: ["fay", "ana", "ben"] });
  await ana.page.evaluate(() => {
    window.signals = [];
    const tell = (what) => window.signals.push(what);
    const node = { connect: (to) => to, start() {}, stop() {}, frequency: {} };
    const gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
    window.AudioContext = class {
      state = "running";
      currentTime = 0;
      createOscillator = () => (tell("chime"), node);
      createGain = () => ({ ...node, gain });
    };
    const lock = { released: false, release: async () => void ((lock.released = true), tell("asleep")) };
    Object.defineProperty(navigator, "wakeLock", {
      value: { request: async () => ((lock.released = false), tell("awake"), lock) },
    });
  });
  const told = () => ana.page.evaluate(() => window.signals.splice(0));
  await fay.openRound("What is with you today?", { "Who goes first?": "Ben goes first" });
  await ben.turnIs("offered");
  await ana.press("Choose how");
  await ana.page.getByLabel("Sound").check();
  await ana.press("Done");
  await ana.page.locator("[data-ask]").waitFor({ state: "detached" });
  assert.deepEqual(await told(), ["chime", "chime"], "choosing a sound plays it");

  await ben.press("Pass");
  await fay.turnIs("offered");
  await fay.press("Pass");
  await ana.turnIs("offered");
  assert.deepEqual((await told()).sort(), ["awake", "chime", "chime"]);
  await ana.press("Pass");
  await ana.turnIs("waiting");
  await ana.page.waitForFunction(() => window.signals.includes("asleep"));
  await ana.press("Leave quickly");
  await ana.page.waitForURL("about:blank");
  assert.deepEqual(all.flatMap(({ consoleErrors }) => consoleErrors), []);
});
