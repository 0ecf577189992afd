/**
 * What this device keeps of each circle, as long as there is a session to come back to: the seat's
 * key, name and session, the draft, and words sent but not yet answered. Of a circle in *My circles*
 * the key and the name stay; of any other nothing does. Nothing of what others said is ever kept.
 */
import type { PendingCommand } from "../core/connection/client";
import type { RoomId } from "../core/wire";

/** The way back to a seat. */
export interface Keys {
  seatKey: string;
  /** *It wasn't me* was asked, and not yet confirmed. */
  nextSeatKey?: string;
  /** The name chosen at the door. */
  name?: string;
  /** The session in which the seat is. */
  room?: RoomId | undefined;
  /** True once the server has given this key a seat, until the session ends. */
  taken: boolean;
}

/** A command on its way, and the seat's key it was asked under: under another it would be somebody else's. */
export type KeptCommand = PendingCommand & { by: string };

export type StorageLike = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * Returns the device's storage; where a browser forbids it, a memory that lasts as long as the page.
 * Whoever puts something there is told that it is not kept, as by a storage that is full.
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

/** Where *My circles* are. */
export const mineAt = "hearth/mine";

/** What all that is kept of a circle begins with. */
export function prefixOf(circle: string): string {
  return `hearth/${circle}/`;
}

export class CircleStorage {
  readonly #shelf: StorageLike;
  readonly #circle: string;
  readonly #prefix: string;

  constructor(shelf: StorageLike, circle: string) {
    this.#shelf = shelf;
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

  /** A draft is for one session: where none is to be come back to, it is not kept. */
  set draft(draft: string) {
    this.#write("draft", this.keys?.room && draft ? draft : undefined);
  }

  /** Unanswered commands with words in them: sent again under their ids, they happen once. */
  get pending(): KeptCommand[] {
    const pending = this.#read("pending");
    return Array.isArray(pending) ? (pending as KeptCommand[]) : [];
  }

  set pending(pending: readonly KeptCommand[]) {
    const withWords = pending.filter(({ words }) => words !== undefined);
    this.#write("pending", withWords.length === 0 ? undefined : withWords);
  }

  /** The session is over: what was for it goes, and who one was in it, unless the circle is to stay here. */
  over(): void {
    const { keys } = this;
    const stays = this.#shelf.getItem(mineAt)?.includes(this.#circle);
    this.pending = [];
    this.#write("keys", stays && keys ? { ...keys, room: undefined, taken: false } : undefined);
    this.draft = "";
  }

  #read(what: string): unknown {
    try {
      return JSON.parse(this.#shelf.getItem(this.#prefix + what) ?? "null") ?? undefined;
    } catch {
      // Written by another version, or by hand: as good as nothing.
      return undefined;
    }
  }

  #write(what: string, value: unknown): void {
    try {
      if (value === undefined) this.#shelf.removeItem(this.#prefix + what);
      else this.#shelf.setItem(this.#prefix + what, JSON.stringify(value));
    } catch {
      // Where nothing can be kept the draft has no second home; it is still on the page.
    }
  }
}
