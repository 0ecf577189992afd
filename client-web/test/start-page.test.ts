import { render } from "svelte/server";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SavedCircles } from "../src/io/saved_circles";
import { deviceStorage } from "../src/io/storage";
import MadeLinks from "../src/features/links/MadeLinks.svelte";
import StartPage from "../src/features/start/StartPage.svelte";
import { words } from "../src/words/all";
import { circle, room } from "./build";
import { after, first, guests } from "../src/features/start/scene";
import { stonesOf } from "../src/features/start/stones";

beforeEach(() => {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("location", { origin: "https://example.org" });
});
afterEach(() => vi.unstubAllGlobals());

it("the first page can be left quickly, and says what a circle is", () => {
  const { body } = render(StartPage);
  for (const said of [words.common.quickExit, words.start.title, words.start.make, words.start.haveLink]) {
    expect(body).toContain(said);
  }
});

it("the picture of a circle begins with someone speaking, and everyone gets the turn once", () => {
  const order = guests.reduce<number[]>((all) => [...all, after(all.at(-1) ?? first)], [first]);
  expect(new Set(order).size).toBe(guests.length);
  expect(guests[first]?.says).toBeTruthy();
  expect(guests.filter(({ says }) => says === undefined)).toHaveLength(1);
});

it("a circle is recognised by a sign of its own, which stays the same", () => {
  expect(stonesOf(circle)).toEqual(stonesOf(circle));
  expect(stonesOf(circle)).not.toEqual(stonesOf(room));
  for (const { seat } of stonesOf(circle)) expect(seat).toBeLessThan(64);
});

it("so can the page of a new circle's links", () => {
  const secret = "A".repeat(43);
  const secrets = {
    ...{ facilitator: secret, moderator: secret, participant: secret },
    ...{ listener: secret, keeper: secret },
  };
  const made = { title: "Tuesday", circle, secrets };
  const page = render(MadeLinks, { props: { made, mine: new SavedCircles(deviceStorage()), print: () => undefined } });
  expect(page.body).toContain(words.common.quickExit);
});
