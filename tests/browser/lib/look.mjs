// Checks one state of the page at several widths and in both colour schemes.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { fits, isAccessible, isLegible } from "./access.mjs";

const out = fileURLToPath(new URL("../out", import.meta.url));
const taking = process.env.HEARTH_LOOKS === "1";
const heights = { 320: 640, 360: 740, 820: 1180, 1280: 900, 1440: 900 };

/**
 * Checks accessibility at 360 and 1280 px in light and dark mode, and that nothing overflows at 320 px.
 * HEARTH_LOOKS=1 also takes screenshots at 360, 820 and 1440 px; `whole` includes what is below the fold.
 */
export async function look(person, state, { whole = false } = {}) {
  const { page } = person;
  const before = page.viewportSize();
  for (const width of [1280, 360]) {
    await resize(page, width);
    await colours(page, "light");
    await isAccessible(person, `${state}, ${width} px`);
    await colours(page, "dark");
    await isLegible(person, `${state}, ${width} px, dark`);
  }
  await resize(page, 320);
  await fits(person, `${person.name}, ${state}, 320 px`);
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0, `${state}: nothing moves`);
  if (taking) await take(page, state, whole);
  await page.setViewportSize(before);
}

/** Opens a dialog by its button, looks at it, and closes it. */
export async function lookInto(person, button, state) {
  await person.press(button);
  await person.page.locator("dialog[open]").waitFor();
  await look(person, state);
  await person.page.keyboard.press("Escape");
  await person.page.locator("dialog").waitFor({ state: "detached" });
}

function colours(page, colorScheme) {
  return page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
}

async function resize(page, width) {
  await page.setViewportSize({ width, height: heights[width] });
}

async function take(page, state, whole) {
  await mkdir(out, { recursive: true });
  for (const width of [360, 820, 1440]) {
    await resize(page, width);
    for (const colour of ["light", "dark"]) {
      await colours(page, colour);
      const path = `${out}/${state.replaceAll(/[, ]+/g, "-")}-${width}-${colour}.png`;
      await page.screenshot({ path, fullPage: whole });
    }
  }
}
