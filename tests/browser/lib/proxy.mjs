// A TCP proxy that can fail as a phone's network does: close the connection, or drop every byte silently.
import { createConnection, createServer } from "node:net";

/** Opens a proxy to the server at `port`. */
export async function openProxy(port) {
  const pairs = new Set();
  let state = "open";

  const server = createServer((near) => {
    if (state === "cut") return near.destroy();
    const far = createConnection(port, "127.0.0.1");
    const pair = { near, far };
    pairs.add(pair);
    for (const [from, to] of [[near, far], [far, near]]) {
      // Bytes sent into a tunnel are lost without an error on either side.
      from.on("data", (bytes) => state === "open" && !pair.lost && to.write(bytes));
      from.on("error", () => from.destroy());
      from.on("close", () => {
        if (!pair.lost) to.destroy();
        if (near.destroyed && far.destroyed) pairs.delete(pair);
      });
    }
    if (state === "silent") pair.lost = true;
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));

  function destroyAll() {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  }

  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** Closes every connection and refuses new ones. */
    cut() {
      state = "cut";
      destroyAll();
    },
    /** Drops every byte while both sides keep their connection. */
    silence() {
      state = "silent";
      for (const pair of pairs) pair.lost = true;
    },
    /** Lets new connections through; silenced ones stay silent. */
    mend() {
      state = "open";
    },
    close() {
      destroyAll();
      server.close();
    },
  };
}
