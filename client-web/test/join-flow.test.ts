/** What happens at the door, from the link to the seat. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CircleStorage } from "../src/io/storage";
import { JoinFlow } from "../src/features/door/join_flow.svelte";
import { words } from "../src/words/all";
import { circle, id, room, settings } from "./build";
import { storage, memory, tab, listeners, page, at, session, says, stands, silent, keep, visit, pass, server, opened } from "./door_visit";

describe("someone at the door", () => {
  it("sees what changes there, refreshed every 20 seconds while the page is visible", async () => {
    stands();
    const here = await visit();
    expect(here.screen).toBe("door");
    stands({ session: session() });
    await pass(19_000);
    expect(server.asked).toHaveLength(1);
    await pass(2_500);
    expect(server.asked).toHaveLength(2);
    expect(here.stage).toMatchObject({ door: { session: { here: 1 } } });
    page.visibilityState = "hidden";
    await pass(120_000);
    expect(server.asked).toHaveLength(2);
    page.visibilityState = "visible";
    listeners.get("visibilitychange")?.();
    await pass(0);
    expect(server.asked).toHaveLength(3);
    listeners.get("online")?.();
    await pass(0);
    expect(server.asked).toHaveLength(4);
  });

  it("is told only once that the circle has opened, and that it is over", async () => {
    stands();
    const here = await visit();
    expect(here.said, "nothing has changed yet").toBe("");
    stands({ session: session() });
    await pass(21_000);
    expect(here.said).toBe(words.door.turned.opened);
    here.said = "";
    stands({ session: session({ here: 5 }) });
    await pass(21_000);
    expect(here.said, "one more person is not announced").toBe("");
    stands();
    await pass(21_000);
    expect(here.said).toBe(words.door.turned.over);
  });

  it("keeps the last state if the server is unreachable for a while, and asks less often", async () => {
    stands();
    const here = await visit();
    silent();
    await pass(21_000);
    expect(here.stage.at).toBe("door");
    expect(here.isReached).toBe(false);
    const before = server.asked.length;
    await pass(39_000);
    expect(server.asked).toHaveLength(before);
    stands();
    await pass(2_000);
    expect(here.isReached).toBe(true);
    says({ code: "too_many", detail: "" }, 429);
    await pass(21_000);
    expect(here.stage.at).toBe("door");
    says({ code: "no_circle", detail: "" }, 404);
    await pass(60_000);
    expect(here.stage).toMatchObject({ at: "shut", why: "no_circle" });
  });

  it("is let in automatically when the server is back", async () => {
    silent();
    const here = await visit();
    expect(here.stage).toMatchObject({ at: "shut", why: "unreachable" });
    stands();
    await pass(60_000);
    expect(here.stage.at).toBe("door");
  });

  it("finds the name this device uses in a circle kept here, and its seat only in the seat's own session", async () => {
    keep();
    new CircleStorage(storage, circle).keys = { seatKey: "k", name: "Ana", room, taken: true };
    stands({ session: session() });
    const here = await visit();
    expect(here.stage).toMatchObject({ known: "Ana" });
    stands({ session: session({ room: id(77) }) });
    await pass(21_000);
    expect(here.stage).toMatchObject({ name: "Ana" });
    expect(here.stage).not.toHaveProperty("known");
    stands();
    await pass(21_000);
    expect(here.stage).toMatchObject({ name: "Ana" });
  });
});

describe("messages that were being sent", () => {
  const kept = () => new CircleStorage(storage, circle);
  const inside = (here: JoinFlow) => {
    if (here.stage.at !== "inside") throw new Error("not inside");
    return here.stage.circle;
  };
  const share = (number: number, words: string) => {
    const command = { share: { turn_id: 1, text: { plain: words } } };
    return { ...{ id: id(number), command, room, quiet: false, words, tries: 0 }, by: "ana" };
  };
  beforeEach(() => {
    kept().keys = { seatKey: "ana", name: "Ana", room, taken: true };
    kept().pending = [share(1, "first"), share(2, "second")];
    kept().draft = "half a sentence";
    stands({ session: session() });
  });

  it("are resent when the same person returns", async () => {
    const here = await visit();
    here.comeBack();
    expect(inside(here).client.pending.map(({ words }) => words)).toEqual(["first", "second"]);
    expect(inside(here).draft).toBe("half a sentence");
    expect(kept().pending).toHaveLength(2);
  });

  it("are neither sent nor shown under another name", async () => {
    const here = await visit();
    here.comeIn("Zed", "sharing");
    expect(inside(here).client.pending).toEqual([]);
    expect(inside(here).draft).toBe("");
    expect([...memory, ...tab.memory].join()).not.toMatch(/first|second|half|Ana/);
  });

  it("are in the draft of someone whose key wasn't accepted, and who joins again", async () => {
    kept().keys = { seatKey: "other", name: "Ana", room, taken: false };
    const here = await visit();
    here.comeIn("Ana", "sharing");
    expect(inside(here).client.pending).toEqual([]);
    expect(inside(here).draft).toBe("first\n\nsecond\n\nhalf a sentence");
    expect(kept().draft).toBe("first\n\nsecond\n\nhalf a sentence");
    expect(kept().pending).toEqual([]);
  });
});

describe("what was typed for a session", () => {
  const kept = () => new CircleStorage(storage, circle);
  const mine = () => [...memory.keys()].filter((key) => key.includes(circle));
  beforeEach(() => {
    kept().keys = { seatKey: "ana", name: "Ana", room, taken: true };
    kept().draft = "for Tuesday";
    const command = { share: { turn_id: 1, text: { plain: "hi" } } };
    kept().pending = [{ id: id(1), command, room, quiet: false, words: "hi", tries: 0, by: "ana" }];
  });

  it("is deleted from the device when the door shows another session, or none", async () => {
    stands({ session: session({ room: id(77) }) });
    const here = await visit();
    expect(mine()).toEqual([]);
    expect(here.stage).not.toHaveProperty("name");
    here.comeIn("Ana", "sharing");
    expect(here.stage).toMatchObject({ circle: { draft: "", client: { pending: [] } } });
  });

  it("stays while the session goes on, even for someone who starts to come back and cancels", async () => {
    stands({ session: session() });
    const here = await visit();
    expect(kept().draft).toBe("for Tuesday");
    here.comeBack();
    opened.stop();
    expect(kept().draft).toBe("for Tuesday");
    stands();
    const later = await visit();
    expect(mine(), "and not afterwards").toEqual([]);
    later.comeIn("Zed", "sharing");
    expect(later.stage).toMatchObject({ circle: { draft: "" } });
  });

  it("isn't mistaken for an older session's when another tab joins during a refresh", async () => {
    let late: () => void = () => undefined;
    server.answer = () =>
      new Promise((answered) => {
        const body = { role: "participant", title: { plain: "Tuesday" }, locker: "", settings, now: at };
        late = () => answered({ status: 200, ok: true, json: () => Promise.resolve(body) });
      });
    const arriving = visit();
    await vi.waitFor(() => expect(server.asked).toHaveLength(1));
    kept().keys = { seatKey: "ana", name: "Ana", room: id(77), taken: true };
    kept().draft = "for Friday";
    late();
    await arriving;
    expect(kept().draft).toBe("for Friday");
  });

  it("stays if the server doesn't answer, or rejects the link", async () => {
    silent();
    await visit();
    opened.stop();
    says({ code: "no_circle", detail: "" }, 404);
    await visit();
    expect(kept().draft).toBe("for Tuesday");
    expect(kept().pending).toHaveLength(1);
  });
});

describe("an address without its secret", () => {
  const kept = () => new CircleStorage(storage, circle);
  const opens = () => {
    const here = new JoinFlow({ at: "circle", circle }, storage);
    opened.stop = here.start();
    return here;
  };
  const type = (is: string) => vi.spyOn(performance, "getEntriesByType").mockReturnValue([{ type: is } as never]);
  beforeEach(() => {
    vi.stubGlobal("location", { protocol: "https:", host: "example.org", hash: "", pathname: `/c/${circle}` });
    vi.stubGlobal("WebSocket", class {});
    vi.stubGlobal("localStorage", storage);
    kept().keys = { seatKey: "ana", name: "Ana", room, taken: true };
  });

  it.each(["navigate", "back_forward"])("never leads in without a question (%s)", (is) => {
    type(is);
    kept().unloaded(Date.now());
    const here = opens();
    expect(here.stage).toEqual({ at: "asking", name: "Ana" });
    here.comeBack();
    expect(here.stage).toMatchObject({ at: "inside", circle: { client: { credentials: { seatKey: "ana" } } } });
  });

  it("leads back in when a tab is reloaded, but not after the question was shown, and not much later", () => {
    type("reload");
    kept().unloaded(Date.now());
    expect(opens().stage.at).toBe("inside");
    opened.stop();
    expect(opens().stage.at, "the page was never inside since").toBe("asking");
    kept().unloaded(Date.now() - 60_000);
    expect(opens().stage.at).toBe("asking");
  });

  it("leads nowhere after “Not me”, and everything about that person is gone from the device", () => {
    kept().draft = "half a sentence";
    opens().notMe();
    expect([...memory, ...tab.memory].join()).not.toContain(circle);
    expect(opens().stage).toMatchObject({ at: "shut", why: "no_link" });
  });

  it("leads nowhere for someone who left, and the link asks", async () => {
    kept().keys = { seatKey: "ana", name: "Ana", room, taken: true, gone: "left" };
    expect(opens().stage).toMatchObject({ at: "shut", why: "no_link" });
    opened.stop();
    stands({ session: session() });
    expect((await visit()).stage).toMatchObject({ at: "door", known: "Ana" });
  });

  it("leads nowhere if another tab has taken the person off the device in the meantime", () => {
    const here = opens();
    storage.clear();
    here.comeBack();
    expect(here.stage).toMatchObject({ at: "shut", why: "no_link" });
  });
});

describe("someone who was removed", () => {
  it("is told so at the door, in that session only", async () => {
    keep();
    new CircleStorage(storage, circle).keys = { seatKey: "k", name: "Dov", room, taken: true, gone: "removed" };
    stands({ session: session() });
    const here = await visit();
    expect(here.stage).toMatchObject({ known: "Dov", removed: true });
    stands({ session: session({ room: id(77) }) });
    await pass(21_000);
    expect(here.stage).not.toHaveProperty("removed");
  });
});

describe("someone who arrives before the start time", () => {
  it("waits, and the door opens at that time by the server's clock, not the device's", async () => {
    const ahead = 300_000;
    stands({ now: at + ahead, next_at: at + ahead + 60_000 });
    const here = await visit();
    expect(here.screen).toBe("waiting");
    stands({ now: at + ahead + 41_000, next_at: at + ahead + 60_000 });
    await pass(58_000);
    expect(here.screen).toBe("waiting");
    stands({ now: at + ahead + 60_000 });
    const before = server.asked.length;
    await pass(2_500);
    expect(here.screen).toBe("door");
    expect(here.said).toBe(words.door.turned.timeCame);
    expect(server.asked.length, "and checks who is there").toBeGreaterThan(before);
  });

  it("gets in early when the circle opens early", async () => {
    stands({ next_at: at + 3_600_000 });
    const here = await visit();
    expect(here.screen).toBe("waiting");
    stands({ next_at: at + 3_600_000, session: session() });
    await pass(21_000);
    expect(here.screen).toBe("door");
    expect(here.said).toBe(words.door.turned.opened);
  });

  it("keeps waiting if the session has begun, until a new one opens", async () => {
    stands({ session: session({ phase: "open", closed: true }) });
    const here = await visit();
    expect(here.screen).toBe("begun");
    stands({ session: session({ room: id(77) }) });
    await pass(21_000);
    expect(here.screen).toBe("door");
  });
});

describe("a browser that holds a removed seat", () => {
  const removed = (name?: string) => {
    new CircleStorage(storage, circle).keys = { seatKey: "k", ...(name && { name }), room, taken: true, gone: "removed" };
  };

  it.each([["with its name", "Ana"], ["whose name was erased", undefined]])("is told so at the door, %s", async (_how, name) => {
    removed(name);
    stands({ session: session() });
    const here = await visit();
    expect(here.stage).toMatchObject({ removed: true, known: name ?? words.common.unnamed });
  });

  it("gets no second seat from a tab that was at the door before", async () => {
    stands({ session: session() });
    const here = await visit();
    removed("Ana");
    here.comeIn("Somebody new", "sharing");
    expect(here.stage).toMatchObject({ at: "door", removed: true });
    expect(new CircleStorage(storage, circle).keys).toMatchObject({ seatKey: "k", gone: "removed" });
  });

  it("can come in as anyone in another session", async () => {
    keep();
    removed("Ana");
    stands({ session: session({ room: id(77) }) });
    const here = await visit();
    expect(here.stage).not.toHaveProperty("removed");
    here.comeIn("Ana", "sharing");
    expect(here.stage.at).toBe("inside");
  });
});
