import { describe, expect, it } from "vitest";
import { entryKey, keyHash, newKey, wrapKey } from "../src/io/keys";
import { openLocker } from "../src/io/locker";
import { newLinks } from "../src/io/new_links";

describe("keys", () => {
  it("are derived from a secret as PROTOCOL.md says", async () => {
    const secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const entry = await entryKey(secret);
    expect(entry).toBe("kXJOwgtWOuKuGLxGnTP9Pvv-wTjHgw7mGYUHQ6No_I8");
    expect(await keyHash(entry)).toBe("5uphaAIuZ0ZezYzTkWh8ELF_IJHWdPLmICvptQ7XyGM");
    expect(await wrapKey(secret)).toBe("2azVwhgWSU80LL0BOYKHAFPlPh2IC60BDWEqn2Aba9w");
  });

  it("are 32 bytes, and never the same twice", () => {
    const keys = Array.from({ length: 50 }, newKey);
    expect(new Set(keys).size).toBe(50);
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it("of a new circle tell the server the hash of each entry key and nothing more", async () => {
    const { secrets, entries } = await newLinks();
    expect(entries.map(({ role }) => role)).toEqual([
      "keeper",
      "facilitator",
      "moderator",
      "participant",
      "listener",
    ]);
    for (const { role, entry_hash } of entries) {
      expect(entry_hash).toBe(await keyHash(await entryKey(secrets[role])));
    }
    for (const secret of Object.values(secrets)) expect(JSON.stringify(entries)).not.toContain(secret);
  });

  it("are in the lockers of those who need them: all others for the keeper, the members' for a facilitator", async () => {
    const { secrets, entries } = await newLinks();
    const { keeper: _own, ...others } = secrets;
    const held = entries.map(async ({ role, locker }) => [role, await openLocker(secrets[role], locker)] as const);
    expect(Object.fromEntries(await Promise.all(held))).toEqual({
      keeper: others,
      facilitator: { participant: secrets.participant },
      ...{ moderator: {}, participant: {}, listener: {} },
    });
    for (const { locker } of entries) expect(locker.length).toBeLessThanOrEqual((4_096 * 4) / 3);
  });
});
