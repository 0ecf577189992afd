/** Parts of the page that load when they are needed. */
import { describe, expect, it, vi } from "vitest";
import { Part } from "../src/design/part.svelte";

describe("a part of the page", () => {
  it("is loaded once, however often it is asked for", async () => {
    const get = vi.fn(() => Promise.resolve("tools"));
    const part = new Part(get);
    expect(part.loaded).toBeUndefined();
    await Promise.all([part.load(), part.load()]);
    await part.load();
    expect(get).toHaveBeenCalledOnce();
    expect(part.loaded).toBe("tools");
  });

  it("says that it failed, and can be asked for again", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const get = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("offline")).mockResolvedValue("tools");
    const part = new Part(get);
    await part.load();
    expect([part.failed, part.loaded]).toEqual([true, undefined]);
    await part.load();
    expect([part.failed, part.loaded]).toEqual([false, "tools"]);
  });
});
