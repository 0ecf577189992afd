// Every state of the page in the gallery: nothing overflows, axe finds nothing, its accessibility tree is as committed, and it
// looks as in the pictures in looks/. HEARTH_BLESS=1 renews those and the trees. Browsers and fonts draw differently from
// machine to machine: a difference fails only where the pictures were made. HEARTH_LOOKS=1 also takes large pictures at
// further widths, in out/gallery.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fits, isAccessible } from "./lib/access.mjs";
import { openBrowser } from "./lib/browser.mjs";
import { difference, drawnBy, isDrawnHere, openGallery, referenceOf, serveGallery, shrunk, writeDrawnBy } from "./lib/gallery.mjs";
import { isAsCommitted, masked } from "./lib/snapshot.mjs";

const renews = process.env.HEARTH_BLESS === "1";
const takes = process.env.HEARTH_LOOKS === "1";
const out = fileURLToPath(new URL("out/gallery/", import.meta.url));
/** The share of pixels of a picture that may differ. */
const tolerance = 0.01;
const variants = {
  320: { viewport: { width: 320, height: 640 }, presses: true },
  1280: { viewport: { width: 1280, height: 720 }, trees: true },
  "390-dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark", axe: true },
  "320-contrast": { viewport: { width: 320, height: 640 }, contrast: "more" },
  "320-pseudo": { viewport: { width: 320, height: 640 }, pseudo: true },
};
/** For people who have set their browser to type twice as large. */
const enlarged = { 390: { viewport: { width: 390, height: 844 } }, 1280: { viewport: { width: 1280, height: 720 } } };
const further = {
  820: { viewport: { width: 820, height: 1180 } },
  1440: { viewport: { width: 1440, height: 900 } },
  "1440-dark": { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
};
/** The states whose accessibility trees are committed, as others see them at a desk. */
const trees = ["start", "door", "waiting", "hands", "floor", "paused", "ending", "host", "host-asked"];
let gallery, browser, isHere;

before(async () => {
  gallery = await serveGallery();
  browser = await openBrowser();
  const drawn = await drawnBy(browser, gallery);
  if (renews) await writeDrawnBy(drawn);
  isHere = await isDrawnHere(drawn);
});
after(async () => {
  await browser?.close();
  await gallery?.close();
});

/** Compares a picture with the committed one. Returns how much has changed, if it is too much. */
async function changeOf(name, picture, canvas) {
  if (renews) {
    await writeFile(referenceOf(name), picture);
    return [];
  }
  const reference = await readFile(referenceOf(name)).catch(() => undefined);
  const share = reference ? await difference(canvas, picture, reference) : 1;
  if (share <= tolerance) return [];
  await mkdir(out, { recursive: true });
  await writeFile(`${out}${name}-small.png`, picture);
  return [`${name}: ${(share * 100).toFixed(1)} %`];
}

/** Runs in the page: returns how many of the buttons to leave quickly can't be pressed where they are. */
function coveredExits() {
  const within = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
  const exits = [...within.querySelectorAll("button")].filter((one) => one.checkVisibility() && /Leave quickly/.test(one.textContent));
  return exits.filter((one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    return hit !== null && !one.contains(hit);
  }).length;
}

/** Runs in the page: returns the controls that no scrolling brings into sight. */
function outOfReach() {
  const within = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
  const controls = [...within.querySelectorAll("button, input, select, textarea, summary, a[href]")];
  const isUnseen = (one) => !one.checkVisibility({ visibilityProperty: true }) || one.closest(".skip, .unseen");
  const scrolls = (one) => /auto|scroll/.test(getComputedStyle(one).overflowY);
  const lost = controls.filter((one) => {
    if (isUnseen(one)) return false;
    for (let at = one.parentElement; at && at !== document.documentElement; at = at.parentElement) if (scrolls(at)) return false;
    const { top, bottom, left, right } = one.getBoundingClientRect();
    const from = document.documentElement;
    return bottom + scrollY > from.scrollHeight + 1 || top + scrollY < -1 || left < -1 || right > innerWidth + 1;
  });
  return lost.map((one) => (one.getAttribute("aria-label") ?? one.textContent).trim().slice(0, 40));
}

describe("every state", { concurrency: 2 }, () => {
  for (const [variant, { presses, axe, trees: takesTrees, ...how }] of Object.entries(variants)) {
    test(`at ${variant} holds, and looks as it did`, async (context) => {
      const { page, canvas, names, show, taken, close, errors } = await openGallery(browser, gallery, how);
      const changed = [];
      const shown = {};
      for (const state of names) {
        const missing = await show(state);
        if (presses) assert.deepEqual(missing, [], `${state}: buttons that the gallery presses`);
        const where = `${state}, ${variant}`;
        const picture = await shrunk(canvas, await taken());
        changed.push(...(await changeOf(`${state}-${variant}`, picture, canvas)));
        if (!how.pseudo) assert.equal(await page.evaluate(coveredExits), 0, `${where}: nothing lies over *Leave quickly*`);
        if (axe) await isAccessible({ page, name: "gallery" }, where);
        else await fits({ page }, where);
        if (takesTrees && trees.includes(state)) shown[state] = masked(await page.locator("#page").ariaSnapshot());
      }
      await close();
      assert.deepEqual(errors, [], "no state throws");
      if (takesTrees) await isAsCommitted("gallery.yml", shown);
      if (isHere) assert.deepEqual(changed, [], "looks have changed; see out/gallery. HEARTH_BLESS=1 renews them");
      else for (const one of changed) context.diagnostic(`looks different on this machine: ${one}`);
    });
  }
  for (const [variant, how] of takes ? Object.entries(enlarged) : []) {
    test(`at ${variant} holds with type twice as large`, async () => {
      const large = await openBrowser({ text_px: 32 });
      try {
        const { page, names, show, taken } = await openGallery(large, gallery, how);
        await mkdir(out, { recursive: true });
        for (const state of names) {
          await show(state);
          const where = `${state}, ${variant}, large type`;
          await writeFile(`${out}${state}-${variant}-large.png`, await taken());
          assert.equal(await page.evaluate(coveredExits), 0, `${where}: nothing lies over *Leave quickly*`);
          assert.deepEqual(await page.evaluate(outOfReach), [], `${where}: everything can be reached`);
          await fits({ page }, where);
        }
      } finally {
        await large.close();
      }
    });
  }
  for (const [variant, how] of takes ? Object.entries(further) : []) {
    test(`at ${variant} holds`, async () => {
      const { page, names, show, taken, close } = await openGallery(browser, gallery, how);
      await mkdir(out, { recursive: true });
      for (const state of names) {
        await show(state);
        await fits({ page }, `${state}, ${variant}`);
        await writeFile(`${out}${state}-${variant}.png`, await taken());
      }
      await close();
    });
  }
});
