/** Leaving quickly: what stays on the device, and in its other tabs. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SavedCircles } from "../src/io/saved_circles";
import { leaveAtOnce, onTakenOff } from "../src/io/exit";
import { CircleStorage } from "../src/io/storage";
import { circle, id, room } from "./build";
import { fakeStorage } from "./storages";

const device = fakeStorage();
const tab = fakeStorage();
const replace = vi.fn();
/** The channels of all tabs. */
let channels: Channel[] = [];

class Channel {
  onmessage: ((event: { data: unknown }) => void) | undefined;
  constructor(readonly name: string) {
    channels.push(this);
  }
  postMessage(data: unknown) {
    for (const other of channels) if (other !== this && other.name === this.name) other.onmessage?.({ data });
  }
  close() {
    channels = channels.filter((other) => other !== this);
  }
}

const fill = (one: string) => {
  const kept = new CircleStorage(device, one);
  kept.keys = { seatKey: "k", name: "Ana", room, taken: true };
  kept.draft = "half a sentence";
  kept.pending = [{ id: id(1), command: { leave: {} }, room, quiet: false, words: "hi", tries: 0, by: "k" }];
};
const left = () => [...device.memory, ...tab.memory].join();

beforeEach(() => {
  channels = [];
  device.clear();
  tab.clear();
  replace.mockClear();
  vi.stubGlobal("localStorage", device);
  vi.stubGlobal("sessionStorage", tab);
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.stubGlobal("document", { documentElement: { hidden: false } });
  vi.stubGlobal("location", { pathname: `/c/${circle}`, hash: "", replace });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("leaving quickly", () => {
  it("removes the key, the name, the draft and unanswered messages of this circle, and of no other", () => {
    fill(circle);
    fill(id(78));
    leaveAtOnce();
    expect(left()).not.toContain(circle);
    expect(new CircleStorage(device, id(78)).keys?.name).toBe("Ana");
    expect(replace).toHaveBeenCalledWith("about:blank");
  });

  it("keeps the links in My circles, which someone put there", () => {
    fill(circle);
    new SavedCircles(device).keep({ circle, title: "Tuesday", role: "participant", secret: "A".repeat(43), at: 1 });
    leaveAtOnce();
    expect([...device.memory.keys()]).toEqual(["hearth/mine"]);
  });

  it("stops this page first, so that nothing is stored again", () => {
    fill(circle);
    const stop = onTakenOff(circle, () => fill(circle));
    leaveAtOnce();
    stop();
    expect(left()).not.toContain("Ana");
  });

  it("stops the other tabs of the circle, and no others", () => {
    const [same, another] = [vi.fn(), vi.fn()];
    const stops = [onTakenOff(id(78), another), onTakenOff(circle, same)];
    fill(circle);
    // The other tab is its own page: there, only the channel tells.
    new Channel("hearth/off").postMessage(circle);
    expect(same).toHaveBeenCalledOnce();
    expect(another).not.toHaveBeenCalled();
    expect(left(), "and each removes its own draft").not.toContain("half");
    for (const stop of stops) stop();
    expect(channels).toHaveLength(1);
  });

  it("leaves even if the browser forbids everything", () => {
    vi.stubGlobal("localStorage", undefined);
    vi.stubGlobal("sessionStorage", undefined);
    vi.stubGlobal("BroadcastChannel", undefined);
    leaveAtOnce();
    expect(replace).toHaveBeenCalledWith("about:blank");
  });
});
