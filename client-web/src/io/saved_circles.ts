/** *My circles*: links that someone chose to keep on this device. */
import { addressOf } from "../core/address";
import type { LinkRole } from "../core/wire";
import { keysOf, mineAt, type StorageLike } from "./storage";

const circles_max = 50;
const title_chars_max = 120;
/** Roles that lead into a session, the one with the most rights first. A keeper's link doesn't. */
const roles: LinkRole[] = ["facilitator", "moderator", "participant", "listener", "keeper"];

/** A link to keep. */
export interface MyLink {
  circle: string;
  title: string;
  role: LinkRole;
  secret: string;
  /** When it was kept. */
  at: number;
}

/** A circle, and the links to it that are kept. */
export interface MyCircle {
  circle: string;
  title: string;
  /** When one of its links was last kept. */
  at: number;
  links: { role: LinkRole; secret: string }[];
}

export class SavedCircles {
  readonly #storage: StorageLike;

  constructor(storage: StorageLike) {
    this.#storage = storage;
  }

  /** Returns the circles kept here, newest first. */
  all(): MyCircle[] {
    return this.#read().sort((a, b) => b.at - a.at);
  }

  has(circle: string, role: LinkRole): boolean {
    return this.#read().some((it) => it.circle === circle && it.links.some((link) => link.role === role));
  }

  /**
   * Keeps a link, replacing one of the same role. Returns false if the device can't store it or
   * already has the maximum number of circles.
   */
  keep({ circle, title, role, secret, at }: MyLink): boolean {
    const all = this.all();
    const others = all.filter((it) => it.circle !== circle);
    // Don't evict an older one: it may be a keeper's link, which may exist nowhere else.
    if (others.length >= circles_max) return false;
    const known = all.find((it) => it.circle === circle)?.links.filter((link) => link.role !== role) ?? [];
    return this.#write([{ circle, title, at, links: inOrder([...known, { role, secret }]) }, ...others]);
  }

  /**
   * Forgets a circle's links and everything else this device stores about it. The returned function
   * restores that, unless something newer has been stored since; it returns whether it succeeded.
   */
  forget(circle: string): () => boolean {
    const all = this.#read();
    const mine = all.find((it) => it.circle === circle);
    const kept = keysOf(this.#storage, circle).map((key) => [key, this.#storage.getItem(key)] as const);
    for (const [key] of kept) this.#storage.removeItem(key);
    this.#write(all.filter((it) => it !== mine));
    return () => {
      const now = this.#read();
      if (mine && now.every((it) => it.circle !== circle) && !this.#write([...now, mine])) return false;
      return kept.every(([key, value]) => this.#storage.getItem(key) !== null || this.#put(key, value));
    };
  }

  #read(): MyCircle[] {
    try {
      const list: unknown = JSON.parse(this.#storage.getItem(mineAt) ?? "[]");
      const circles = Array.isArray(list) ? list.flatMap(circleOf) : [];
      return circles.filter((it, at) => circles.findIndex(({ circle }) => circle === it.circle) === at);
    } catch {
      // Ignore what another version, or someone by hand, wrote.
      return [];
    }
  }

  #write(circles: MyCircle[]): boolean {
    return this.#put(mineAt, circles.length === 0 ? null : JSON.stringify(circles));
  }

  #put(key: string, value: string | null): boolean {
    try {
      if (value === null) this.#storage.removeItem(key);
      else this.#storage.setItem(key, value);
      return true;
    } catch {
      // The storage is full; the caller reports that.
      return false;
    }
  }
}

/**
 * Returns the usable part of a stored entry: nothing, or a circle with at least one complete link.
 */
function circleOf(stored: unknown): MyCircle[] {
  const { circle, title, at, links } = (stored ?? {}) as Partial<Record<keyof MyCircle, unknown>>;
  if (typeof circle !== "string" || typeof title !== "string" || !Array.isArray(links)) return [];
  const whole = links.flatMap((link: unknown) => {
    const { role, secret } = (link ?? {}) as { role?: LinkRole; secret?: unknown };
    const address = addressOf(`/c/${circle}`, `#${String(secret)}`);
    const fits = address.at === "circle" && address.circle === circle ? address.secret : undefined;
    return fits && role && roles.includes(role) ? [{ role, secret: fits }] : [];
  });
  const time = typeof at === "number" && Number.isFinite(at) ? at : 0;
  const one = roles.flatMap((role) => whole.find((link) => link.role === role) ?? []);
  return one.length === 0 ? [] : [{ circle, title: title.slice(0, title_chars_max), at: time, links: one }];
}

function inOrder(links: MyCircle["links"]): MyCircle["links"] {
  return links.sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role));
}
