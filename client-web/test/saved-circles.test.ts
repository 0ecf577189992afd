import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SavedCircles } from "../src/io/saved_circles";
import { CircleStorage, deviceStorage } from "../src/io/storage";
import { circle, id, room } from "./build";
import { fakeStorage } from "./storages";

const secret = "A".repeat(43);
const link = { circle, title: "Tuesday", role: "participant", secret, at: 1 } as const;

beforeEach(() => {
  vi.stubGlobal("sessionStorage", fakeStorage());
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("my circles", () => {
  it("are the links that were kept, newest circle first", () => {
    const on = fakeStorage();
    const mine = new SavedCircles(on);
    expect(mine.all()).toEqual([]);
    expect(mine.keep(link)).toBe(true);
    expect(mine.keep({ ...link, circle: id(78), title: "Friday", at: 2 })).toBe(true);
    expect(new SavedCircles(on).all().map(({ title }) => title)).toEqual(["Friday", "Tuesday"]);
    expect(mine.has(circle, "participant")).toBe(true);
    expect(mine.has(circle, "keeper")).toBe(false);
  });

  it("have one link per role, links into the session first and the keeper's last", () => {
    const mine = new SavedCircles(fakeStorage());
    for (const role of ["keeper", "participant", "facilitator"] as const) mine.keep({ ...link, role });
    mine.keep({ ...link, secret: "B".repeat(43), title: "Renamed", at: 3 });
    expect(mine.all()).toEqual([
      {
        circle,
        title: "Renamed",
        at: 3,
        links: [
          { role: "facilitator", secret },
          { role: "participant", secret: "B".repeat(43) },
          { role: "keeper", secret },
        ],
      },
    ]);
  });

  it("are fifty at most: one more isn't kept, and none is evicted for it", () => {
    const mine = new SavedCircles(fakeStorage());
    for (let at = 1; at <= 50; at++) expect(mine.keep({ ...link, circle: id(at), at })).toBe(true);
    expect(mine.keep({ ...link, circle: id(51), at: 51 })).toBe(false);
    expect(mine.all()).toHaveLength(50);
    expect(mine.has(id(1), "participant")).toBe(true);
    expect(mine.has(id(51), "participant")).toBe(false);
    expect(mine.keep({ ...link, circle: id(1), role: "keeper", at: 52 }), "one more link of it").toBe(true);
  });

  it("are the readable part of a corrupted list", () => {
    const on = fakeStorage();
    for (const spoilt of ["{", "3", '"x"', "null", "[null,3,[]]"]) {
      on.setItem("hearth/mine", spoilt);
      expect(new SavedCircles(on).all()).toEqual([]);
    }
    const whole = { circle, title: "t".repeat(500), at: "soon", links: [{ role: "listener", secret }] };
    const bad = [
      { ...whole, circle: "../elsewhere" },
      { ...whole, title: 3 },
      { ...whole, links: [{ role: "listener", secret: "short" }, { role: "king", secret }, null] },
    ];
    on.setItem("hearth/mine", JSON.stringify([...bad, whole, whole]));
    const all = new SavedCircles(on).all();
    expect(all).toEqual([{ circle, title: "t".repeat(120), at: 0, links: whole.links }]);
  });

  it("report if the device can't store them", () => {
    const on = fakeStorage();
    on.fill();
    expect(new SavedCircles(on).keep(link)).toBe(false);
  });

  it("report if the browser forbids storage, and a visit goes on all the same", () => {
    vi.stubGlobal("localStorage", undefined);
    const on = deviceStorage();
    expect(new SavedCircles(on).keep(link)).toBe(false);
    new CircleStorage(on, circle).keys = { seatKey: "k", name: "Ana", room, taken: true };
    new CircleStorage(on, circle).draft = "half a sentence";
    expect(new CircleStorage(on, circle).keys?.seatKey).toBe("k");
    expect(new CircleStorage(on, circle).draft).toBe("half a sentence");
    new CircleStorage(on, circle).draft = "";
    expect(new CircleStorage(on, circle).draft).toBe("");
  });
});

describe("forgetting a circle", () => {
  function kept() {
    const on = fakeStorage();
    const mine = new SavedCircles(on);
    mine.keep(link);
    mine.keep({ ...link, circle: id(78), at: 2 });
    for (const one of [circle, id(78)]) {
      new CircleStorage(on, one).keys = { seatKey: "k", name: "Ana", room, taken: true };
      new CircleStorage(on, one).draft = "half a sentence";
    }
    return { on, mine };
  }

  it("deletes everything the device stores about it, and about no other", () => {
    const { on, mine } = kept();
    mine.forget(circle);
    expect([...on.memory.keys()].filter((key) => key.includes(circle))).toEqual([]);
    expect(on.memory.get("hearth/mine")).not.toContain(circle);
    expect(new CircleStorage(on, id(78)).draft).toBe("half a sentence");
    mine.forget(id(78));
    expect(on.memory.size).toBe(0);
  });

  it("can be undone: everything is restored", () => {
    const { on, mine } = kept();
    const before = { all: mine.all(), memory: new Map(on.memory) };
    expect(mine.forget(circle)()).toBe(true);
    expect(mine.all()).toEqual(before.all);
    expect(new Map([...on.memory].sort())).toEqual(new Map([...before.memory].sort()));
  });

  it("doesn't overwrite anything newer when undone", () => {
    const { on, mine } = kept();
    const undo = mine.forget(circle);
    mine.keep({ ...link, title: "Anew", at: 9 });
    new CircleStorage(on, circle).keys = { seatKey: "newer", room, taken: true };
    new CircleStorage(on, circle).draft = "newer";
    undo();
    expect(mine.all()[0]?.title).toBe("Anew");
    expect(new CircleStorage(on, circle).draft).toBe("newer");
    expect(new CircleStorage(on, circle).keys?.seatKey).toBe("newer");
  });

  it("reports if it can't be undone", () => {
    const { on, mine } = kept();
    const undo = mine.forget(circle);
    on.fill();
    expect(undo()).toBe(false);
  });
});
