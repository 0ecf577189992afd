// Every state of the page outside a circle: start, links, the door, and pages that have stopped.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { arrive } from "./lib/browser.mjs";
import { makeCircle } from "./lib/circle.mjs";
import { look } from "./lib/look.mjs";
import { openStory } from "./lib/story.mjs";

const story = openStory();
const day_ms = 86_400_000;

async function openAll({ page }) {
  await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
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
    await mo.page.getByLabel("For how long?").selectOption("Until a host lets them back in");
    await look(mo, "removing someone");
    await mo.press("Remove now");
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
    await removed.getByRole("button", { name: "Let Cleo back in" }).click();
    await removed.waitFor({ state: "detached" });
    assert.equal(await fay.page.evaluate(() => document.activeElement?.dataset.panel), "console", "the focus stays there");
    await cleo.press("Try again");
    await cleo.isInside();
    story.isClean([fay, mo, ana, ben, cleo, other]);
  });

  test("start, and the links of a new circle", async () => {
    const maker = await arrive(story.browser, "Maker");
    await maker.page.goto(story.server.origin);
    await look(maker, "start", { whole: true });
    await maker.press("Create the circle");
    await maker.page.locator("[aria-invalid=true]").first().waitFor();
    await look(maker, "start, a name is missing", { whole: true });
    await openAll(maker);
    await look(maker, "start, all choices", { whole: true });
    await maker.page.getByLabel("What’s it called?").fill("Tuesday circle");
    await maker.press("Create the circle");
    await maker.page.locator("[data-link=keeper]").waitFor();
    await look(maker, "links", { whole: true });
    await openAll(maker);
    await look(maker, "links, all open", { whole: true });
    await maker.page.goto(`${story.server.origin}/c/nothing-here`);
    await maker.page.getByRole("heading").first().waitFor();
    await look(maker, "nowhere");
    story.isClean([maker]);
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
