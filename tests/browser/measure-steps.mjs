// Measures how many steps, and how many seconds of the machine, it takes from a link to someone's first words, and from a
// blank page to a round under way: node measure-steps.mjs, after building the server. A step is a button that is pressed or
// a field that is filled in. The time that people need to read and write comes on top.
import { arrive, devices, openBrowser } from "./lib/browser.mjs";
import { makeCircle } from "./lib/circle.mjs";
import { exactly } from "./lib/direction.mjs";
import { steady_ms } from "./lib/person.mjs";
import { startServer } from "./lib/server.mjs";

const runs = 3;

/** Someone whose steps are counted. */
class Counted {
  pressed = 0;
  filled = 0;
  /** Time spent on waiting between two presses, as a person would. */
  idle_ms = 0;

  constructor(page) {
    this.page = page;
    this.since = performance.now();
  }

  async press(name, role = "button") {
    if (this.pressed > 0) await this.#pause();
    await this.page.getByRole(role, { name: exactly(name) }).first().click();
    this.pressed += 1;
  }

  async fill(label, text) {
    await this.page.getByLabel(label, { exact: true }).fill(text);
    this.filled += 1;
  }

  /** The page takes two presses within half a second for one. */
  async #pause() {
    await this.page.waitForTimeout(steady_ms);
    this.idle_ms += steady_ms;
  }

  done() {
    const { pressed, filled } = this;
    return { pressed, filled, seconds: (performance.now() - this.since - this.idle_ms) / 1_000 };
  }
}

/** From opening a link to one's first words being read by someone else. */
async function firstWords(browser, origin) {
  const links = await makeCircle(origin);
  const fay = await arrive(browser, "Fay");
  await fay.comeIn(links.facilitator);
  const { page } = await arrive(browser, "Ana", { viewport: devices.phone });
  const ana = new Counted(page);
  await page.goto(links.participant);
  await ana.fill("What should we call you?", "Ana");
  await ana.press("Come in");
  await ana.fill("Your words", "Good evening, all.");
  await ana.press("Send");
  await fay.hears("Good evening, all.");
  const steps = ana.done();
  await page.context().close();
  await fay.page.context().close();
  return steps;
}

/** From the start page to a member who reads the question of a round. */
async function firstRound(browser, origin) {
  const { page } = await arrive(browser, "Fay");
  const fay = new Counted(page);
  await page.goto(origin);
  await fay.press("Start a circle");
  await fay.fill("What’s it called?", "Tuesday circle");
  await fay.press("Create the circle");
  const link = await page.locator("[data-link=participant] input").inputValue();
  const opens = page.context().waitForEvent("page");
  await fay.press("Go to my circle", "link");
  fay.page = await opens;
  await fay.fill("What should we call you?", "Fay");
  await fay.press("Come in");
  // Somebody comes in by the link that she sent; that takes no step of hers.
  const began = performance.now();
  const ana = await arrive(browser, "Ana", { viewport: devices.phone });
  await ana.comeIn(link);
  fay.idle_ms += performance.now() - began;
  await fay.press("Open a round");
  await fay.fill("Question for this round", "What brought you here?");
  await fay.press("Open the round");
  await ana.reads("What brought you here?");
  const steps = fay.done();
  await page.context().close();
  await ana.page.context().close();
  return steps;
}

const server = await startServer();
const browser = await openBrowser();
try {
  for (const [name, play] of Object.entries({ "from a link to first words": firstWords, "from a blank page to a round": firstRound })) {
    const all = [];
    for (let run = 0; run < runs; run += 1) all.push(await play(browser, server.origin));
    const seconds = all.map((one) => one.seconds).sort((a, b) => a - b);
    const [{ pressed, filled }] = all;
    console.log(`${name}: ${pressed} presses, ${filled} fields, ${seconds[Math.floor(runs / 2)].toFixed(1)} s (${seconds[0].toFixed(1)} to ${seconds.at(-1).toFixed(1)})`);
  }
} finally {
  await browser.close();
  await server.close();
}
