// Fills a circle with many people cheaply: bare WebSockets instead of a page each.
import { webcrypto } from "node:crypto";
import { entryOf } from "./circle.mjs";

/** Joins a circle under each of these names in turn. The connections last as long as `page`. */
export async function crowd(page, link, names) {
  const entry = await entryOf(link);
  const hellos = names.map((name) => ({
    ...entry,
    seat_key: Buffer.from(webcrypto.getRandomValues(new Uint8Array(32))).toString("base64url"),
    name: { plain: name },
  }));
  await page.evaluate(async (all) => {
    window.crowd = [];
    for (const hello of all) {
      await new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/ws`, "hearth.v1");
        window.crowd.push(socket);
        socket.onopen = () => socket.send(JSON.stringify({ hello }));
        socket.onmessage = resolve;
        socket.onclose = ({ code }) => reject(new Error(`connection of ${hello.name.plain} closed with ${code}`));
      });
    }
  }, hellos);
}
