/**
 * What this device stores about each circle while there is a session to return to: the seat's key,
 * name and session, the draft, and messages sent but not yet answered. For a circle in *My circles*
 * the key and the name stay; for any other, nothing does. Other people's messages are never stored.
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
}

/**
 * A pending command, and the seat key it was sent under: under another key it would be someone
 * else's.
 */
export type KeptCommand = PendingCommand & { by: string };

export type StorageLike = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * Returns the device's storage, or storage in memory if the browser forbids it. The latter fails on
 * every write, like a full storage, so that the caller notices that nothing is kept.
 */
export function deviceStorage(): StorageLike {
  try {
    const probe = "hearth/probe";
    localStorage.setItem(probe, "");
    localStorage.removeItem(probe);
    return localStorage;
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

export class CircleStorage {
  readonly #storage: StorageLike;
  readonly #circle: string;
  readonly #prefix: string;

  constructor(storage: StorageLike, circle: string) {
    this.#storage = storage;
    this.#circle = circle;
    this.#prefix = prefixOf(circle);
  }

  get keys(): Keys | undefined {
    const keys = this.#read("keys") as Keys | undefined;
    return typeof keys?.seatKey === "string" ? keys : undefined;
  }

  set keys(keys: Keys) {
    this.#write("keys", keys);
  }

  get draft(): string {
    const draft = this.#read("draft");
    return typeof draft === "string" ? draft : "";
  }

  /** A draft belongs to one session, so it isn't stored if there is none to return to. */
  set draft(draft: string) {
    this.#write("draft", this.keys?.room && draft ? draft : undefined);
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

  /**
   * The session is over: delete everything about it, including the seat, unless the circle is in
   * *My circles*.
   */
  over(): void {
    const { keys } = this;
    const stays = this.#storage.getItem(mineAt)?.includes(this.#circle);
    this.pending = [];
    this.#write("keys", stays && keys ? { ...keys, room: undefined, taken: false } : undefined);
    this.draft = "";
  }

  #read(what: string): unknown {
    try {
      return JSON.parse(this.#storage.getItem(this.#prefix + what) ?? "null") ?? undefined;
    } catch {
      // Ignore what another version, or someone by hand, wrote.
      return undefined;
    }
  }

  #write(what: string, value: unknown): void {
    try {
      if (value === undefined) this.#storage.removeItem(this.#prefix + what);
      else this.#storage.setItem(this.#prefix + what, JSON.stringify(value));
    } catch {
      // If nothing can be stored, the draft exists only on the page.
    }
  }
}
