/** The guide for first-time hosts. */
import { render } from "svelte/server";
import { beforeEach, describe, expect, it, vi } from "vitest";
import Slips from "../src/features/console/Slips.svelte";
import { Guide, guide, guideAt } from "../src/features/console/guide.svelte";
import type { CircleStore } from "../src/features/room/circle.svelte";
import { words } from "../src/words/all";
import { hosts, hostView, type InRoom, round } from "./build";
import { fakeStorage } from "./storages";

const storage = fakeStorage();

beforeEach(() => {
  storage.clear();
  vi.stubGlobal("localStorage", storage);
});

describe("the guide for hosts", () => {
  it("is dismissed for good", () => {
    const first = new Guide();
    expect(first.shown).toBe(true);
    first.dismiss();
    expect(first.shown).toBe(false);
    expect(new Guide().shown).toBe(false);
    expect(storage.getItem(guideAt), "nothing tells which circle, or when").toBe("off");
  });

  it("can be dismissed although the browser forbids storage", () => {
    vi.stubGlobal("localStorage", undefined);
    const here = new Guide();
    expect(here.shown).toBe(true);
    here.dismiss();
    expect(here.shown).toBe(false);
  });

  const [first = ""] = words.console.guide;
  const shown = (room: InRoom, facilitator: boolean, points = {}) => {
    const view = hostView(room, hosts({ process_points: points }));
    const circle = { now: 0, name: () => "Ben", shownName: () => ({ name: "Ben", plain: "Ben" }), hold: { facilitator } };
    return render(Slips, { props: { circle: circle as unknown as CircleStore, view } }).body.includes(first);
  };

  it("is shown to who opens rounds, until on a phone the first one is open", () => {
    expect(shown({ phase: "gathering" }, true)).toBe(true);
    expect(shown({ phase: "gathering" }, false), "a moderator").toBe(false);
    expect(shown({ round: round() }, true)).toBe(false);
  });

  it("gives its place to someone who needs a host", () => {
    expect(shown({ phase: "gathering" }, true, { 3: { place: 1 } })).toBe(false);
  });

  it("isn't shown any more once it was dismissed", () => {
    guide.dismiss();
    expect(shown({ phase: "gathering" }, true)).toBe(false);
  });
});
