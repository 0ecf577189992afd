// Every state of the page outside a circle: start, links, the door, and pages that have stopped.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { arrive } from "./lib/browser.mjs";
import { makeCircle } from "./lib/circle.mjs";
import { exactly } from "./lib/direction.mjs";
import { look } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const day_ms = 86_400_000;

async function openAll({ page }) {
  await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
}

/** Returns the link for a role, from the page that shows it. */
function linkFor({ page }, role) {
  return page.locator(`[data-link=${role}] input`).inputValue();
}

// Ending a session takes two minutes, so the other tests run in the meantime.
describe("outside of a circle", { concurrency: 2 }, () => {
  test("pages that have stopped", async () => {
    const links = await story.circle({ settings: { pace: "brisk" } });
    const { fay, mo, ana, ben, cleo } = await story.people(links, { only: ["fay", "mo", "ana", "ben", "cleo"] });
    const [address] = links.participant.split("#");

    await ana.write("Words that were never sent");
    const stolen = await ana.page.context().storageState();
    const other = await arrive(story.browser, "Other", { storageState: stolen });
    await other.page.goto(address);
    await other.button("Continue as Ana").waitFor();
    await look(other, "door, asking who it is");
    await other.press("Continue as Ana");
    await other.isInside();
    await ana.isStopped("replaced");
    await look(ana, "stopped, replaced");
    await ana.press("It wasn’t me");
    await ana.isInside();
    await other.isStopped("replaced");
    await other.press("Join here");
    await other.isStopped("not_admitted");
    await look(other, "stopped, not admitted");

    await mo.about(cleo);
    await mo.page.locator("dialog summary").getByText("Remove", { exact: true }).click();
    await look(mo, "removing someone");
    await mo.press("Remove and keep out");
    await cleo.isStopped("removed");
    await look(cleo, "stopped, removed");

    await ben.press("More");
    await ben.press("You");
    await ben.press("Leave the circle");
    await ben.page.getByRole("dialog", { name: "Leave the circle?" }).getByRole("button", { name: "Leave the circle" }).click();
    await ben.isStopped("left");
    await look(ben, "stopped, left");

    // The session ends two minutes after the request; the states above are checked in the meantime.
    await fay.press("End the session");
    await ana.reads("This session closes in");
    await look(ana, "ending");
    await look(fay, "ending, facilitator");
    await ana.page.locator("[data-stopped=ended]").waitFor({ timeout: 130_000 });
    await look(ana, "stopped, ended");
    await look(fay, "stopped, ended, facilitator");

    // In the next session hosts see who may not come back, and can let them.
    await fay.page.goto("about:blank");
    await fay.comeIn(links.facilitator);
    const removed = fay.page.locator("[data-removed]");
    await removed.getByText(/^Cleo was removed on \d+ \w+ \d{4} and is kept out until a host lets them back in\.$/).waitFor();
    await look(fay, "someone was removed in an earlier session");
    await cleo.press("Try again");
    await cleo.isStopped("removed");
    await removed.getByRole("button", { name: exactly("Let Cleo back in") }).click();
    await removed.waitFor({ state: "detached" });
    assert.equal(await fay.page.evaluate(() => document.activeElement?.dataset.panel), "console", "the focus stays there");
    await cleo.press("Try again");
    await cleo.isInside();
    story.isClean([fay, mo, ana, ben, cleo, other]);
  });

  test("start, and the links of a new circle", async () => {
    const maker = await arrive(story.browser, "Maker");
    await maker.page.goto(story.server.origin);
    await maker.button("Start a circle").waitFor();
    await look(maker, "start", { whole: true });
    await maker.press("Start a circle");
    await look(maker, "a new circle", { whole: true });
    await maker.press("Create the circle");
    await maker.page.locator("[aria-invalid=true]").first().waitFor();
    await look(maker, "a new circle, a name is missing", { whole: true });
    await openAll(maker);
    await look(maker, "a new circle, all choices", { whole: true });
    await maker.page.getByLabel("What’s it called?").fill("Tuesday circle");
    // Going back and forth loses nothing.
    await maker.page.goBack();
    await maker.press("Start a circle");
    assert.equal(await maker.page.getByLabel("What’s it called?").inputValue(), "Tuesday circle");
    await maker.press("Create the circle");
    await maker.page.locator("[data-link=keeper]").waitFor();
    await look(maker, "links", { whole: true });
    await maker.press("QR code for facilitators");
    await look(maker, "a QR code");
    await maker.press("Close");
    await maker.press("Keep these links on this device");
    const facilitator = await linkFor(maker, "facilitator");
    await maker.page.goto(story.server.origin);
    await maker.press("More about Tuesday circle");
    await look(maker, "start, with a circle of one’s own", { whole: true });
    assert.equal(await linkFor(maker, "facilitator"), facilitator);
    await maker.page.goto(`${story.server.origin}/c/nothing-here`);
    await maker.page.getByRole("heading").first().waitFor();
    await look(maker, "nowhere");
    story.isClean([maker]);
  });

  test("a link is pasted as it came, and a wrong one is told apart", async () => {
    const links = await story.circle();
    const guest = await arrive(story.browser, "Guest", { mayBeCut: true });
    await guest.page.goto(story.server.origin);
    const paste = async (text) => {
      await guest.page.getByLabel("I have a link").fill(text);
      await guest.press("Open the link");
    };
    await paste("see you on Tuesday");
    await guest.sees("There’s no link to a circle in it.");
    await look(guest, "start, no link", { whole: true });
    await paste(links.participant.split("#")[0]);
    await guest.sees("The last part of the link is missing.");
    await paste("https://example.org/c/0190a5e0-0000-7000-8000-00000000c1c1#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    await guest.sees("This link leads to another place: example.org.");
    await paste(`Hi! Here is the link: <${links.participant}>. See you`);
    await guest.page.locator("[data-screen=door]").waitFor();

    await guest.page.goto(story.server.origin);
    await guest.page.context().setOffline(true);
    await guest.sees("You’re offline.");
    await guest.page.context().setOffline(false);
    await guest.page.getByText("You’re offline.").waitFor({ state: "hidden" });
    story.isClean([guest]);
  });

  test("a host finds the members’ link in the room, and the keeper all of them", async () => {
    const maker = await arrive(story.browser, "Maker");
    await maker.page.goto(story.server.origin);
    await maker.press("Start a circle");
    await maker.page.getByLabel("What’s it called?").fill("Tuesday circle");
    await maker.press("Create the circle");
    const roles = ["participant", "facilitator", "moderator", "listener", "keeper"];
    const links = Object.fromEntries(await Promise.all(roles.map(async (role) => [role, await linkFor(maker, role)])));

    const keeper = await arrive(story.browser, "Keeper");
    await keeper.page.goto(links.keeper);
    await keeper.page.locator("[data-link=participant]").waitFor();
    for (const role of roles.slice(0, -1)) assert.equal(await linkFor(keeper, role), links[role]);
    await look(keeper, "door, keeper with the links", { whole: true });

    const fay = await arrive(story.browser, "Fay");
    await fay.comeIn(links.facilitator);
    const invited = fay.page.getByLabel("Link for everyone", { exact: true });
    for (const visit of ["first", "after a reload"]) {
      await fay.press("Invite people");
      assert.equal(await invited.inputValue(), links.participant, visit);
      await look(fay, `inviting people, ${visit}`);
      await fay.press("Close");
      await fay.page.reload();
      await fay.isInside();
    }
    await fay.press("Leave quickly");
    await fay.page.waitForURL("about:blank");

    // A circle whose lockers are empty, as other programs make them.
    const empty = await story.circle();
    const mo = await arrive(story.browser, "Mo");
    await mo.comeIn(empty.facilitator);
    await mo.press("Invite people");
    await mo.sees("Ask the person who made this circle.");
    await look(mo, "inviting people, without the link");
    story.isClean([maker, keeper, fay, mo]);
  });

  test("the primary button of a form is always in sight", async () => {
    const links = await story.circle();
    const maker = await arrive(story.browser, "Maker");
    const fay = await arrive(story.browser, "Fay");
    await fay.comeIn(links.facilitator);
    await fay.press("Open a round");
    await maker.page.goto(story.server.origin);
    await maker.press("Start a circle");
    const guest = await arrive(story.browser, "Guest");
    await guest.page.goto(links.participant);
    await guest.button("Come in").waitFor();
    // Also with a soft keyboard, which takes nearly half of a phone's height.
    const screens = [[1280, 720], [1440, 900], [390, 844], [390, 460], [320, 640], [320, 340]];
    const primary = [[maker, "Create the circle"], [fay, "Open the round"], [guest, "Come in"]];
    for (const [width, height] of screens) {
      for (const [person, name] of primary) {
        await person.page.setViewportSize({ width, height });
        const box = await person.button(name).boundingBox();
        const where = `${name} at ${width} × ${height}`;
        assert.ok(box.y >= 0 && box.y + box.height <= height, where);
        assert.ok(box.x >= 0 && box.x + box.width <= width, where);
      }
    }
    // A dialog never opens with the focus on *Leave quickly*.
    assert.equal(await fay.page.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
    story.isClean([maker, fay, guest]);
  });

  test("doors", async () => {
    const links = await story.circle({ settings: { late: "closed" }, held_by: { plain: "Fay and Mo" }, lasts_ms: 5_400_000 });
    const guest = await arrive(story.browser, "Guest", { mayBeCut: true });
    const atDoor = guest.page.locator("[data-screen]").first();
    for (const role of ["participant", "listener", "facilitator", "keeper"]) {
      await guest.page.goto("about:blank");
      await guest.page.goto(links[role]);
      await atDoor.waitFor();
      await look(guest, `door, ${role}`, { whole: true });
    }
    await guest.page.goto("about:blank");
    await guest.page.goto(links.participant);
    await guest.press("Come in");
    await guest.page.locator("[aria-invalid=true]").waitFor();
    await look(guest, "door, a name is missing", { whole: true });
    await guest.comeIn(links.participant);
    await guest.page.goto("about:blank");
    await guest.page.goto(links.participant);
    await guest.button("Come back as Guest").waitFor();
    await look(guest, "door, known already", { whole: true });

    await guest.page.goto("about:blank");
    await guest.page.goto(`${links.participant.slice(0, -43)}${"A".repeat(43)}`);
    await guest.sees("This link doesn’t open a circle");
    await look(guest, "door, no such circle");
    await guest.page.route("**/api/**", (route) => route.abort());
    await guest.page.goto("about:blank");
    await guest.page.goto(links.participant);
    await guest.sees("The server can’t be reached");
    await look(guest, "door, no server");

    const stranger = await arrive(story.browser, "Stranger");
    await stranger.page.goto(links.participant.split("#")[0]);
    await stranger.sees("Please open your link again");
    await look(stranger, "door, no link");
    story.isClean([guest, stranger]);
  });

  test("a door before the start time, and one that is closed", async () => {
    const waiting = await arrive(story.browser, "Waiting");
    const hour = await makeCircle(story.server.origin, { next_at: Date.now() + 3 * day_ms });
    await waiting.page.goto(hour.participant);
    await waiting.page.locator("[data-screen]").first().waitFor();
    await look(waiting, "door, before the start time", { whole: true });
    await waiting.page.goto(hour.keeper);
    await waiting.page.locator("[data-screen=keeper]").waitFor();
    await look(waiting, "door, keeper with a start time", { whole: true });

    const closed = await story.circle({ settings: { late: "closed" } });
    const { fay } = await story.people(closed, { only: ["fay", "ana"] });
    await fay.openRound("What brought you here?");
    await waiting.page.goto(closed.participant);
    await waiting.page.locator("[data-screen=begun]").waitFor();
    await look(waiting, "door, begun without one", { whole: true });
    story.isClean([waiting]);
  });
});
