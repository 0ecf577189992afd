// One turn as a screen reader presents it: the accessibility tree for someone who is waiting, is asked
// or has the turn, and what is announced to whom, politely or assertively.
import assert from "node:assert/strict";
import { test } from "node:test";
import { announced, isAnnounced, recordAnnouncements } from "./lib/announcements.mjs";
import { isAsCommitted, masked } from "./lib/snapshot.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();

async function tree({ page }) {
  return masked(await page.locator("[data-screen=room]").ariaSnapshot());
}

test("one turn, as a screen reader presents it", async () => {
  const links = await story.circle({ settings: { pace: "brisk" } });
  const { fay, mo, ana, ben, cleo, dov, lee, all } = await story.people(links, { throughProxy: ["dov"] });
  for (const person of all) await recordAnnouncements(person);
  for (const live of ["[data-log]", "[data-log] *", "[data-where]", "[data-where] *", "[data-ring] *"]) {
    assert.equal(await ana.page.locator(`${live}[aria-live]`).count(), 0, `${live} is not live`);
  }

  await fay.openRound("What brought you here?", { "Who goes first?": "Ana goes first" });
  await ana.turnIs("offered");
  await ben.reads("The turn is offered to Ana");
  // Loaded some seconds after someone has come in.
  await ben.sees("Shall we let you know when your turn comes?");
  const trees = { "Ben waits": await tree(ben), "Ana is asked": await tree(ana) };
  await ana.press("Take the turn");
  await ana.turnIs("held");

  // Dov disconnects and comes back while she writes: that is announced after her turn.
  await ana.page.keyboard.type("My brother");
  await ben.page.locator("[data-person] i").first().waitFor({ state: "attached" });
  await ana.say("My brother died in spring.");
  await ana.say("I have told nobody here.");
  await ana.say("Now I have.");
  dov.proxy.cut();
  await ben.seesAs(dov, "[data-presence=away]");
  dov.proxy.mend();
  await ben.seesAs(dov, "[data-presence=here]");
  await ben.hears("Now I have.");
  // Once nothing can be taken back any more, the tree no longer depends on timing.
  await ana.button("Take back").first().waitFor({ state: "detached" });
  trees["Ana has the turn, and has said three things"] = await tree(ana);
  assert.deepEqual(await announced(ben), [
    "polite: The session has begun.",
    "polite: A round begins. The question: What brought you here?",
    "polite: The turn is offered to Ana.",
    "polite: Ana has the turn.",
    "polite: Ana shared.",
  ]);
  assert.deepEqual(await announced(ana), [
    "polite: The session has begun.",
    "polite: A round begins. The question: What brought you here?",
    "assertive: The turn is offered to you. You can take it, pass or say later. There’s no hurry.",
    "polite: It’s your turn.",
  ]);

  await ana.press("I’m finished");
  await ben.turnIs("offered");
  await isAnnounced(cleo, "polite: Dov is back.");
  assert.deepEqual((await announced(cleo)).slice(5), [
    "polite: Ana has finished.",
    "polite: Dov is away.",
    "polite: Dov is back.",
    "polite: The turn is offered to Ben.",
  ]);
  await isAnnounced(ben, "assertive: The turn is offered to you. You can take it, pass or say later. There’s no hurry.");

  // A pause interrupts, and so does being removed; everything else is polite.
  await fay.press("Pause the circle");
  await isAnnounced(lee, "assertive: The circle is paused.");
  await fay.press("End the pause");
  await isAnnounced(lee, "polite: The pause is over.");
  await mo.about(cleo);
  await mo.page.locator("dialog summary").getByText("Remove", { exact: true }).click();
  await mo.press("Remove for this session");
  await isAnnounced(cleo, "assertive: You’ve been removed from this session.");
  await ben.press("Pass");
  await isAnnounced(lee, "polite: Cleo left.");
  const urgent = (await announced(lee)).filter((saying) => !saying.startsWith("polite: "));
  assert.deepEqual(urgent, ["assertive: The circle is paused."], "nothing else interrupts a listener");
  for (const { page, name } of all) {
    assert.equal(await page.getByText(/writing/).count(), 0, `${name}: typing is not shown as text`);
  }
  await isAsCommitted("one-turn.yml", trees);
  story.isClean([fay, mo, ana, ben, lee]);
});
