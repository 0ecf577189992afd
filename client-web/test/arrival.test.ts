import { afterEach, describe, expect, it, vi } from "vitest";
import { isToAsk, signals, signalsFor } from "../src/features/turn/arrival";
import { chime, notify, offeredSignals, vibrate } from "../src/io/signals";
import { WakeLock } from "../src/io/wake_lock";
import { round, view } from "./build";

afterEach(() => vi.unstubAllGlobals());

describe("the turn's arrival is told", () => {
  const all = { sound: true, vibration: true, notification: true };

  it("only as this person chose", () => {
    expect(signalsFor({}, true)).toEqual([]);
    expect(signalsFor({ vibration: true }, true)).toEqual(["vibration"]);
    expect(signalsFor(all, true)).toEqual(signals);
  });

  it("without a notification while the page is in sight", () => {
    expect(signalsFor(all, false)).toEqual(["sound", "vibration"]);
  });

  it("without a sound in calm mode", () => {
    expect(signalsFor({ ...all, calm: true }, false)).toEqual(["vibration"]);
  });

  it("after asking how, once, when a round is open", () => {
    const open = view({ round: round() });
    expect(isToAsk(open, {}, signals)).toBe(true);
    expect(isToAsk(open, { asked: true }, signals)).toBe(false);
    expect(isToAsk(open, {}, [])).toBe(false);
    expect(isToAsk(view({}), {}, signals)).toBe(false);
    expect(isToAsk(view({ round: round() }, { seat: 1 }), {}, signals)).toBe(false);
  });
});

describe("the device", () => {
  it("is asked for what it has", () => {
    vi.stubGlobal("navigator", { vibrate: () => true });
    vi.stubGlobal("matchMedia", () => ({ matches: false }));
    vi.stubGlobal("AudioContext", class {});
    expect(offeredSignals()).toEqual(["sound"]);
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    vi.stubGlobal("Notification", { permission: "default" });
    expect(offeredSignals()).toEqual(["sound", "vibration", "notification"]);
  });

  it("chimes softly", () => {
    const started: number[] = [];
    const loud: number[] = [];
    const gain = { setValueAtTime: () => undefined, exponentialRampToValueAtTime: (to: number) => loud.push(to) };
    const node = { connect: (to: unknown) => to };
    vi.stubGlobal(
      "AudioContext",
      class {
        state = "running";
        currentTime = 5;
        createGain = () => ({ ...node, gain });
        createOscillator = () => ({ ...node, frequency: { value: 0 }, start: (at: number) => started.push(at), stop: () => undefined });
      },
    );
    chime();
    expect(started).toHaveLength(2);
    expect(Math.min(...started)).toBe(5);
    expect(Math.max(...loud)).toBeLessThan(0.2);
  });

  it("vibrates if it can", () => {
    const shaken = vi.fn();
    vi.stubGlobal("navigator", {});
    vibrate();
    vi.stubGlobal("navigator", { vibrate: shaken });
    vibrate();
    expect(shaken).toHaveBeenCalledOnce();
  });

  it("notifies only with permission", () => {
    const shown: string[] = [];
    const stub = class {
      static permission = "default";
      constructor(text: string) {
        shown.push(text);
      }
    };
    vi.stubGlobal("Notification", stub);
    notify("It’s time.");
    stub.permission = "granted";
    notify("It’s time.");
    expect(shown).toEqual(["It’s time."]);
  });
});

describe("the screen", () => {
  function stubs() {
    const page = { visibilityState: "visible", seen: () => undefined as void };
    vi.stubGlobal("document", {
      get visibilityState() {
        return page.visibilityState;
      },
      addEventListener: (_: string, seen: () => void) => (page.seen = seen),
      removeEventListener: () => (page.seen = () => undefined),
    });
    const locks: { released: boolean; release: () => Promise<void> }[] = [];
    const request = async () => {
      const lock = {
        released: false,
        release: async () => {
          lock.released = true;
        },
      };
      locks.push(lock);
      return lock;
    };
    vi.stubGlobal("navigator", { wakeLock: { request } });
    return { page, locks };
  }
  const settled = () => new Promise((done) => setTimeout(done));

  it("stays awake while it is wanted, and no longer", async () => {
    const { locks } = stubs();
    const lock = new WakeLock();
    lock.start();
    lock.want(true);
    lock.want(true);
    await settled();
    expect(locks.map(({ released }) => released)).toEqual([false]);
    lock.want(false);
    await settled();
    expect(locks.map(({ released }) => released)).toEqual([true]);
  });

  it("is kept awake again when the page is back in sight", async () => {
    const { page, locks } = stubs();
    const lock = new WakeLock();
    lock.start();
    lock.want(true);
    await settled();
    page.visibilityState = "hidden";
    locks[0]!.released = true;
    page.seen();
    await settled();
    expect(locks).toHaveLength(1);
    page.visibilityState = "visible";
    page.seen();
    await settled();
    expect(locks).toHaveLength(2);
  });

  it("isn't kept awake if the turn is over before the browser answers", async () => {
    const { locks } = stubs();
    const lock = new WakeLock();
    lock.want(true);
    lock.want(false);
    await settled();
    expect(locks.every(({ released }) => released)).toBe(true);
  });
});
