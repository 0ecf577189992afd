/** Links that are pasted, and the members' link that a host passes on. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { linkIn } from "../src/core/address";
import { inviteFor, keepInvite } from "../src/features/links/invite";
import { sealLocker } from "../src/io/locker";
import { CircleStorage } from "../src/io/storage";
import { circle } from "./build";
import { fakeStorage } from "./storages";

const secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const members = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
const link = `https://circles.example.org/c/${circle}#${secret}`;
const here = "circles.example.org";

describe("a pasted link", () => {
  const found = { is: "link", circle, secret };

  it.each([
    link,
    ` ${link} `,
    `<${link}>.`,
    `You’re invited to “Tuesday”. You never have to speak. ${link}\nSee you!`,
    link.replace("#", "%23"),
    link.replace("https://", ""),
    `/c/${circle}#${secret}`,
    link.toUpperCase().replace(secret.toUpperCase(), secret),
  ])("is found in %j", (text) => {
    expect(linkIn(text, here)).toEqual(found);
  });

  it("without its whole secret is broken", () => {
    for (const text of [link.slice(0, -1), link.split("#")[0] ?? "", `${link.split("#")[0]}#`]) {
      expect(linkIn(text, here)).toEqual({ is: "broken" });
    }
  });

  it("to another server is told apart, whatever it looks like", () => {
    expect(linkIn(link, "other.example")).toEqual({ is: "elsewhere", host: here });
    expect(linkIn(link, `${here}:8443`)).toEqual({ is: "elsewhere", host: here });
    expect(linkIn(`https://${here}@evil.example/c/${circle}#${secret}`, here).is).toBe("elsewhere");
    expect(linkIn(link.replace(here, `${here}:8443`), `${here}:8443`)).toEqual(found);
  });

  it("isn't seen where there is none", () => {
    for (const text of ["", "see you on Tuesday", "https://example.org/", "/c/nothing", secret]) {
      expect(linkIn(text, here)).toEqual({ is: "none" });
    }
  });
});

describe("the members' link, for a host", () => {
  const device = fakeStorage();
  const tab = fakeStorage();
  const kept = () => new CircleStorage(device, circle, tab);
  const locker = sealLocker(secret, { participant: members });
  const keys = (since: number) => ({ seatKey: "k", name: "Fay", taken: true, since });

  beforeEach(() => {
    device.clear();
    tab.clear();
    vi.stubGlobal("localStorage", device);
    vi.stubGlobal("sessionStorage", tab);
    kept().keys = keys(5);
  });

  it("is read from the facilitator's locker and stays in the tab", async () => {
    await keepInvite(kept(), { secret, role: "facilitator", locker: await locker }, () => true);
    expect(inviteFor(circle, undefined)).toBe(members);
    expect(JSON.stringify({ ...device })).not.toContain(members);
  });

  it("is gone with the host, and unknown to the next person in the tab", async () => {
    await keepInvite(kept(), { secret, role: "facilitator", locker: await locker }, () => true);
    kept().keys = keys(6);
    expect(inviteFor(circle, undefined)).toBeUndefined();
    kept().keys = keys(5);
    kept().over();
    expect(JSON.stringify({ ...tab })).not.toContain(members);
  });

  it("isn't kept for a host who has left in the meantime", async () => {
    await keepInvite(kept(), { secret, role: "facilitator", locker: await locker }, () => false);
    expect(inviteFor(circle, undefined)).toBeUndefined();
  });

  it("is a member's own link if they became a host, and missing without a locker", async () => {
    expect(inviteFor(circle, { secret: members, role: "participant" })).toBe(members);
    await keepInvite(kept(), { secret, role: "facilitator", locker: "" }, () => true);
    expect(inviteFor(circle, { secret, role: "facilitator" })).toBeUndefined();
  });
});
