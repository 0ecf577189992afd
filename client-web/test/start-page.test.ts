import { render } from "svelte/server";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Mine } from "../src/io/mine";
import { deviceShelf } from "../src/io/storage";
import MadeLinks from "../src/ui/start/MadeLinks.svelte";
import StartPage from "../src/ui/start/StartPage.svelte";
import { words } from "../src/words";
import { circle } from "./build";

beforeEach(() => {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("location", { origin: "https://example.org" });
});
afterEach(() => vi.unstubAllGlobals());

it("the first page can be left quickly", () => {
  expect(render(StartPage).body).toContain(words.room.quickExit);
});

it("so can the page of a new circle's links", () => {
  const secret = "A".repeat(43);
  const secrets = {
    ...{ facilitator: secret, moderator: secret, participant: secret },
    ...{ listener: secret, keeper: secret },
  };
  const made = { title: "Tuesday", circle, secrets };
  const page = render(MadeLinks, { props: { made, mine: new Mine(deviceShelf()), print: () => undefined } });
  expect(page.body).toContain(words.room.quickExit);
});
