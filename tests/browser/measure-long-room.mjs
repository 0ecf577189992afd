// Measures a room with 300 messages on a phone: how much of the page's thread a key and a message take, and, with a processor that
// is six times slower, from a key to the next frame, tasks over 50 ms, and reloading. Prints figures and asserts nothing. Run it as
// `node measure-long-room.mjs` on a machine that is idle; only the thread's time hardly depends on what else runs.
import { arrive, devices, openBrowser } from "./lib/browser.mjs";
import { makeCircle } from "./lib/circle.mjs";
import { startServer } from "./lib/server.mjs";

const messages = Number(process.env.MESSAGES ?? 300);
const slowdown = 6;
const keys = 60;
/** Between two keys: a fast typist, about 120 words a minute. */
const key_ms = 100;
const events = 20;
const text = "I still wake at two, and there is no one to turn to. It has been eleven weeks, and I get up anyway.";

const server = await startServer();
const browser = await openBrowser();
try {
  const links = await makeCircle(server.origin, { title: "A long evening", settings: { order: "open" } });
  const fay = await arrive(browser, "Fay", { viewport: devices.laptop });
  await fay.comeIn(links.facilitator);
  const ana = await arrive(browser, "Ana", { viewport: devices.phone });
  await ana.comeIn(links.participant);
  const ben = await arrive(browser, "Ben", { viewport: devices.phone });
  await ben.comeIn(links.participant);
  const speakers = [fay, ana];
  for (let at = 0; at < messages; at += 1) {
    const speaker = speakers[at % speakers.length];
    await speaker.composer.fill(`${text} (${at + 1})`);
    await speaker.page.keyboard.press("Tab");
    await speaker.page.locator("[data-dock] button").filter({ hasText: /^Send$/ }).last().dispatchEvent("click");
    await speaker.page.waitForFunction(() => document.querySelector("#words").value === "" && !document.querySelector("[data-sending]"));
  }
  await ben.page.locator("[data-said]").filter({ hasText: `(${messages})` }).waitFor();

  const session = await ben.page.context().newCDPSession(ben.page);
  const slow = (rate) => session.send("Emulation.setCPUThrottlingRate", { rate });
  await ben.page.evaluate(() => {
    window.frames_ms = [];
    window.tasks_ms = [];
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => window.tasks_ms.push(duration))).observe({ type: "longtask" });
    addEventListener("keydown", () => {
      const since = performance.now();
      requestAnimationFrame(() => setTimeout(() => window.frames_ms.push(performance.now() - since)));
    }, true);
  });
  const taken = () => ben.page.evaluate(() => ({ frames: window.frames_ms.splice(0), tasks: window.tasks_ms.splice(0) }));

  const press = async () => {
    await ben.page.keyboard.press("e");
    await ben.page.waitForTimeout(key_ms);
  };
  const receive = async (at) => {
    await ana.composer.fill(`One more (${at})`);
    await ana.page.locator("[data-dock] button").filter({ hasText: /^Send$/ }).last().dispatchEvent("click");
    // Looking for the message on the slow page would be measured as well.
    await ben.page.waitForTimeout(500);
  };
  const repeat = async (count, act) => {
    for (let at = 0; at < count; at += 1) await act(at);
  };
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const metric = async (name) => (await session.send("Performance.getMetrics")).metrics.find((one) => one.name === name).value;
  const threadTime = async (count, act) => {
    const before = await metric("TaskDuration");
    await repeat(count, act);
    return `${(((await metric("TaskDuration")) - before) * 1_000 / count).toFixed(1)} ms`;
  };

  await ben.composer.focus();
  await ben.page.waitForTimeout(3_000);
  await repeat(5, press);
  const costs = { key: await threadTime(keys, press), message: await threadTime(events, receive), nodes: await metric("Nodes") };
  await slow(slowdown);
  await taken();
  await repeat(keys, press);
  const typing = await taken();
  await repeat(events, receive);
  const receiving = await taken();

  // Looking for the words from outside would be measured as well.
  await ben.page.addInitScript(() => {
    const look = () => {
      if (!document.querySelector("[data-said]") || !document.querySelector("#words")) return requestAnimationFrame(look);
      setTimeout(() => (window.usable_ms = performance.now()));
    };
    requestAnimationFrame(look);
  });
  const reloads = [];
  for (let at = 0; at < 3; at += 1) {
    await ben.page.reload({ waitUntil: "commit" });
    await ben.page.waitForTimeout(10_000);
    reloads.push(await ben.page.evaluate(() => window.usable_ms));
  }
  await slow(1);

  const at = (all, share) => Math.round([...all].sort((a, b) => a - b)[Math.floor((all.length - 1) * share)] ?? 0);
  const max = (all) => Math.round(Math.max(0, ...all));
  console.log(`${messages} messages. Thread time: ${costs.key} for a key, ${costs.message} for a message; ${costs.nodes} nodes`);
  console.log(`CPU ÷ ${slowdown}:`);
  console.log(`key to next frame: p50 ${at(typing.frames, 0.5)} ms, p95 ${at(typing.frames, 0.95)} ms, max ${max(typing.frames)} ms (${typing.frames.length} keys)`);
  console.log(`tasks over 50 ms while typing: ${typing.tasks.length} of ${keys} keys, longest ${max(typing.tasks)} ms`);
  console.log(`tasks over 50 ms per message received: ${receiving.tasks.length} of ${events} messages, longest ${max(receiving.tasks)} ms`);
  console.log(`reload until the last words and the composer are there: ${reloads.map(Math.round).join(", ")} ms`);
} finally {
  await browser.close();
  await server.close();
}
