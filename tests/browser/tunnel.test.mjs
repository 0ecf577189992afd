// A phone goes offline during its owner's turn, and is back in time, or too late.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();
/**
 * A page retries at once if the browser reports that the network is back, otherwise about every
 * second.
 */
const back_ms = { told: 2_000, untold: 3_000 };

/** Drops every byte, and tells the phone that it is offline. */
async function intoTunnel(person) {
  person.proxy.silence();
  await person.page.context().setOffline(true);
}

async function outOfTunnel(person) {
  person.proxy.mend();
  await person.page.context().setOffline(false);
}

/** Measures by the page's clock how long it takes to reconnect after `mend`, and fails above `most_ms`. */
async function untilOpen(person, mend, most_ms) {
  await person.page.evaluate(() => {
    window.openAfter = new Promise((done) => {
      // A page in a tunnel may not have noticed yet. Then count from its next attempt.
      let tried = false;
      const watcher = new MutationObserver(() => {
        const open = document.querySelector("[data-connection=open]") !== null;
        tried ||= !open;
        if (!tried || !open) return;
        watcher.disconnect();
        done(performance.now() - window.mended);
      });
      tried = document.querySelector("[data-connection=open]") === null;
      watcher.observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    window.mended = performance.now();
  });
  await mend();
  const took = await person.page.evaluate(() => window.openAfter);
  assert.ok(took < most_ms, `${person.name} needed ${Math.round(took)} ms to reconnect`);
}

test("the turn waits for a phone in a tunnel, and moves on if it stays offline", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const { fay, mo, ana, ben, cleo, all, dov } = await story.people(links, { throughProxy: ["ana", "ben"] });
  await fay.openRound("What brought you here?");
  await fay.press("Pass");
  await mo.press("Pass");

  // Ana's phone goes offline in the middle of a sentence, and is back in time.
  await ana.turnIs("offered");
  await ana.press("Take the turn");
  await ana.say("It is a year now.");
  await ana.write("And I still");
  await intoTunnel(ana);
  await ana.write("And I still set two plates.");
  await ana.press("Send");
  await fay.seesAs(ana, "[data-presence=away]");
  await cleo.reads("Ana has the turn but has lost connection");
  await untilOpen(ana, () => outOfTunnel(ana), back_ms.told);
  await ana.turnIs("held");
  for (const person of all) await person.hears("And I still set two plates.");
  await fay.seesAs(ana, "[data-presence=here]");
  await cleo.reads("Ana has the turn");
  await ana.press("I’m finished");

  // Ben's connection breaks, and nothing tells his phone when the network is back.
  await ben.turnIs("offered");
  await ben.press("Take the turn");
  await ben.say("I come for my son.");
  ben.proxy.cut();
  await ben.connectionIs("waiting");
  await ben.write("He is nineteen.");
  await fay.seesAs(ben, "[data-presence=away]");
  await untilOpen(ben, async () => ben.proxy.mend(), back_ms.untold);
  await ben.turnIs("held");
  await fay.seesAs(ben, "[data-presence=here]");
  await ben.press("Send");
  await cleo.hears("He is nineteen.");

  // Then he stays offline for too long: after the grace period the turn moves on by itself.
  await ben.write("I do not know");
  await intoTunnel(ben);
  await fay.seesAs(ben, "[data-presence=away]");
  const gone = Date.now();
  await cleo.page.locator("[data-turn=offered]").waitFor({ timeout: 60_000 });
  const waited = Date.now() - gone;
  assert.ok(waited > 35_000, `the turn waited for him, not only ${waited} ms`);
  await cleo.press("Take the turn");
  await cleo.say("I am here for a friend.");
  await untilOpen(ben, () => outOfTunnel(ben), back_ms.told);
  await ben.reads("Cleo has the turn");
  await ben.turnIs("waiting");
  await ben.hears("I am here for a friend.");
  assert.equal(await ben.composer.inputValue(), "I do not know", "his draft is kept");
  await cleo.press("I’m finished");
  await dov.turnIs("offered");
  await dov.press("Pass");
  await fay.reads("the round is complete");

  await story.endsWell(all, [
    "Ana: It is a year now.",
    "Ana: And I still set two plates.",
    "Ben: I come for my son.",
    "Ben: He is nineteen.",
    "Cleo: I am here for a friend.",
  ]);
});
