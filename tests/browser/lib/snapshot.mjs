// Committed snapshots. HEARTH_BLESS=1 rewrites them; review the diff.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bare } from "./direction.mjs";

const folder = fileURLToPath(new URL("../snapshots", import.meta.url));

/** Compares `parts`, texts by heading, with a committed file. */
export async function isAsCommitted(file, parts) {
  const text = Object.entries(parts)
    .map(([name, part]) => `# ${name}\n${part.trim()}\n`)
    .join("\n");
  const path = `${folder}/${file}`;
  if (process.env.HEARTH_BLESS === "1") {
    await mkdir(folder, { recursive: true });
    await writeFile(path, text);
    return;
  }
  const changed = `${file} has changed. Review the difference; HEARTH_BLESS=1 rewrites the file.`;
  assert.equal(text, await readFile(path, "utf8"), changed);
}

/** Masks times of day and waits, which differ on every run. */
export function masked(text) {
  return bare(text)
    .replace(/\b\d\d:\d\d\b/g, "00:00")
    .replace(/about (a minute|\d+ (seconds|minutes))/g, "about a while");
}
