// A way to the server that can fail as a phone's does: cut with everyone told, or silent as in a tunnel.
import { createConnection, createServer } from "node:net";

/** Opens a way to the server at `port`. */
export async function openWay(port) {
  const pairs = new Set();
  let state = "open";

  const server = createServer((near) => {
    if (state === "cut") return near.destroy();
    const far = createConnection(port, "127.0.0.1");
    const pair = { near, far };
    pairs.add(pair);
    for (const [from, to] of [[near, far], [far, near]]) {
      // What is sent into a tunnel is lost, and nobody is told.
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
    /** The connection is refused, and both sides learn of it. */
    cut() {
      state = "cut";
      destroyAll();
    },
    /** Nothing passes any more, and neither side learns of it. */
    silence() {
      state = "silent";
      for (const pair of pairs) pair.lost = true;
    },
    /** New connections pass; those from before stay lost. */
    mend() {
      state = "open";
    },
    close() {
      destroyAll();
      server.close();
    },
  };
}
