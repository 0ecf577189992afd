/** Addresses of the page: the start page, or a circle's with the secret from its link. */

export type Address =
  | { at: "start" }
  /** `broken`: part of the link's secret is missing. */
  | { at: "circle"; circle: string; secret?: string; broken?: true }
  | { at: "nowhere" };

const circlePath = /^\/c\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/i;
const secretForm = /^#([A-Za-z0-9_-]{43})$/;

export function addressOf(path: string, hash: string): Address {
  if (path === "/" || path === "/index.html") return { at: "start" };
  const circle = circlePath.exec(path)?.[1]?.toLowerCase();
  if (!circle) return { at: "nowhere" };
  const secret = secretForm.exec(hash)?.[1];
  return { at: "circle", circle, ...(secret ? { secret } : hash.length > 1 && { broken: true }) };
}

export function linkOf(origin: string, circle: string, secret: string): string {
  return `${origin}/c/${circle}#${secret}`;
}
