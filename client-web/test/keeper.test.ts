/** What the keeper of a circle does at its door. */
import { describe, expect, it } from "vitest";
import { SavedCircles } from "../src/io/saved_circles";
import { circle } from "./build";
import { storage, memory, listeners, at, says, stands, silent, keep, visit, pass, server } from "./door_visit";

describe("the keeper of a circle", () => {
  it("schedules the next session and clears the schedule", async () => {
    stands({ role: "keeper" });
    const here = await visit();
    says({ at: at + 60_000 });
    expect(await here.setHour(at + 60_000)).toBe("kept");
    expect(server.asked.at(-1)).toMatchObject([
      `/api/circles/${circle}/next_session`,
      { method: "PUT", body: JSON.stringify({ at: at + 60_000 }) },
    ]);
    expect(here.stage).toMatchObject({ door: { next_at: at + 60_000 } });
    says({});
    expect(await here.setHour(undefined)).toBe("kept");
    expect(server.asked.at(-1)?.[1].body).toBe("{}");
    expect(here.stage).not.toHaveProperty("door.next_at");
    says({ code: "out_of_range", detail: "" }, 400);
    expect(await here.setHour(1)).toBe("unfit");
    silent();
    expect(await here.setHour(at + 60_000)).toBe("failed");
  });

  it("no longer finds it in My circles once it is deleted, and not before", async () => {
    keep();
    stands({ role: "keeper" });
    const here = await visit();
    says({ code: "busy", detail: "" }, 503);
    expect(await here.deleteCircle()).toBe(false);
    expect(new SavedCircles(storage).all()).toHaveLength(1);
    says(undefined, 204);
    expect(await here.deleteCircle()).toBe(true);
    expect(memory.size).toBe(0);
  });

  it("deletes it, and a response under way doesn't bring it back", async () => {
    stands({ role: "keeper" });
    const here = await visit();
    let late: (reply: unknown) => void = () => undefined;
    const stale = { status: 200, ok: true, json: () => Promise.resolve({ role: "keeper", now: at }) };
    server.answer = () => new Promise((answered) => (late = answered));
    listeners.get("online")?.();
    silent();
    expect(await here.deleteCircle()).toBe(false);
    says(undefined, 204);
    expect(await here.deleteCircle()).toBe(true);
    expect(server.asked.at(-1)?.[1]).toMatchObject({ method: "DELETE" });
    late(stale);
    await pass(100_000);
    expect(here.stage).toMatchObject({ at: "shut", why: "deleted" });
  });
});
