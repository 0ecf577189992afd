/**
 * Derives keys with WebCrypto, as `protocol/src/keys.rs` does. A link's secret never leaves this
 * device: the server receives only keys derived from it.
 */
import type { LinkRole } from "../core/wire";

const key_bytes = 32;
/** The roles of links. A circle has one link for each. */
export const linkRoles: LinkRole[] = ["keeper", "facilitator", "moderator", "participant", "listener"];

/** Returns 32 random bytes in base64url: a link's secret, or a seat's key. */
export function newKey(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(key_bytes)));
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
  return toBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", fromBase64url(key))));
}

async function derive(secret: string, info: string): Promise<string> {
  const base = await crypto.subtle.importKey("raw", fromBase64url(secret), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(info) };
  return toBase64url(new Uint8Array(await crypto.subtle.deriveBits(how, base, key_bytes * 8)));
}

export function toBase64url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
