import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Announcements } from "../src/features/announcer/announcements.svelte";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("announcements", () => {
  it("stay for a moment, and are gone when someone reads the page later", () => {
    const voice = new Announcements();
    voice.say("Ben has the turn.");
    voice.interrupt("The turn is offered to you.");
    vi.advanceTimersByTime(5_000);
    expect([...voice.polite, ...voice.assertive].map(({ text }) => text)).toEqual([
      "Ben has the turn.",
      "The turn is offered to you.",
    ]);
    vi.advanceTimersByTime(30_000);
    expect([...voice.polite, ...voice.assertive]).toEqual([]);
  });
});
