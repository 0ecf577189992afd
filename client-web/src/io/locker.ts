/**
 * Lockers: a few bytes per link that the server stores and can't read. They hold the secrets of other links,
 * so that a circle's keeper can find all of them again and a facilitator can invite people. The format is in
 * PROTOCOL.md.
 */
import type { LinkRole } from "../core/wire";
import { fromBase64url, linkRoles, toBase64url, wrapKey } from "./keys";

/** The secrets of some of a circle's links. */
export type Secrets = Partial<Record<LinkRole, string>>;

const version = 1;
const nonce_bytes = 12;
const secretForm = /^[\w-]{43}$/;

/** Encrypts secrets for the link with this secret. Never use a nonce twice: only tests choose it. */
export async function sealLocker(
  secret: string,
  secrets: Secrets,
  nonce = crypto.getRandomValues(new Uint8Array(nonce_bytes)),
): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify({ secrets }));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, await keyOf(secret), text);
  return toBase64url(Uint8Array.of(version, ...nonce, ...new Uint8Array(sealed)));
}

/** Returns what a link's locker holds; nothing if it is empty, or if this page can't read it. */
export async function openLocker(secret: string, locker: string): Promise<Secrets> {
  try {
    const bytes = fromBase64url(locker);
    if (bytes[0] !== version) return {};
    const iv = bytes.subarray(1, 1 + nonce_bytes);
    const sealed = bytes.subarray(1 + nonce_bytes);
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await keyOf(secret), sealed);
    return secretsIn(JSON.parse(new TextDecoder().decode(text)));
  } catch {
    return {};
  }
}

/** Returns the whole secrets in a locker's text. Other fields are for later versions. */
export function secretsIn(held: unknown): Secrets {
  const { secrets } = (held ?? {}) as { secrets?: Record<string, unknown> };
  const whole = linkRoles.flatMap((role) => {
    const secret = secrets?.[role];
    return typeof secret === "string" && secretForm.test(secret) ? [[role, secret] as const] : [];
  });
  return Object.fromEntries(whole) as Secrets;
}

/** Returns what the locker of each link of a new circle holds. */
export function lockersOf(secrets: Record<LinkRole, string>): Record<LinkRole, Secrets> {
  const { keeper: _own, ...others } = secrets;
  const { participant } = secrets;
  return { keeper: others, facilitator: { participant }, moderator: {}, participant: {}, listener: {} };
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const key = fromBase64url(await wrapKey(secret));
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}
