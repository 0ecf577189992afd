/** A keyboard that covers the page, as on iOS. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { followKeyboard } from "../src/io/soft_keyboard";

const whole_px = 844;

function phone() {
  const style = new Map<string, string>();
  const calls = new Map<string, () => void>();
  const viewport = {
    ...{ height: whole_px, offsetTop: 0, scale: 1 },
    addEventListener: (name: string, call: () => void) => calls.set(name, call),
    removeEventListener: (name: string) => calls.delete(name),
  };
  const root = {
    clientHeight: whole_px,
    style: {
      setProperty: (name: string, value: string) => style.set(name, value),
      removeProperty: (name: string) => style.delete(name),
    },
  };
  const stop = followKeyboard(root as unknown as HTMLElement, viewport as unknown as VisualViewport);
  const becomes = (more: Partial<typeof viewport>) => {
    Object.assign(viewport, more);
    calls.get("resize")?.();
  };
  return { style, calls, stop, becomes };
}

afterEach(() => vi.unstubAllGlobals());

describe("a keyboard over the page", () => {
  it("leaves the room as much as can be seen, and gives it back", () => {
    const { style, becomes } = phone();
    expect(style.size).toBe(0);
    becomes({ height: 450, offsetTop: 60 });
    expect(Object.fromEntries(style)).toEqual({ "--seen": "450px", "--above": "60px" });
    becomes({ height: whole_px, offsetTop: 0 });
    expect(style.size).toBe(0);
  });

  it("isn't taken for a toolbar, or for someone who zooms in", () => {
    const { style, becomes } = phone();
    becomes({ height: whole_px - 90 });
    becomes({ height: 300, scale: 2 });
    expect(style.size).toBe(0);
  });

  it("is forgotten when the room is left", () => {
    const { style, calls, stop, becomes } = phone();
    becomes({ height: 450 });
    stop();
    expect([style.size, calls.size]).toEqual([0, 0]);
  });

  it("needs nothing where the browser has no such viewport", () => {
    expect(() => followKeyboard({} as HTMLElement, null)()).not.toThrow();
  });
});
