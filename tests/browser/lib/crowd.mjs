// Many people in a circle at little cost: bare lines, without a page each.
import { webcrypto } from "node:crypto";
import { opened } from "./circle.mjs";

/** Lets people of these names come in by a link, one after the other. The lines live as long as `page`. */
export async function crowd(page, link, names) {
  const way = await opened(link);
  const hellos = names.map((name) => ({
    ...way,
    seat_key: Buffer.from(webcrypto.getRandomValues(new Uint8Array(32))).toString("base64url"),
    name: { plain: name },
  }));
  await page.evaluate(async (all) => {
    window.crowd = [];
    for (const hello of all) {
      await new Promise((done, failed) => {
        const line = new WebSocket(`ws://${location.host}/ws`, "hearth.v1");
        window.crowd.push(line);
        line.onopen = () => line.send(JSON.stringify({ hello }));
        line.onmessage = done;
        line.onclose = ({ code }) => failed(new Error(`${hello.name.plain}'s line was closed with ${code}`));
      });
    }
  }, hellos);
}
