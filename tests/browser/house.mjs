// The real server, as a process that can be killed and started again, and a line that can be cut.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const binary = process.env.HEARTH_BINARY ?? join(target, "debug", "hearth");

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Starts a server with a throwaway data folder. */
export async function openHouse() {
  const data = await mkdtemp(join(tmpdir(), "hearth-browser-"));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  let child;

  async function start() {
    child = spawn(binary, ["--listen", `127.0.0.1:${port}`, "--data", data], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, HEARTH_LOG_LEVEL: "warn" },
    });
    const until = Date.now() + 20_000;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      const ready = await fetch(`${origin}/readyz`).then((r) => r.ok, () => false);
      if (ready) return;
      if (Date.now() > until) throw new Error("the server was not ready within 20 s");
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** SIGKILL: no goodbye to anybody. */
  async function kill() {
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await gone;
  }

  await start();
  return {
    origin,
    port,
    start,
    kill,
    async close() {
      if (child.exitCode === null && child.signalCode === null) await kill();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** A way to the server that can be cut, as a tunnel cuts a phone's. */
export async function openWay(port) {
  const sockets = new Set();
  let cut = false;
  const server = createServer((near) => {
    if (cut) return near.destroy();
    const far = createConnection(port, "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]]) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    cut() {
      cut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      cut = false;
    },
    close() {
      this.cut();
      server.close();
    },
  };
}
