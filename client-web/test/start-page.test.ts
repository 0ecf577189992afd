import { render } from "svelte/server";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SavedCircles } from "../src/io/saved_circles";
import { deviceStorage } from "../src/io/storage";
import MadeLinks from "../src/features/links/MadeLinks.svelte";
import StartPage from "../src/features/start/StartPage.svelte";
import { words } from "../src/words";
import { circle } from "./build";

beforeEach(() => {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("location", { origin: "https://example.org" });
});
afterEach(() => vi.unstubAllGlobals());

it("the first page can be left quickly", () => {
  expect(render(StartPage).body).toContain(words.common.quickExit);
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
