/**
 * What this device stores about each circle while there is a session to return to: the seat's key,
 * name and session, messages sent but not yet answered, what the person chose in *You*, and when they
 * were last used. The draft is
 * in the tab's storage only. For a circle in *My circles* the key and the name stay; for any other,
 * nothing does. Other people's messages are never stored.
 */
import type { PendingCommand } from "../core/connection/client";
import type { RoomId } from "../core/wire";

/** Everything needed to return to a seat. */
export interface Keys {
  seatKey: string;
  /** The new key after *it wasn't me*, until the server has confirmed it. */
  nextSeatKey?: string;
  /** The name chosen at the door. */
  name?: string;
  /** The session that the seat belongs to. */
  room?: RoomId | undefined;
  /** True once the server has given this key a seat, until the session ends. */
  taken: boolean;
  /** When this person chose their name. Their draft has the same number. */
  since?: number;
  /** How they went, if they did: then only the link leads back. */
  gone?: "left" | "removed";
}

/** What this person chose for this circle on this device. */
export interface Preferences {
  /** Enter sends, and Shift+Enter makes a new line. */
  enterSends?: boolean;
  /** No motion and no sound. */
  calm?: boolean;
  /** How the page says that the turn has come. */
  sound?: boolean;
  vibration?: boolean;
  notification?: boolean;
  /** Whether this person has been asked how. */
  asked?: boolean;
}

/**
 * A pending command, and the seat key it was sent under: under another key it would be someone
 * else's.
 */
export type KeptCommand = PendingCommand & { by: string };

export type StorageLike = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Without use, everything about a session is deleted at the page's next start after this time. */
const unused_ms = 24 * 3_600_000;
/** While a seat is in use, its time is updated this often. */
const touch_ms = 600_000;
/** A page that is back this soon after it was unloaded was reloaded, not reopened. */
const reload_ms = 30_000;

/**
 * Returns the device's storage, or storage in memory if the browser forbids it. The latter fails on
 * every write, like a full storage, so that the caller notices that nothing is kept.
 */
export function deviceStorage(): StorageLike {
  return usable(() => localStorage);
}

/** Returns the storage of this tab, or storage in memory if the browser forbids it. */
export function tabStorage(): StorageLike {
  return usable(() => sessionStorage);
}

function usable(of: () => Storage): StorageLike {
  try {
    const probe = "hearth/probe";
    const storage = of();
    storage.setItem(probe, "");
    storage.removeItem(probe);
    return storage;
  } catch {
    const memory = new Map<string, string>();
    return {
      getItem: (key) => memory.get(key) ?? null,
      setItem(key, value) {
        memory.set(key, value);
        throw new Error(key);
      },
      removeItem: (key) => void memory.delete(key),
    };
  }
}

/** Storage key of *My circles*. */
export const mineAt = "hearth/mine";

/** Prefix of every storage key for a circle. */
export function prefixOf(circle: string): string {
  return `hearth/${circle}/`;
}

/** Returns the keys of everything that a storage has about a circle. */
export function keysOf(storage: StorageLike, circle: string): string[] {
  // A browser's storage exposes its keys as its own properties.
  return Object.keys(storage).filter((key) => key.startsWith(prefixOf(circle)));
}

/** Deletes everything about the person who was in a circle, except its links in *My circles*. */
export function forgetPerson(circle: string, storages = [deviceStorage(), tabStorage()]): void {
  for (const storage of storages) for (const key of keysOf(storage, circle)) storage.removeItem(key);
}

/**
 * Deletes what was last used too long ago, drafts without a session, and everything that earlier
 * versions stored without a time.
 */
export function sweep(now: number, device = deviceStorage(), tab = tabStorage()): void {
  const circles = [device, tab].flatMap((storage) =>
    Object.keys(storage).flatMap((key) => /^hearth\/([^/]+)\//.exec(key)?.[1] ?? []),
  );
  for (const circle of new Set(circles)) {
    device.removeItem(`${prefixOf(circle)}draft`);
    const kept = new CircleStorage(device, circle, tab);
    if (!kept.isUsed(now)) kept.over();
  }
}

export class CircleStorage {
  readonly #storage: StorageLike;
  readonly #tab: StorageLike;
  readonly #circle: string;
  readonly #prefix: string;
  #usedAt = 0;

  constructor(storage: StorageLike, circle: string, tab: StorageLike = tabStorage()) {
    this.#storage = storage;
    this.#tab = tab;
    this.#circle = circle;
    this.#prefix = prefixOf(circle);
  }

  /** Returns whether the seat was used recently. A time far in the future is a clock that was wrong. */
  isUsed(now: number): boolean {
    const at = this.#read("at");
    return typeof at === "number" && Math.abs(now - at) < unused_ms && this.keys !== undefined;
  }

  /** The seat is in use. */
  touch(now: number): void {
    if (now - this.#usedAt < touch_ms) return;
    this.#usedAt = now;
    this.#write("at", now);
  }

  /** The page is being unloaded while its person is in the circle. */
  unloaded(now: number): void {
    this.#write("unloaded", now, this.#tab);
  }

  /** Returns, once, whether this tab had its person in the circle a moment ago. */
  wasHere(now: number): boolean {
    const at = this.#read("unloaded", this.#tab);
    this.#write("unloaded", undefined, this.#tab);
    return typeof at === "number" && Math.abs(now - at) < reload_ms;
  }

  get keys(): Keys | undefined {
    const keys = this.#read("keys") as Keys | undefined;
    return typeof keys?.seatKey === "string" ? keys : undefined;
  }

  set keys(keys: Keys) {
    this.#usedAt = Date.now();
    this.#write("at", this.#usedAt);
    this.#write("keys", keys);
  }

  /** A browser can reopen a closed tab with its storage, so the draft may be someone else's. */
  get draft(): string {
    const { text, since } = (this.#read("draft", this.#tab) ?? {}) as { text?: unknown; since?: number };
    return typeof text === "string" && since === this.keys?.since ? text : "";
  }

  /** A draft belongs to one session, so it isn't stored if there is none to return to. */
  set draft(text: string) {
    const { room, since } = this.keys ?? {};
    this.#write("draft", room && text ? { text, since } : undefined, this.#tab);
  }

  /** The secret of the members' link, for a host. Like the draft, it belongs to one person in one tab. */
  get invite(): string | undefined {
    const { secret, since } = (this.#read("invite", this.#tab) ?? {}) as { secret?: unknown; since?: number };
    return typeof secret === "string" && this.keys && since === this.keys.since ? secret : undefined;
  }

  set invite(secret: string) {
    this.#write("invite", { secret, since: this.keys?.since }, this.#tab);
  }

  /**
   * Pending commands that contain text. They are resent under the same ids, so each happens once.
   */
  get pending(): KeptCommand[] {
    const pending = this.#read("pending");
    return Array.isArray(pending) ? (pending as KeptCommand[]) : [];
  }

  set pending(pending: readonly KeptCommand[]) {
    const withWords = pending.filter(({ words }) => words !== undefined);
    this.#write("pending", withWords.length === 0 ? undefined : withWords);
  }

  get preferences(): Preferences {
    const chosen = this.#read("preferences");
    return typeof chosen === "object" && chosen !== null ? chosen : {};
  }

  set preferences(chosen: Preferences) {
    this.#write("preferences", chosen);
  }

  /**
   * The session is over: delete everything about it, including the seat, unless the circle is in
   * *My circles*.
   */
  over(): void {
    const { keys } = this;
    const stays = this.#storage.getItem(mineAt)?.includes(this.#circle);
    this.pending = [];
    const { seatKey, name } = keys ?? {};
    this.#write("keys", stays && keys ? { seatKey, name, taken: false } : undefined);
    this.#write("at", undefined);
    this.#write("preferences", undefined);
    this.#write("unloaded", undefined, this.#tab);
    this.#write("invite", undefined, this.#tab);
    this.draft = "";
  }

  #read(what: string, storage = this.#storage): unknown {
    try {
      return JSON.parse(storage.getItem(this.#prefix + what) ?? "null") ?? undefined;
    } catch {
      // Ignore what another version, or someone by hand, wrote.
      return undefined;
    }
  }

  #write(what: string, value: unknown, storage = this.#storage): void {
    try {
      if (value === undefined) storage.removeItem(this.#prefix + what);
      else storage.setItem(this.#prefix + what, JSON.stringify(value));
    } catch {
      // If nothing can be stored, the draft exists only on the page.
    }
  }
}
