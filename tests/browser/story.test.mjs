// A facilitator, a moderator and three members in five browsers: the token goes round; one is muted,
// one removed; a line drops and comes back; the server is killed in mid-turn, and the circle goes on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openHouse, openWay } from "./house.mjs";
import { arrive, openBrowser } from "./people.mjs";

let house, way, browser;
before(async () => {
  house = await openHouse();
  way = await openWay(house.port);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  way?.close();
  await house?.close();
});

const phone = { width: 360, height: 740 };

async function makeCircle(fay) {
  await fay.page.goto(house.origin);
  await fay.isAccessible("start");
  await fay.page.getByLabel("What is it called?").fill("Tuesday circle");
  await fay.press("Make this circle");
  await fay.page.locator("[data-link=keeper]").waitFor();
  await fay.isAccessible("links");
  const link = (role) => fay.page.locator(`[data-link=${role}] input`).inputValue();
  return {
    facilitator: await link("facilitator"),
    moderator: await link("moderator"),
    participant: await link("participant"),
  };
}

async function openRound(fay, prompt) {
  await fay.press("Open a round");
  await fay.page.getByLabel("What is asked?").fill(prompt);
  await fay.isAccessible("opening a round");
  await fay.press("Open the round");
}

test("a circle of five goes on through a dropped line, a mute, a removal and a killed server", async () => {
  const fay = await arrive(browser, "Fay");
  const mo = await arrive(browser, "Mo", { colour: "dark" });
  const ana = await arrive(browser, "Ana", { size: phone });
  const ben = await arrive(browser, "Ben", { size: phone, colour: "dark" });
  const cleo = await arrive(browser, "Cleo");
  const all = [fay, mo, ana, ben, cleo];

  const links = await makeCircle(fay);
  await fay.comeIn(links.facilitator);
  await mo.comeIn(links.moderator);
  await ana.page.goto(links.participant);
  await ana.page.getByLabel("What shall we call you?").waitFor();
  await ana.isAccessible("door");
  await ana.comeIn(links.participant);
  // Ben comes by a way that can be cut.
  await ben.comeIn(links.participant.replace(house.origin, way.origin));
  await cleo.comeIn(links.participant);
  assert.ok(!cleo.page.url().includes("#"), "the secret leaves the address bar");
  await ana.say("Good evening, all.");
  await cleo.reads("People are arriving. Anyone may write.");

  await openRound(fay, "What brought you here?");
  await fay.turnIs("offered");
  await fay.isAccessible("offered");
  await fay.press("Pass");
  await mo.press("Pass");

  // Ana has no mouse: the offer is answered, and words are sent, by keyboard alone.
  await ana.turnIs("offered");
  await ana.button("Take it").focus();
  await ana.page.keyboard.press("Enter");
  await ana.turnIs("held");
  await ana.page.getByLabel("Your words").focus();
  await ana.page.keyboard.type("My brother died in spring.");
  await ana.page.keyboard.press("Control+Enter");
  await cleo.page.locator("[data-said]").getByText("My brother died in spring.").waitFor();
  await ana.isAccessible("holding the turn");
  await ana.press("I am done");

  await ben.turnIs("offered");
  await ben.press("Later");
  await cleo.press("Take it");
  await cleo.say("I come for the quiet.");
  await cleo.press("I am done");

  // Ben's phone goes into a tunnel while he has the turn.
  await ben.turnIs("offered");
  await ben.press("Take it");
  await ben.write("It is a year now");
  way.cut();
  await fay.page.locator("[data-person='4'][data-presence=away]").waitFor({ state: "attached" });
  await fay.reads("Ben has the turn, and is away for a moment");
  way.mend();
  await fay.page.locator("[data-person='4'][data-presence=here]").waitFor({ state: "attached" });
  await ben.turnIs("held");
  assert.equal(await ben.page.getByLabel("Your words").inputValue(), "It is a year now");
  await ben.say("It is a year now.");
  await fay.isAccessible("in a round");
  await ana.isAccessible("in a round");

  // The server is killed in his turn, and started again.
  await house.kill();
  await ben.write("And I still set two plates.");
  await house.start();
  for (const person of all) {
    await person.connected();
    await person.reads(person === ben ? "You have the turn" : "Ben has the turn");
  }
  await ben.press("Send");
  await ana.page.locator("[data-said]").getByText("And I still set two plates.").waitFor();
  await ben.press("I am done");
  await fay.reads("The round is complete");

  const said = [
    "Good evening, all.",
    "My brother died in spring.",
    "I come for the quiet.",
    "It is a year now.",
    "And I still set two plates.",
  ];
  for (const person of [fay, mo, ana, ben]) {
    assert.deepEqual(await person.shares(), said, `${person.name} sees every word once, in order`);
  }

  // The moderator mutes one and removes another.
  await mo.press("Ana: more");
  await mo.isAccessible("about a person");
  await mo.press("Mute");
  await ana.page.getByText("You are muted for now", { exact: false }).first().waitFor();
  await mo.press("Cleo: more");
  await mo.page.getByText("Remove", { exact: true }).click();
  await mo.press("Remove now");
  await cleo.page.getByRole("heading", { name: "You have been removed from this session" }).waitFor();
  await cleo.isAccessible("removed");
  await fay.page.locator("[data-person='5']").waitFor({ state: "detached" });

  await fay.isAccessible("room of the facilitator");
  await ana.isAccessible("room of a member");
  await ben.isAccessible("room in the dark");
  assert.deepEqual(all.flatMap((person) => person.complaints), []);
  assert.deepEqual(all.flatMap((person) => person.foreign), [], "no request leaves the server");
});
