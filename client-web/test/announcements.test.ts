import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Announcements } from "../src/features/announcer/announcements.svelte";
import { isolated } from "../src/core/view/isolated";
import type { News } from "../src/features/announcer/news";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ben = isolated("Ben");
const tell = (voice: Announcements, news: News) => voice.tell({ news, assertive: false, between: false }, false);

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

  it.each(["joined", "left"] as const)("of someone who has %s aren’t shown above the words: the log has them", (is) => {
    const voice = new Announcements();
    tell(voice, { is, who: ben });
    expect(voice.polite).toHaveLength(1);
    expect(voice.above).toEqual([]);
  });

  it.each(["away", "returned"] as const)("of someone who is %s are shown above the words, for a moment", (is) => {
    const voice = new Announcements();
    tell(voice, { is, who: ben });
    expect(voice.above).toHaveLength(1);
    vi.advanceTimersByTime(30_000);
    expect(voice.above).toEqual([]);
  });
});
