/**
 * What this device keeps of each circle: the seat's key, the draft, and words sent but not yet
 * answered. Nothing else, and nothing of what others said.
 */
import type { Ask } from "../core/asks";
import type { RoomId } from "../core/wire";

/** The way back to a seat. */
export interface Keys {
  seatKey: string;
  /** *It wasn't me* was asked, and not yet confirmed. */
  nextSeatKey?: string;
  /** The name chosen at the door. */
  name?: string;
  /** The session in which the seat is. */
  room?: RoomId;
  /** True once the server has given this key a seat, until the session ends. */
  taken: boolean;
}

/** A command on its way, and the seat's key it was asked under: under another it would be somebody else's. */
export type KeptAsk = Ask & { by: string };

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** A shelf whose keys can be told one by one. */
export type WholeShelf = Shelf & Pick<Storage, "key" | "length">;

/**
 * Returns the device's storage; where a browser forbids it, a memory that lasts as long as the page.
 * Whoever puts something there is told that it is not kept, as by a storage that is full.
 */
export function deviceShelf(): WholeShelf {
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
      // Nobody looks for more than what they put there themselves.
      key: () => null,
      length: 0,
    };
  }
}

/** What all that is kept of a circle begins with. */
export function prefixOf(circle: string): string {
  return `hearth/${circle}/`;
}

export class Kept {
  readonly #shelf: Shelf;
  readonly #prefix: string;

  constructor(shelf: Shelf, circle: string) {
    this.#shelf = shelf;
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

  set draft(draft: string) {
    this.#write("draft", draft === "" ? undefined : draft);
  }

  /** Unanswered commands with words in them: sent again under their ids, they happen once. */
  get asks(): KeptAsk[] {
    const asks = this.#read("asks");
    return Array.isArray(asks) ? (asks as KeptAsk[]) : [];
  }

  set asks(asks: readonly KeptAsk[]) {
    const withWords = asks.filter(({ words }) => words !== undefined);
    this.#write("asks", withWords.length === 0 ? undefined : withWords);
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
