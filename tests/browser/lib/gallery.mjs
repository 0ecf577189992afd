// Serves the gallery, and compares pictures of it with those that were committed.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { crc32, deflateSync } from "node:zlib";

const client = fileURLToPath(new URL("../../../client-web/", import.meta.url));
const folder = fileURLToPath(new URL("../looks/", import.meta.url));
const note = `${folder}drawn-by.json`;
/** References are this much smaller than the page: enough to see a change, and small to keep. */
const shrink = 4;
/** A colour channel may differ by this much, of 255. */
const channel_tolerance = 48;
/** The distance of the colours that a reference can have. */
const channel_step = 20;

/** The same everywhere, because links are shown, and QR codes of them. */
const origin = "https://gallery.test";

/** Builds the gallery and serves it: pages that are built load faster, and don't change while someone edits them. */
export async function serveGallery() {
  const { build } = await import(pathToFileURL(createRequire(client).resolve("vite")).href);
  const outDir = await mkdtemp(join(tmpdir(), "hearth-gallery-"));
  const input = `${client}gallery/index.html`;
  await build({ configFile: `${client}gallery/vite.config.ts`, logLevel: "error", build: { outDir, rollupOptions: { input }, minify: false } });
  return {
    /** Opens the gallery in a page. No request reaches the network. */
    async open(page, search) {
      await page.route("**/*", (route) => route.fulfill({ path: join(outDir, new URL(route.request().url()).pathname) }));
      // There is no server. The start page asks whether it has a demo.
      await page.route("**/api/**", (route) => route.fulfill({ json: {} }));
      await page.goto(`${origin}/gallery/index.html?${search}`);
      await page.waitForFunction(() => window.gallery);
    },
    close: () => rm(outDir, { recursive: true, force: true }),
  };
}

/** Opens a page that shows one state after another, and one that only lends its canvas. */
export async function openGallery(browser, gallery, { pseudo = false, ...device }) {
  const context = await browser.newContext({ ...device, locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" });
  const [page, canvas] = [await context.newPage(), await context.newPage()];
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await gallery.open(page, pseudo ? "states&pseudo" : "states");
  const names = await page.evaluate(() => window.gallery.names);
  const show = (state) => page.evaluate((name) => window.gallery.show(name), state);
  const session = await context.newCDPSession(page);
  /** Takes a picture, encoded fast rather than small. */
  const taken = async () => {
    const { data } = await session.send("Page.captureScreenshot", { format: "png", optimizeForSpeed: true });
    return Buffer.from(data, "base64");
  };
  return { page, canvas, names, show, taken, errors, close: () => context.close() };
}

/**
 * Returns what draws the pictures here: the version of Chromium, and a fingerprint of the fonts, which is how wide and with
 * which pixels it draws some words in the page's typefaces, and in those of the machine that stand in for them.
 */
export async function drawnBy(browser, gallery) {
  const { page, close } = await openGallery(browser, gallery, {});
  const fonts = await page.evaluate(async () => {
    const { serif, sans } = Object.fromEntries(
      ["serif", "sans"].map((name) => [name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`)]),
    );
    const faces = [`400 20px ${serif}`, `italic 400 20px ${serif}`, `600 16px ${sans}`, "16px serif", "16px sans-serif", "16px system-ui"];
    const words = ["What have you been carrying?", "שירה نور", "Ḿáḱıñğ Žőё", "→ “…” 語 ☺"];
    await Promise.all(faces.map((face) => document.fonts.load(face)));
    const context = Object.assign(document.createElement("canvas"), { width: 400, height: 40 }).getContext("2d");
    const drawn = faces.flatMap((face) =>
      words.map((text) => {
        context.clearRect(0, 0, 400, 40);
        context.font = face;
        context.fillText(text, 0, 28);
        return `${context.measureText(text).width} ${context.getImageData(0, 0, 400, 40).data.join(",")}`;
      }),
    );
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(drawn.join("\n")));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  });
  await close();
  return { chromium: browser.version(), fonts };
}

/** Notes what the committed pictures are drawn by. */
export async function writeDrawnBy(drawn) {
  await mkdir(folder, { recursive: true });
  await writeFile(note, `${JSON.stringify(drawn, null, 2)}\n`);
}

/** Returns whether the committed pictures were drawn by the same. */
export async function isDrawnHere({ chromium, fonts }) {
  const noted = JSON.parse(await readFile(note, "utf8").catch(() => "{}"));
  return noted.chromium === chromium && noted.fonts === fonts;
}

export const referenceOf = (name) => `${folder}${name}.png`;

/** Draws a screenshot smaller and in few colours. `page` is any page: it only lends its canvas. */
export async function shrunk(page, screenshot) {
  const { width, height, colours } = await page.evaluate(
    async ([data, by, step]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width / by);
      canvas.height = Math.round(image.height / by);
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      const { data: bytes } = context.getImageData(0, 0, canvas.width, canvas.height);
      const rounded = new Uint8Array((bytes.length / 4) * 3);
      for (let from = 0, to = 0; from < bytes.length; from += 1) {
        if (from % 4 < 3) rounded[to++] = Math.min(255, Math.round(bytes[from] / step) * step);
      }
      let text = "";
      for (let at = 0; at < rounded.length; at += 8_192) text += String.fromCharCode(...rounded.subarray(at, at + 8_192));
      return { width: canvas.width, height: canvas.height, colours: btoa(text) };
    },
    [screenshot.toString("base64"), shrink, channel_step],
  );
  return pngOf(width, height, Buffer.from(colours, "base64"));
}

/** Encodes pixels of three bytes as a PNG with a palette, which is much smaller than a canvas makes it. */
function pngOf(width, height, pixels) {
  const palette = new Map();
  const rows = Buffer.alloc(height * (width + 1));
  for (let at = 0; at < width * height; at += 1) {
    const colour = pixels.readUIntBE(3 * at, 3);
    if (!palette.has(colour)) palette.set(colour, palette.size);
    // Each row begins with a byte for its filter: none.
    rows[at + Math.floor(at / width) + 1] = palette.get(colour);
  }
  if (palette.size > 256) throw new Error(`${palette.size} colours in a picture; raise channel_step`);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3], 8);
  const bytes = [...palette.keys()].flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  const chunks = [["IHDR", head], ["PLTE", Buffer.from(bytes)], ["IDAT", deflateSync(rows, { level: 9 })], ["IEND", Buffer.alloc(0)]];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...chunks.map(([name, data]) => chunkOf(name, data))]);
}

function chunkOf(name, data) {
  const named = Buffer.concat([Buffer.from(name), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
}

/** Returns the share of pixels that differ: 1 if the sizes do. */
export function difference(page, one, two) {
  return page.evaluate(
    async ([first, second, tolerance]) => {
      const pixelsOf = async (data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = image.width;
        canvas.height = image.height;
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
      };
      const [a, b] = [await pixelsOf(first), await pixelsOf(second)];
      if (a.width !== b.width || a.height !== b.height) return 1;
      let differ = 0;
      for (let at = 0; at < a.data.length; at += 4) {
        const far = [0, 1, 2].some((channel) => Math.abs(a.data[at + channel] - b.data[at + channel]) > tolerance);
        if (far) differ += 1;
      }
      return differ / (a.data.length / 4);
    },
    [one.toString("base64"), two.toString("base64"), channel_tolerance],
  );
}
