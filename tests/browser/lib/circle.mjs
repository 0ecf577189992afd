// Creates circles over HTTP as the page does. The links' secrets stay here; only hashes derived from them are posted.
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";

const roles = ["keeper", "facilitator", "moderator", "participant", "listener"];
const agreements = "We speak from our own experience.\nWhat is said here stays here.\nEveryone may pass.";
const coded = (bytes) => Buffer.from(bytes).toString("base64url");

async function entryKey(secret) {
  const { subtle } = webcrypto;
  const base = await subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode("hearth/v1/entry");
  return subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }, base, 256);
}

async function entryHash(secret) {
  return coded(await webcrypto.subtle.digest("SHA-256", await entryKey(secret)));
}

/** Returns the circle id and the entry key of a link. */
export async function entryOf(link) {
  const { pathname, hash } = new URL(link);
  const key = await entryKey(Buffer.from(hash.slice(1), "base64url"));
  return { circle: pathname.split("/").at(-1), entry_key: coded(key) };
}

/** Creates a circle and returns its links by role. `more` holds further fields of `NewCircle`. */
export async function makeCircle(origin, { title = "Tuesday circle", settings = {}, ...more } = {}) {
  const secrets = roles.map(() => webcrypto.getRandomValues(new Uint8Array(32)));
  const entries = await Promise.all(
    roles.map(async (role, at) => ({ role, entry_hash: await entryHash(secrets[at]), locker: "" })),
  );
  const reply = await fetch(`${origin}/api/circles`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      title: { plain: title },
      agreements: { plain: agreements },
      settings,
      entries,
      ...more,
    }),
  });
  const body = await reply.text();
  assert.ok(reply.ok, `cannot create the circle: ${body}`);
  const { circle } = JSON.parse(body);
  return Object.fromEntries(roles.map((role, at) => [role, `${origin}/c/${circle}#${coded(secrets[at])}`]));
}
