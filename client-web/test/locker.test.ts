import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openLocker, sealLocker, secretsIn } from "../src/io/locker";

/** As in PROTOCOL.md: bytes 0, 1, … 31. */
const secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const members = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
const nonce = Uint8Array.from({ length: 12 }, (_, byte) => byte);

describe("a locker", () => {
  it("is sealed as PROTOCOL.md says", async () => {
    const sealed = await sealLocker(secret, { participant: members }, nonce);
    const document = readFileSync(new URL("../../protocol/PROTOCOL.md", import.meta.url), "utf8");
    expect(document).toContain(sealed);
    expect(await openLocker(secret, sealed)).toEqual({ participant: members });
  });

  it("is never sealed the same twice, and says nothing without the link's secret", async () => {
    const [one, two] = await Promise.all([sealLocker(secret, { participant: members }), sealLocker(secret, {})]);
    expect(one).not.toBe(await sealLocker(secret, { participant: members }));
    expect(await openLocker(members, one)).toEqual({});
    expect(await openLocker(secret, two)).toEqual({});
  });

  it.each(["", "bG9ja2Vy", "not base64!", "AA"])("that isn't one, such as %j, holds nothing", async (locker) => {
    expect(await openLocker(secret, locker)).toEqual({});
  });

  it("that was changed on the way holds nothing", async () => {
    const sealed = await sealLocker(secret, { participant: members }, nonce);
    expect(await openLocker(secret, `${sealed.slice(0, -2)}AA`)).toEqual({});
    expect(await openLocker(secret, `Ag${sealed.slice(2)}`), "another version").toEqual({});
  });

  it("ignores what it doesn't know", () => {
    const secrets = { participant: members, observer: members, keeper: "short", listener: 4 };
    expect(secretsIn({ secrets, note: "later" })).toEqual({ participant: members });
    for (const nothing of [undefined, null, 3, "text", {}, { secrets: [] }]) expect(secretsIn(nothing)).toEqual({});
  });
});
