// A phone in a tunnel while its owner has the turn: back in time, and another not in time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStory } from "./lib/story.mjs";

const story = openStory();
/** A page that is told of the network tries at once; one that is not told, about every second. */
const back_ms = { told: 2_000, untold: 3_000 };

/** Into the tunnel: nothing passes, and the phone knows that it has no network. */
async function intoTunnel(person) {
  person.way.silence();
  await person.page.context().setOffline(true);
}

async function outOfTunnel(person) {
  person.way.mend();
  await person.page.context().setOffline(false);
}

/** How long it takes, by the page's own clock, until its line is open. */
async function untilOpen(person, mend, most_ms) {
  await person.page.evaluate(() => {
    window.openAfter = new Promise((done) => {
      // A page in a tunnel may not know it yet: then it is open anew once it has tried again.
      let tried = false;
      const watcher = new MutationObserver(() => {
        const open = document.querySelector("[data-line=open]") !== null;
        tried ||= !open;
        if (!tried || !open) return;
        watcher.disconnect();
        done(performance.now() - window.mended);
      });
      tried = document.querySelector("[data-line=open]") === null;
      watcher.observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    window.mended = performance.now();
  });
  await mend();
  const took = await person.page.evaluate(() => window.openAfter);
  assert.ok(took < most_ms, `${person.name}'s line was open ${Math.round(took)} ms after it could be`);
}

test("the turn waits for a phone in a tunnel, and goes on without it when it stays away", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const { fay, mo, ana, ben, cleo, all, dov } = await story.people(links, { byWay: ["ana", "ben"] });
  await fay.openRound("What brought you here?");
  await fay.press("Pass");
  await mo.press("Pass");

  // Ana goes into the tunnel in the middle of a sentence, and is back in time.
  await ana.turnIs("offered");
  await ana.press("Take it");
  await ana.say("It is a year now.");
  await ana.write("And I still");
  await intoTunnel(ana);
  await ana.write("And I still set two plates.");
  await ana.press("Send");
  await fay.seesAs(ana, "[data-presence=away]");
  await cleo.reads("Ana has the turn, and is away for a moment");
  await untilOpen(ana, () => outOfTunnel(ana), back_ms.told);
  await ana.turnIs("held");
  for (const person of all) await person.hears("And I still set two plates.");
  await fay.seesAs(ana, "[data-presence=here]");
  await cleo.reads("Ana has the turn");
  await ana.press("I am done");

  // Ben's line breaks, and nothing tells his phone when it is mended.
  await ben.turnIs("offered");
  await ben.press("Take it");
  await ben.say("I come for my son.");
  ben.way.cut();
  await ben.lineIs("waiting");
  await ben.write("He is nineteen.");
  await fay.seesAs(ben, "[data-presence=away]");
  await untilOpen(ben, async () => ben.way.mend(), back_ms.untold);
  await ben.turnIs("held");
  await fay.seesAs(ben, "[data-presence=here]");
  await ben.press("Send");
  await cleo.hears("He is nineteen.");

  // Then he is in a tunnel that is too long: after its grace the turn moves on by itself.
  await ben.write("I do not know");
  await intoTunnel(ben);
  await fay.seesAs(ben, "[data-presence=away]");
  const gone = Date.now();
  await cleo.page.locator("[data-turn=offered]").waitFor({ timeout: 60_000 });
  const waited = Date.now() - gone;
  assert.ok(waited > 35_000, `the turn waited for him, not only ${waited} ms`);
  await cleo.press("Take it");
  await cleo.say("I am here for a friend.");
  await untilOpen(ben, () => outOfTunnel(ben), back_ms.told);
  await ben.reads("Cleo has the turn");
  await ben.turnIs("waiting");
  await ben.hears("I am here for a friend.");
  assert.equal(await ben.composer.inputValue(), "I do not know", "his draft is kept");
  await cleo.press("I am done");
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
