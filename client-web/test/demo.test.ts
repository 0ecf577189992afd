/** What the start page asks of the server and of the network. */
import { render } from "svelte/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import Demo from "../src/features/start/Demo.svelte";
import { Opening } from "../src/features/start/opening.svelte";
import { demoLink } from "../src/io/about";
import { online } from "../src/io/online.svelte";
import { words } from "../src/words/all";

const answers = (reply: () => Promise<unknown>) => vi.stubGlobal("fetch", vi.fn(reply));
const says = (body: unknown, status = 200) =>
  answers(() => Promise.resolve({ status, ok: status < 400, json: () => Promise.resolve(body) }));
const link = "https://example.org/c/0190a5e0-0000-7000-8000-00000000000c#secret";

afterEach(() => vi.unstubAllGlobals());

describe("the demo circle", () => {
  it("is offered by the server's own link", async () => {
    says({ demo_url: link });
    expect(await demoLink()).toBe(link);
    expect(fetch).toHaveBeenCalledWith("/api/about", expect.anything());
  });

  it.each([
    ["the operator has none", () => says({})],
    ["the server is older", () => says({ code: "nothing_here" }, 404)],
    ["it isn't reached", () => answers(() => Promise.reject(new TypeError("offline")))],
    ["the answer isn't the server's", () => says(null)],
    ["it isn't a link to a page", () => says({ demo_url: "javascript:alert(1)" })],
  ])("isn't offered if %s", async (_why, given) => {
    given();
    expect(await demoLink()).toBeUndefined();
  });

  it("has its place before the answer, so that nothing moves", () => {
    const { body } = render(Demo);
    expect(body).toContain("<p");
    expect(body).not.toContain(words.start.demo);
  });
});

describe("a link that is opened offline", () => {
  const assign = vi.fn();
  beforeEach(() => {
    assign.mockClear();
    vi.stubGlobal("location", { assign });
    online.is = true;
  });

  it("waits, and opens by itself when the network is back", () => {
    const opening = new Opening();
    online.is = false;
    opening.open(link);
    opening.proceed();
    expect(assign).not.toHaveBeenCalled();
    expect(opening.waits).toBe(link);
    online.is = true;
    opening.proceed();
    opening.proceed();
    expect(assign.mock.calls).toEqual([[link]]);
  });

  it("is forgotten by someone who goes elsewhere", () => {
    const opening = new Opening();
    online.is = false;
    opening.open(link);
    opening.forget();
    online.is = true;
    opening.proceed();
    expect(assign).not.toHaveBeenCalled();
  });

  it("opens at once otherwise", () => {
    new Opening().open(link);
    expect(assign).toHaveBeenCalledWith(link);
  });
});
