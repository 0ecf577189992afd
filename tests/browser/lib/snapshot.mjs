// Snapshots that are committed: a change of them is looked at, and written anew with HEARTH_BLESS=1.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../snapshots", import.meta.url));

/** Compares `parts`, texts by name, with the file of that name. */
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
  const told = `${file} is another. Look at the difference; HEARTH_BLESS=1 npm test writes it anew.`;
  assert.equal(text, await readFile(path, "utf8"), told);
}

/** Times of day and waits, which are others each time. */
export function masked(text) {
  return text
    .replace(/\b\d\d:\d\d\b/g, "00:00")
    .replace(/about (a minute|\d+ (seconds|minutes))/g, "about a while");
}
