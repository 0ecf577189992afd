// Makes README's still pictures, from the gallery: node picture-circle.mjs. What a host sees on a desktop and who is offered the turn
// on a phone, in light and in dark.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openBrowser } from "./lib/browser.mjs";
import { openGallery, serveGallery } from "./lib/gallery.mjs";

const folder = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const pictures = [
  { name: "circle", state: "host", viewport: { width: 1280, height: 720 } },
  { name: "circle-phone", state: "offered", viewport: { width: 390, height: 844 } },
];

const gallery = await serveGallery();
const browser = await openBrowser();
try {
  for (const { name, state, viewport } of pictures) {
    for (const colorScheme of ["light", "dark"]) {
      const { page, show, close } = await openGallery(browser, gallery, { viewport, colorScheme });
      await show(state);
      // The guide for the first time, which most hosts have dismissed.
      const guide = page.locator("[data-guide] button");
      if ((await guide.count()) > 0) await guide.click();
      const file = `${name}${colorScheme === "dark" ? "-dark" : ""}.png`;
      const png = await page.screenshot({ animations: "disabled" });
      await writeFile(folder + file, png);
      console.log(`${file}: ${Math.round(png.length / 1_000)} kB`);
      await close();
    }
  }
} finally {
  await browser.close();
  await gallery.close();
}
