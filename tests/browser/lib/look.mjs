// Looks at one state of the page as all kinds of screens show it.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { fits, isAccessible } from "./access.mjs";

const out = fileURLToPath(new URL("../out", import.meta.url));
const taking = process.env.HEARTH_LOOKS === "1";
const colours = ["light", "dark"];
const heights = { 320: 640, 360: 740, 820: 1180, 1280: 900, 1440: 900 };

/**
 * What WCAG asks holds at 360 and 1280 px, light and dark, and at 320 px nothing is too wide. With
 * HEARTH_LOOKS=1 pictures are taken at 360, 820 and 1440 px: `whole` takes all of a long page.
 */
export async function look(person, state, { whole = false } = {}) {
  const { page } = person;
  const before = page.viewportSize();
  for (const colour of colours) {
    await page.emulateMedia({ colorScheme: colour, reducedMotion: "reduce" });
    for (const width of [1280, 360]) {
      await resize(page, width);
      await isAccessible(person, `${state}, ${width} px, ${colour}`);
    }
    if (taking) await take(page, state, colour, whole);
  }
  await resize(page, 320);
  await fits(person, `${person.name}, ${state}, 320 px`);
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0, `${state}: nothing moves`);
  await page.setViewportSize(before);
}

async function resize(page, width) {
  await page.setViewportSize({ width, height: heights[width] });
}

async function take(page, state, colour, whole) {
  await mkdir(out, { recursive: true });
  for (const width of [360, 820, 1440]) {
    await resize(page, width);
    const path = `${out}/${state.replaceAll(" ", "-")}-${width}-${colour}.png`;
    await page.screenshot({ path, fullPage: whole });
  }
}
