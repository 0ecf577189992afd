/** A storage like a browser's, which exposes its keys as its own properties. */
import type { StorageLike } from "../src/io/storage";

export interface FakeStorage extends StorageLike {
  memory: Map<string, string>;
  /** From now on every write fails. */
  fill(): void;
  clear(): void;
}

export function fakeStorage(): FakeStorage {
  const memory = new Map<string, string>();
  let full = false;
  const on = {
    memory,
    fill: () => (full = true),
    getItem: (key: string) => memory.get(key) ?? null,
    setItem(key: string, value: string) {
      if (full) throw new Error("QuotaExceededError");
      memory.set(key, value);
      Object.defineProperty(this, key, { configurable: true, enumerable: true, value });
    },
    removeItem(key: string) {
      memory.delete(key);
      Reflect.deleteProperty(this, key);
    },
    clear() {
      for (const key of [...memory.keys()]) this.removeItem(key);
    },
  };
  return Object.create(on) as FakeStorage;
}
