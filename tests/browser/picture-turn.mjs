// Makes README's moving picture of the turn going round, from the gallery: node picture-turn.mjs. It needs nothing but Chromium,
// which encodes single pictures as WebP; they are joined here.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openBrowser } from "./lib/browser.mjs";
import { serveGallery } from "./lib/gallery.mjs";

const out = fileURLToPath(new URL("../../docs/images/turn.webp", import.meta.url));
/** Who has the turn, one after another: Mo, Ben, Cleo, and the person whose page it is. */
const round = [7, 3, 4, 2];
const passes_ms = 1_200;
const frame_ms = 100;
const rests_ms = 2_600;
const quality = 0.8;

/** Shows the turn with someone, and who is next. */
async function give(page, at) {
  const [seat, next] = [round[at % round.length], round[(at + 1) % round.length]];
  await page.evaluate(
    ([has, then, number]) => {
      const token = { held: { seat: has, since: 0, shares: 0, firm: false, extended: false } };
      window.gallery.say({ room: 11 + number, at: 0, facts: [], patch: { turn: { turn_id: 20 + number, token }, queue: { next: then } } });
    },
    [seat, next, at],
  );
}

/** Stops everything that moves at a time after it began. */
const stopAt = (page, ms) =>
  page.evaluate((at) => {
    for (const animation of document.getAnimations()) {
      animation.pause();
      // What breathes goes on for ever, and stays as bright as it begins.
      animation.currentTime = animation instanceof CSSTransition ? at : 0;
    }
  }, ms);

/** Takes the circle as WebP. `canvas` is any page: it only encodes. */
async function take(page, canvas, clip) {
  const png = await page.screenshot({ clip });
  const webp = await canvas.evaluate(
    async ([data, how]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const drawn = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
      drawn.getContext("2d", { alpha: false }).drawImage(image, 0, 0);
      return drawn.toDataURL("image/webp", how).split(",")[1];
    },
    [png.toString("base64"), quality],
  );
  return Buffer.from(webp, "base64");
}

function chunk(name, data) {
  const head = Buffer.alloc(8);
  head.write(name, "latin1");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

function u24(...numbers) {
  return Buffer.from(numbers.flatMap((number) => [number & 255, (number >> 8) & 255, number >> 16]));
}

/** Returns what a single picture consists of, without its header and what describes it. */
function bitstreamOf(webp) {
  const chunks = [];
  for (let at = 12; at < webp.length; ) {
    const end = at + 8 + webp.readUInt32LE(at + 4);
    if (["VP8 ", "VP8L", "ALPH"].includes(webp.toString("latin1", at, at + 4))) chunks.push(webp.subarray(at, end + (end % 2)));
    at = end + (end % 2);
  }
  return Buffer.concat(chunks);
}

/** Joins single WebP pictures into a moving one that repeats. */
function joined(frames, { width, height }) {
  const frame = ({ webp, ms }) =>
    chunk("ANMF", Buffer.concat([u24(0, 0, width - 1, height - 1, ms), Buffer.from([2]), bitstreamOf(webp)]));
  const body = Buffer.concat([
    Buffer.from("WEBP"),
    chunk("VP8X", Buffer.concat([Buffer.from([2, 0, 0, 0]), u24(width - 1, height - 1)])),
    chunk("ANIM", Buffer.alloc(6)),
    ...frames.map(frame),
  ]);
  return chunk("RIFF", body);
}

const gallery = await serveGallery();
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: "en-GB", timezoneId: "UTC" });
  const canvas = await browser.newPage();
  await gallery.open(page, "states");
  await page.evaluate(() => window.gallery.show("circle"));
  await give(page, 0);
  await page.waitForTimeout(2 * passes_ms);
  const { y, height } = await page.locator("#circle").boundingBox();
  const clip = { x: 0, y: Math.floor(y), width: 390, height: 2 * Math.ceil(height / 2) };
  const frames = [];
  for (let at = 1; at <= round.length; at += 1) {
    await stopAt(page, passes_ms);
    frames.push({ webp: await take(page, canvas, clip), ms: rests_ms });
    await give(page, at);
    for (let ms = frame_ms; ms < passes_ms; ms += frame_ms) {
      await stopAt(page, ms);
      frames.push({ webp: await take(page, canvas, clip), ms: frame_ms });
    }
  }
  const picture = joined(frames, clip);
  await writeFile(out, picture);
  console.log(`${frames.length} pictures of ${clip.width} × ${clip.height}, ${Math.round(picture.length / 1_000)} kB`);
} finally {
  await browser.close();
  await gallery.close();
}
