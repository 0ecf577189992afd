// Pictures of the page's states in the gallery, compared with the committed ones in looks/. HEARTH_BLESS=1 renews them.
// Browsers draw differently from version to version: only under the version they were made with does a difference fail.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fits } from "./lib/access.mjs";
import { openBrowser } from "./lib/browser.mjs";
import { difference, madeWith, makeWith, referenceOf, serveGallery, shrunk } from "./lib/gallery.mjs";

const renews = process.env.HEARTH_BLESS === "1";
const out = fileURLToPath(new URL("out/looks/", import.meta.url));
/** The share of pixels of a picture that may differ. */
const tolerance = 0.01;
const variants = {
  320: { viewport: { width: 320, height: 640 } },
  1280: { viewport: { width: 1280, height: 720 } },
  "390-dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
  "320-contrast": { viewport: { width: 320, height: 640 }, contrast: "more" },
  "320-pseudo": { viewport: { width: 320, height: 640 }, pseudo: true },
};
let gallery, browser, canvas;

before(async () => {
  gallery = await serveGallery();
  browser = await openBrowser();
  canvas = await browser.newPage();
  if (renews) await makeWith(browser.version());
});
after(async () => {
  await browser?.close();
  await gallery?.close();
});

/** Returns the names of all states that the gallery has. */
async function namesOf(page) {
  await page.goto(`${gallery.origin}/gallery/`);
  await page.locator("nav a").first().waitFor();
  return page.locator("nav a[href*=state]:not([href*=pseudo])").allTextContents();
}

async function pictureOf(page, state, pseudo) {
  await page.goto(`${gallery.origin}/gallery/?state=${state}${pseudo ? "&pseudo" : ""}`);
  await page.locator("h1, h2").first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(150);
  // The picture on the start page and the cursor don't stand still.
  return page.screenshot({ animations: "disabled", caret: "hide" });
}

for (const [variant, { pseudo = false, ...device }] of Object.entries(variants)) {
  test(`every state at ${variant} looks as it did, and holds`, async (context) => {
    const page = await browser.newPage({ ...device, locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" });
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    const sameBrowser = (await madeWith()) === browser.version();
    const changed = [];
    for (const state of await namesOf(page)) {
      const picture = await shrunk(canvas, await pictureOf(page, state, pseudo));
      await fits({ page }, `${state}, ${variant}`);
      const name = `${state}-${variant}`;
      if (renews) {
        await writeFile(referenceOf(name), picture);
        continue;
      }
      const reference = await readFile(referenceOf(name)).catch(() => undefined);
      const share = reference ? await difference(canvas, picture, reference) : 1;
      if (share <= tolerance) continue;
      changed.push(`${name}: ${(share * 100).toFixed(1)} %`);
      await mkdir(out, { recursive: true });
      await writeFile(`${out}${name}.png`, picture);
    }
    await page.close();
    assert.deepEqual(errors, [], "no state throws");
    if (sameBrowser) assert.deepEqual(changed, [], "looks have changed; see out/looks. HEARTH_BLESS=1 renews them");
    else for (const one of changed) context.diagnostic(`looks different under this version of Chromium: ${one}`);
  });
}
