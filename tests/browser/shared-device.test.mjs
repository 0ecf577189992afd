// A device that several people use: the next person learns nothing about the one before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible } from "./lib/access.mjs";
import { arrive, inNewTab } from "./lib/browser.mjs";
import { entryOf } from "./lib/circle.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const day_ms = 86_400_000;

/** Everything that the page has stored on this device and in this tab, as one string. */
function stored({ page }) {
  return page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
}

/** What the page has stored on the device, as one string. */
function onDevice({ page }) {
  return page.evaluate(() => JSON.stringify({ ...localStorage }));
}

async function asks(person, name) {
  await person.page.locator("[data-asking]").waitFor();
  await person.button(`Continue as ${name}`).waitFor();
  assert.equal(await person.page.locator("[data-screen=room]").count(), 0, "nobody is let in without a question");
}

async function isShutOut(person) {
  await person.sees("Please open your link again");
  for (const shown of ["[data-screen]", "[data-said]", "[data-asking]"]) {
    assert.equal(await person.page.locator(shown).count(), 0, `${shown} must not be visible`);
  }
}

test("leaving quickly takes the person off the device, in all tabs, for good", async () => {
  const links = await story.circle();
  const [address] = links.participant.split("#");
  const { fay, ana } = await story.people(links, { only: ["fay", "ana"] });
  await ana.write("Half a sentence");
  const second = await inNewTab(ana.page.context(), "Ana");
  await second.page.goto(address);
  await asks(second, "Ana");
  await isAccessible(second, "asking who it is");
  await second.press("Continue as Ana");
  await second.isInside();
  await ana.isStopped("replaced");
  await second.say("I am here.");
  await second.write("And something else");
  assert.doesNotMatch(await onDevice(second), /sentence|something/, "drafts are never in local storage");
  assert.match(await stored(second), /something/, "only in the tab's");

  // A third tab, which stands at the door, and one of another circle.
  const third = await inNewTab(ana.page.context(), "Ana");
  await third.page.goto(links.participant);
  await third.button("Come back as Ana").waitFor();
  const otherLinks = await story.circle({ title: "Friday circle" });
  const elsewhere = await inNewTab(ana.page.context(), "Elsewhere");
  await elsewhere.comeIn(otherLinks.participant);

  await second.press("Leave quickly");
  await second.page.waitForURL("about:blank");
  for (const tab of [ana, third]) {
    await isShutOut(tab);
    assert.equal(new URL(tab.page.url()).pathname, "/", "its address says nothing either");
    assert.doesNotMatch(await stored(tab), /Ana|sentence|something/);
    assert.equal(await tab.page.getByText("Tuesday circle").count(), 0);
  }
  await isAccessible(ana, "after leaving in another tab");
  await elsewhere.connectionIs("open");
  await fay.seesAs(ana, "[data-presence=away]");
  // Nothing that a tab still did has stored it again.
  await ana.page.waitForTimeout(1_000);
  assert.doesNotMatch(await stored(ana), new RegExp(`Ana|${address.split("/").at(-1)}`));

  // The next person opens the history: neither the bare address nor the link knows her.
  const next = await inNewTab(ana.page.context(), "Zed");
  await next.page.goto(address);
  await isShutOut(next);
  await next.page.goto("about:blank");
  await next.page.goto(links.participant);
  await next.page.getByLabel("What should we call you?").waitFor();
  assert.equal(await next.page.getByLabel("What should we call you?").inputValue(), "");
  assert.equal(await next.page.getByText("Ana").count(), 0);
  story.isClean([fay, ana, second, third, elsewhere, next]);
});

test("an address without its secret asks who it is, and “Not me” removes the person who was here", async () => {
  const links = await story.circle();
  const [address] = links.participant.split("#");
  const { ana, ben } = await story.people(links, { only: ["fay", "ana", "ben"] });
  await ana.write("Half a sentence");
  // A reload is the same person, and keeps the draft.
  await ana.page.reload();
  await ana.isInside();
  assert.equal(await ana.composer.inputValue(), "Half a sentence");

  // Going elsewhere and back isn't.
  await ana.page.goto("about:blank");
  await ana.page.goBack();
  await asks(ana, "Ana");
  await ana.page.reload();
  await asks(ana, "Ana");
  await ana.press("Continue as Ana");
  await ana.isInside();
  assert.equal(await ana.composer.inputValue(), "Half a sentence");

  await ana.page.goto("about:blank");
  await ana.page.goto(address);
  await asks(ana, "Ana");
  await ana.press("Not me");
  await isShutOut(ana);
  assert.doesNotMatch(await stored(ana), /Ana|sentence/);
  await ana.page.goto(address);
  await isShutOut(ana);

  // Someone who left the circle is asked only by the link.
  await ben.press("More");
  await ben.press("You");
  await ben.press("Leave the circle");
  await ben.page.getByRole("dialog", { name: "Leave the circle?" }).getByRole("button", { name: "Leave the circle" }).click();
  await ben.isStopped("left");
  await ben.page.goto("about:blank");
  await ben.page.goto(address);
  await isShutOut(ben);
  await ben.page.goto("about:blank");
  await ben.page.goto(links.participant);
  await ben.press("Come back as Ben");
  await ben.isInside();
  story.isClean([ana, ben]);
});

test("coming in as someone new leaves nothing of the person before", async () => {
  const links = await story.circle();
  const { ana } = await story.people(links, { only: ["fay", "ana"] });
  await ana.write("Half a sentence");
  await ana.page.goto("about:blank");
  await ana.page.goto(links.participant);
  await ana.page.locator("summary").getByText("Come in as someone new instead").click();
  await ana.sees("will be removed from this device");
  await ana.page.getByLabel("What should we call you?").fill("Zed");
  await ana.press("Come in");
  await ana.isInside();
  assert.equal(await ana.composer.inputValue(), "");
  assert.doesNotMatch(await stored(ana), /Ana|sentence/);
  story.isClean([ana]);
});

test("what is kept is swept a day after it was last used", async () => {
  const links = await story.circle();
  const [address] = links.participant.split("#");
  const { ana } = await story.people(links, { only: ["fay", "ana"] });
  await ana.write("Half a sentence");
  await ana.page.goto("about:blank");
  const age = (by_ms) =>
    ana.page.evaluate((by) => {
      const at = Object.keys(localStorage).find((key) => key.endsWith("/at"));
      localStorage.setItem(at, String(Date.now() - by));
    }, by_ms);
  await ana.page.goto(story.server.origin);
  await age(day_ms - 60_000);
  await ana.page.goto(story.server.origin);
  assert.match(await stored(ana), /Ana/);
  await age(day_ms + 60_000);
  await ana.page.goto(story.server.origin);
  await ana.button("Leave quickly").waitFor();
  assert.equal(await stored(ana), "[{},{}]");
  await ana.page.goto(address);
  await isShutOut(ana);
  story.isClean([ana]);
});

test("the browser is asked to remember no names, words or links, and the door says what it remembers", async () => {
  const links = await story.circle();
  const guest = await arrive(story.browser, "Guest");
  await guest.page.goto(links.participant);
  await guest.sees("this browser’s history now has your link");
  const fields = "input:not([type=radio], [type=checkbox]), textarea";
  const remembered = () => guest.page.locator(fields).evaluateAll((all) => all.filter((one) => one.autocomplete !== "off").length);
  assert.equal(await remembered(), 0);
  await guest.comeIn(links.participant);
  await guest.composer.waitFor();
  assert.equal(await remembered(), 0);
  await guest.page.goto(story.server.origin);
  assert.equal(await remembered(), 0);
  await guest.press("Start a circle");
  assert.equal(await remembered(), 0);
  await guest.page.getByLabel("What’s it called?").fill("Tuesday circle");
  await guest.press("Create the circle");
  await guest.page.locator("[data-link=keeper]").waitFor();
  assert.equal(await remembered(), 0);
  story.isClean([guest]);
});

test("a link is forgiven what messengers do to it, and its preview takes no place in the circle", async () => {
  const links = await story.circle();
  const guest = await arrive(story.browser, "Guest");
  for (const mangled of [`${links.participant}).`, links.participant.replace("#", "%23"), `${links.participant}%20%3E`]) {
    await guest.page.goto("about:blank");
    await guest.page.goto(mangled);
    await guest.page.locator("[data-screen=door]").waitFor();
    assert.equal(guest.page.url(), links.participant, "it is put right in the address bar");
  }
  const preview = await fetch(links.participant);
  assert.equal(preview.status, 200);
  const html = await preview.text();
  assert.match(html, /<meta name="description" content="[^"]+"/);
  assert.doesNotMatch(html, /Tuesday/);
  const { circle, entry_key } = await entryOf(links.participant);
  const door = await fetch(`${story.server.origin}/api/circles/${circle}`, { headers: { authorization: `Hearth ${entry_key}` } });
  assert.equal((await door.json()).session, undefined, "no session has begun");
  story.isClean([guest]);
});

test("text from slides and terminals keeps its lines and loses what can't be sent", async () => {
  const links = await story.circle();
  const { fay, ana } = await story.people(links, { only: ["fay", "ana"] });
  const paste = (field, text) =>
    field.evaluate((target, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      target.focus();
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  await paste(ana.composer, "Breathe in\vBreathe out\f\u001b[1mRest\u001b[0m\u0085Stay");
  const lines = "Breathe in\nBreathe out\nRest\nStay";
  assert.equal(await ana.composer.inputValue(), lines);
  await ana.press("Send");
  await fay.page.locator("[data-said] .prose").filter({ hasText: "Breathe in" }).waitFor();
  await ana.heardAll([`Ana: ${lines}`]);

  // Not pasted, so it is only cleaned when it is sent.
  await ana.write("One\vtwo\u0007");
  await ana.press("Send");
  await fay.page.locator("[data-said] .prose").filter({ hasText: "two" }).waitFor();
  await ana.heardAll([`Ana: ${lines}`, "Ana: One\ntwo"]);

  await ana.write("\u200B\u2060");
  await ana.page.locator("#words-left").getByText("only spaces or invisible characters").waitFor();
  assert.equal(await ana.button("Send").getAttribute("aria-disabled"), "true");
  await isAccessible(ana, "a text that shows nothing");

  const guest = await arrive(story.browser, "Guest");
  await guest.page.goto(links.participant);
  await guest.page.getByLabel("What should we call you?").fill("\u200B");
  await guest.press("Come in");
  await guest.page.locator("#name-problem").getByText("only spaces or invisible characters").waitFor();
  await paste(guest.page.getByLabel("What should we call you?"), "Zed\u202E\u0007");
  story.isClean([fay, ana, guest]);
});
