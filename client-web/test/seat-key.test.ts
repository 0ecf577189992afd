/** What leads back to a seat, and where the device keeps it. */
import { describe, expect, it, vi } from "vitest";
import { CircleStorage } from "../src/io/storage";
import { circle as circleId, room, textId, texts, toRoom } from "./build";
import { storage, memory, tab, mine, socket, says, enter, welcome } from "./circle_page";

describe("what leads back to a seat", () => {
  it("is known once the server has given a seat; then the secret leaves the address bar", () => {
    enter(mine());
    expect(new CircleStorage(storage, circleId).keys).toEqual({ seatKey: "seat-key", name: "Ana", room, taken: true });
    expect(history.replaceState).toHaveBeenCalledWith(null, "", `/c/${circleId}`);
  });

  it("with a new key belongs to the same person: their messages are resent under it", () => {
    const circle = enter(mine());
    socket().onclose?.({ code: 1006 });
    circle.draft = "on their way";
    circle.send();
    socket().onclose?.({ code: 4200 });
    circle.notMe();
    welcome();
    const { seatKey } = circle.client.credentials;
    expect(new CircleStorage(storage, circleId).pending).toMatchObject([{ words: "on their way", by: seatKey }]);
  });

  it("is stored with the new key before that is sent, and with the new name", () => {
    const circle = enter(mine());
    socket().onclose?.({ code: 4200 });
    circle.notMe();
    const next = new CircleStorage(storage, circleId).keys?.nextSeatKey;
    expect(next).toMatch(/^[A-Za-z0-9_-]{43}$/);
    welcome();
    says(toRoom([{ renamed: { seat: 2 } }], { people: { 2: { name: textId("Anna") } } }, { texts: texts("Anna") }));
    expect(new CircleStorage(storage, circleId).keys).toEqual({ seatKey: next, name: "Anna", room, taken: true });
  });

  it("stays with the tab that has the seat, whatever happens to a replaced one", () => {
    enter(mine());
    const replaced = socket();
    const second = enter(mine());
    second.notMe();
    welcome();
    const { seatKey } = second.client.credentials;
    expect(seatKey).not.toBe("seat-key");
    replaced.onclose?.({ code: 4200 });
    expect(new CircleStorage(storage, circleId).keys).toEqual({ seatKey, name: "Ana", room, taken: true });
  });

  it.each([
    ["the session is over", 4202],
    ["the circle no longer exists", 4204],
    ["the key is not accepted", 4203],
  ])("is forgotten when %s, and nothing is left on the device", (_why, code) => {
    const circle = enter(mine());
    if (code !== 4203) circle.draft = "unsaid";
    if (code !== 4203) circle.ask({ share: { turn_id: 7, text: { plain: "on its way" } } });
    socket().onclose?.({ code });
    expect([...memory.keys(), ...tab.memory.keys()]).toEqual([]);
    if (code !== 4203) expect(circle.draft, "and still on the page").toBe("on its way\n\nunsaid");
  });

  it("is kept with the unsent text until the door is read, if the key is rejected", () => {
    const circle = enter(mine());
    circle.draft = "unsaid";
    circle.ask({ share: { turn_id: 7, text: { plain: "on its way" } } });
    socket().onclose?.({ code: 4203 });
    expect(new CircleStorage(storage, circleId).keys).toMatchObject({ room, taken: false });
    expect(new CircleStorage(storage, circleId).draft).toBe("on its way\n\nunsaid");
  });

  it.each([4200, 4201, 4207])("stays where there is a session to come back to (%i)", (code) => {
    const circle = enter(mine());
    circle.draft = "unsaid";
    socket().onclose?.({ code });
    expect(new CircleStorage(storage, circleId).keys).toMatchObject({ seatKey: "seat-key", room, taken: true });
    expect(new CircleStorage(storage, circleId).draft).toBe("unsaid");
  });

  it.each([
    [4201, "removed"],
    [4207, "left"],
  ])("says how its person went (%i), until they are back", (code, gone) => {
    const circle = enter(mine());
    socket().onclose?.({ code });
    expect(new CircleStorage(storage, circleId).keys?.gone).toBe(gone);
    circle.again();
    welcome(mine());
    expect(new CircleStorage(storage, circleId).keys).not.toHaveProperty("gone");
  });

  it("is marked as in use while the connection is open", () => {
    enter(mine());
    const usedAt = () => Number(memory.get(`hearth/${circleId}/at`));
    const before = usedAt();
    for (let beat = 0; beat < 40; beat += 1) {
      vi.advanceTimersByTime(20_000);
      says({ beat: { now: Date.now() } });
    }
    expect(usedAt()).toBeGreaterThanOrEqual(before + 600_000);
  });

  it("is left alone, with everything stored, if another tab has joined again", () => {
    enter(mine());
    const kept = new CircleStorage(storage, circleId);
    kept.keys = { seatKey: "newer", name: "Zed", room, taken: true };
    kept.draft = "Zed's";
    socket().onclose?.({ code: 4202 });
    expect(kept.keys?.seatKey).toBe("newer");
    expect(kept.draft).toBe("Zed's");
  });
});
