// Runs the real server as a process that can be killed, stopped and restarted.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const binary = process.env.HEARTH_BINARY ?? join(target, "debug", "hearth");
/** The server rejects unknown HEARTH_… variables, so the tests' own are left out. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HEARTH_")));
const ready_within_ms = 20_000;

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Starts a server on a free port with a temporary data folder. */
export async function startServer() {
  const data = await mkdtemp(join(tmpdir(), "hearth-browser-"));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  let child;

  async function start() {
    child = spawn(binary, ["--listen", `127.0.0.1:${port}`, "--data", data], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...environment, HEARTH_LOG_LEVEL: "warn" },
    });
    const until = Date.now() + ready_within_ms;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server exited with ${child.exitCode}`);
      const ready = await fetch(`${origin}/readyz`).then((r) => r.ok, () => false);
      if (ready) return;
      if (Date.now() > until) throw new Error(`the server was not ready within ${ready_within_ms} ms`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async function end(signal) {
    const exited = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await exited;
  }

  await start();
  return {
    origin,
    port,
    start,
    /** Ends the process without closing any connection. */
    kill: () => end("SIGKILL"),
    /** Shuts down cleanly, as an operator would. */
    stop: () => end("SIGTERM"),
    async close() {
      if (child.exitCode === null && child.signalCode === null) await end("SIGKILL");
      await rm(data, { recursive: true, force: true });
    },
  };
}
