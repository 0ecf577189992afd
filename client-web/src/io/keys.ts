/**
 * Derives keys with WebCrypto, as `protocol/src/keys.rs` does. A link's secret never leaves this
 * device: the server receives only keys derived from it.
 */
import type { Entry, LinkRole } from "../core/wire";

const key_bytes = 32;
const roles: LinkRole[] = ["keeper", "facilitator", "moderator", "participant", "listener"];

/** Returns 32 random bytes in base64url: a link's secret, or a seat's key. */
export function newKey(): string {
  return encode(crypto.getRandomValues(new Uint8Array(key_bytes)));
}

/** Returns the key from which the server derives the role of a link. */
export function entryKey(secret: string): Promise<string> {
  return derive(secret, "hearth/v1/entry");
}

/** Returns the key that encrypts the link's locker. */
export function wrapKey(secret: string): Promise<string> {
  return derive(secret, "hearth/v1/wrap");
}

/** Returns the SHA-256 of a key. The server stores only this. */
export async function keyHash(key: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest("SHA-256", decode(key))));
}

export interface NewLinks {
  secrets: Record<LinkRole, string>;
  /** The part of them that the server stores. */
  entries: Entry[];
}

/** Creates the links of a new circle: one secret for each of the five roles. */
export async function newLinks(): Promise<NewLinks> {
  const made = roles.map((role) => [role, newKey()] as const);
  const entries = made.map(async ([role, secret]): Promise<Entry> => {
    // The server can't read a locker. It stays empty until a circle has something to store in it.
    return { role, entry_hash: await keyHash(await entryKey(secret)), locker: "" };
  });
  return {
    secrets: Object.fromEntries(made) as Record<LinkRole, string>,
    entries: await Promise.all(entries),
  };
}

async function derive(secret: string, info: string): Promise<string> {
  const base = await crypto.subtle.importKey("raw", decode(secret), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(info) };
  return encode(new Uint8Array(await crypto.subtle.deriveBits(how, base, key_bytes * 8)));
}

function encode(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
