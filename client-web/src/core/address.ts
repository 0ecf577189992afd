/** Addresses of the page: the start page, or a circle's with the secret from its link. */

export type Address =
  | { at: "start" }
  /** `broken`: part of the link's secret is missing. */
  | { at: "circle"; circle: string; secret?: string; broken?: true }
  | { at: "nowhere" };

/** A circle's path, and what follows it: perhaps the secret. */
const circlePath = /^\/c\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![\w-])([^]*)$/i;
/** A secret has this length, so what stands before and after it doesn't belong to it. */
const secretForm = /^[^\w-]*([\w-]{43})(?![A-Za-z0-9])/;

/**
 * Reads an address. Links pass through messengers and mails, which add full stops, brackets, quotes
 * and spaces at the end, or write the `#` as `%23`: all of that is forgiven.
 */
export function addressOf(path: string, hash: string): Address {
  if (path === "/" || path === "/index.html") return { at: "start" };
  const [, circle, rest = ""] = circlePath.exec(decoded(path + hash)) ?? [];
  if (!circle) return { at: "nowhere" };
  const [, written] = /#([^]+)$/.exec(rest) ?? [];
  // A line break in the middle of a link becomes a space.
  const secret = secretIn(written) ?? secretIn(written?.replace(/[\s\p{Cf}]+/gu, ""));
  return { at: "circle", circle: circle.toLowerCase(), ...(secret ? { secret } : written && { broken: true }) };
}

function secretIn(written = ""): string | undefined {
  return secretForm.exec(written)?.[1];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function linkOf(origin: string, circle: string, secret: string): string {
  return `${origin}/c/${circle}#${secret}`;
}

/** What someone pasted as a link. */
export type Pasted =
  | { is: "link"; circle: string; secret: string }
  /** A link to another server. */
  | { is: "elsewhere"; host: string }
  /** A link without its secret, or with a part of it. */
  | { is: "broken" }
  | { is: "none" };

/** A link's host, if it was pasted with it, and what follows. */
const pastedLink = /(?:([^\s/<>"'()]+))?(\/c\/[0-9a-f]{8}-[^]*)/i;

/** Finds a circle's link in a pasted text, which may be a whole message. `host` is this page's. */
export function linkIn(text: string, host: string): Pasted {
  const [, from = host, tail] = pastedLink.exec(decoded(text)) ?? [];
  const address = tail === undefined ? undefined : addressOf("", tail);
  if (address?.at !== "circle") return { is: "none" };
  if (from.toLowerCase() !== host.toLowerCase()) return { is: "elsewhere", host: from };
  const { circle, secret } = address;
  return secret ? { is: "link", circle, secret } : { is: "broken" };
}
