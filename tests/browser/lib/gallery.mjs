// Serves the gallery, and compares pictures of it with those that were committed.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const client = fileURLToPath(new URL("../../../client-web/", import.meta.url));
const folder = fileURLToPath(new URL("../looks/", import.meta.url));
const version = `${folder}chromium.txt`;
/** References are this much smaller than the page: enough to see a change, and small to keep. */
const shrink = 4;
/** A colour channel may differ by this much, of 255. */
const channel_tolerance = 24;

/** Starts the gallery's server. */
export async function serveGallery() {
  const vite = createRequire(client).resolve("vite");
  const { createServer } = await import(pathToFileURL(vite.replace(/index\.cjs$/, "dist/node/index.js")).href);
  const server = await createServer({ configFile: `${client}gallery/vite.config.ts`, logLevel: "error", server: { port: 0, host: "127.0.0.1" } });
  await server.listen();
  const { port } = server.httpServer.address();
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** Returns the version of Chromium that the committed pictures were made with. */
export async function madeWith() {
  return readFile(version, "utf8").then((text) => text.trim(), () => "");
}

/** Remembers the version of Chromium that the pictures are made with. */
export async function makeWith(chromium) {
  await mkdir(folder, { recursive: true });
  await writeFile(version, `${chromium}\n`);
}

export const referenceOf = (name) => `${folder}${name}.png`;

/** Draws a screenshot smaller, in few colours, as a PNG. Runs in an empty page. */
export async function shrunk(page, screenshot) {
  const encoded = await page.evaluate(
    async ([data, by]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width / by);
      canvas.height = Math.round(image.height / by);
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      // Fewer colours make a smaller file.
      const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < pixels.data.length; at += 1) if (at % 4 < 3) pixels.data[at] = Math.round(pixels.data[at] / 15) * 15;
      context.putImageData(pixels, 0, 0);
      return canvas.toDataURL("image/png").split(",")[1];
    },
    [screenshot.toString("base64"), shrink],
  );
  return Buffer.from(encoded, "base64");
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
