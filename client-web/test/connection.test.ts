import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { comeBack, retryReasonOf, stopReasonOf } from "../src/core/connection/close";
import { epoch, held, id, messages, room, message, toRoom, view } from "./build";
import { Played } from "./world";

describe("a connection that drops", () => {
  it("is reopened within a moment, and resumes", () => {
    const played = new Played();
    played.enter(view());
    played.socket.says(toRoom([{ round_closed: { number: 1 } }]));
    played.pass(60_000 - 30_000);
    played.socket.drops();
    expect(played.connection).toMatchObject({ at: "waiting", why: "lost" });
    played.pass(250);
    played.socket.opens();
    expect(played.socket.sent[0]).toMatchObject({
      hello: { seat_key: "seat-key", resume: { room, epoch, cursor: { room: 11, own: 2 } } },
    });
    played.welcome();
    played.socket.says({ ...toRoom([{ away: { seat: 3 } }], { people: { 3: { presence: "away" } } }), room: 12 });
    expect(played.client.view?.cursor.room).toBe(12);
    expect(played.client.view?.room.people[3]?.presence).toBe("away");
  });

  it("is retried about every second for half a minute, then after waits that grow to ten seconds", () => {
    const played = new Played();
    played.enter(view());
    played.random = 1;
    played.pass(20_000);
    const lostAt = played.now;
    const waits: [gone: number, wait: number][] = [];
    while (played.now - lostAt < 600_000) {
      played.socket.drops();
      const { connection } = played;
      if (connection.at !== "waiting") throw new Error(`expected to wait, but the connection is ${connection.at}`);
      waits.push([played.now - lostAt, connection.until - played.now]);
      played.pass(connection.until - played.now);
    }
    const within = (from: number, to: number) =>
      waits.filter(([gone]) => gone >= from && gone < to).map(([, wait]) => wait);
    expect(waits[0]).toEqual([0, 250]);
    expect(new Set(within(1, 30_000))).toEqual(new Set([1_000]));
    expect(Math.max(...within(0, 60_000))).toBeLessThanOrEqual(2_000);
    expect(new Set(within(300_000, 600_000))).toEqual(new Set([10_000]));
    expect(waits.length, "tries in ten minutes").toBeLessThan(150);
  });

  it("resets the backoff only after it has lasted for a while", () => {
    const played = new Played();
    played.enter(view());
    played.socket.drops();
    played.pass(250);
    played.welcome();
    played.socket.drops();
    expect(played.connection).toMatchObject({ at: "waiting", tries: 2 });
    played.pass(500);
    played.welcome();
    played.pass(11_000);
    played.socket.drops();
    expect(played.connection).toMatchObject({ at: "waiting", tries: 1 });
  });

  it("is given up after 35 s without a beat", () => {
    const played = new Played();
    played.enter(view());
    played.pass(20_000);
    played.socket.says({ beat: { now: played.now } });
    played.pass(34_999);
    expect(played.connection.at).toBe("open");
    played.pass(1);
    expect(played.sockets[0]?.hungUp).toBe(true);
    expect(played.connection.at).toBe("waiting");
  });

  it("is retried at once when the network is back or the page becomes visible", () => {
    const played = new Played();
    played.enter(view());
    played.socket.drops();
    played.runner.put({ is: "woke", by: "network" });
    expect(played.sockets).toHaveLength(2);
    played.socket.drops();
    played.runner.put({ is: "woke", by: "seen" });
    expect(played.sockets).toHaveLength(3);
  });

  it("is reopened when a page that slept becomes visible and has missed a beat", () => {
    const played = new Played();
    played.enter(view());
    played.now += 10_000;
    played.runner.put({ is: "woke", by: "seen" });
    expect(played.sockets).toHaveLength(1);
    played.now += 15_000;
    played.runner.put({ is: "woke", by: "seen" });
    expect(played.sockets).toHaveLength(2);
  });

  it("ignores what an older socket still receives", () => {
    const played = new Played();
    played.enter(view());
    const old = played.socket;
    played.runner.put({ is: "woke", by: "network" });
    old.says(toRoom([{ round_closed: { number: 1 } }]));
    old.drops(4200);
    expect(played.client.view?.cursor.room).toBe(10);
    expect(played.connection.at).toBe("connecting");
  });
});

describe("a phone that freezes the page while it connects", () => {
  it.each([
    ["before the hello", 0],
    ["in the middle of a session", 1],
  ])("is back a moment after it wakes (%s)", (_when, sessions) => {
    const played = new Played();
    if (sessions) {
      played.enter(view());
      played.pass(15_000);
      played.socket.drops();
      played.pass(125);
    } else {
      played.runner.put({ is: "start" });
    }
    // The connection opened, but no script ran until the server had given up.
    played.now += 600_000;
    played.socket.opens();
    played.socket.drops(4004);
    played.runner.put({ is: "woke", by: "seen" });
    played.welcome(view());
    expect(played.connection.at).toBe("open");
  });
});

describe("close codes", () => {
  it.each([
    [4000, "restarting"],
    [4001, "lost"],
    [4004, "lost"],
    [1012, "lost"],
  ])("%i means: come back now", (code, why) => {
    const played = new Played();
    played.enter(view());
    played.socket.drops(code);
    expect(played.connection).toMatchObject({ at: "waiting", why, until: played.now + 125 });
  });

  it.each([
    [4100, "full"],
    [4101, "busy"],
    [4102, "busy"],
    [4103, "not_yet"],
    [4104, "not_now"],
  ])("%i means: come back later, and not before", (code, why) => {
    const played = new Played();
    played.enter(view());
    played.socket.drops(code);
    expect(played.connection).toMatchObject({ at: "waiting", why, until: played.now + 1_000 });
    for (const by of ["network", "seen", "touch"] as const) {
      if (why === "not_yet" && by !== "touch") continue;
      played.runner.put({ is: "woke", by });
    }
    expect(played.sockets).toHaveLength(1);
  });

  it.each([
    [4200, "replaced"],
    [4201, "removed"],
    [4202, "ended"],
    [4203, "not_admitted"],
    [4204, "no_circle"],
    [4205, "broken"],
    [4207, "left"],
    [4208, "begun"],
    [4299, "broken"],
    [1008, "broken"],
  ])("%i means: do not come back", (code, why) => {
    const played = new Played();
    played.enter(view());
    played.socket.drops(code);
    played.runner.put({ is: "woke", by: "network" });
    played.pass(3_600_000);
    expect(played.connection).toEqual({ at: "stopped", why });
    expect(played.sockets).toHaveLength(1);
  });

  it("that end the visit clear the screen; being replaced doesn't", () => {
    for (const code of [4201, 4202, 4203, 4207]) {
      const played = new Played();
      played.enter(view({}, messages(message(1, 3, "Hello"))));
      played.socket.drops(code);
      expect(played.client.view).toBeUndefined();
    }
    const played = new Played();
    played.enter(view());
    played.socket.drops(4200);
    expect(played.client.view).toBeDefined();
  });
});

/** Outcome of an attempt: the server answers, refuses at once, or doesn't respond at all. */
type Way = "answers" | "refuses" | "hangs";

/**
 * Simulates the network between page and server for a while, and returns when the connection was
 * back.
 */
function play(played: Played, ms: number, wayAt: (now: number) => Way): number | undefined {
  const end = played.now + ms;
  let seen = played.sockets.length;
  for (let seed = 7; played.now < end; seed = (seed * 16_807) % 2_147_483_647) {
    played.random = seed / 2_147_483_647;
    played.pass(10);
    if (played.sockets.length === seen) continue;
    seen = played.sockets.length;
    const way = wayAt(played.now);
    if (way === "refuses") played.socket.drops();
    if (way === "answers") {
      played.welcome();
      return played.now;
    }
  }
  return undefined;
}

function inside(): Played {
  const played = new Played();
  played.enter(view({ turn: { turn_id: 7, token: held(2) } }));
  played.pass(15_000);
  return played;
}

describe("reconnecting", () => {
  it.each([3_000, 20_000, 29_000])("is noticed within a second, %i ms after the server was killed", (gone) => {
    const played = inside();
    played.ask(id(1), { share: { turn_id: 7, text: { plain: "still here" } } });
    const back = played.now + gone;
    played.socket.drops();
    const resumed = play(played, 60_000, (now) => (now < back ? "refuses" : "answers"));
    expect(resumed).toBeGreaterThanOrEqual(back);
    expect(resumed).toBeLessThanOrEqual(back + 1_000);
    expect(played.connection).toMatchObject({ at: "open", back: true });
    expect(played.socket.sent, "unanswered commands are sent once, under their ids").toMatchObject([
      { hello: { resume: { room, epoch } } },
      { id: id(1) },
    ]);
    expect(played.sockets.length, "without a storm of attempts").toBeLessThan(3 + (gone / 1_000) * 2);
  });

  it("shows that the server is restarting until it is back, or has been away for a long time", () => {
    const played = inside();
    played.socket.drops(4000);
    play(played, 20_000, () => "refuses");
    expect(played.connection).toMatchObject({ why: "restarting" });
    play(played, 60_000, () => "refuses");
    expect(played.connection).toMatchObject({ why: "lost" });
  });

  it("isn't held up long by an attempt that hangs", () => {
    for (const gone of [4_000, 11_000, 17_500, 26_000]) {
      const played = inside();
      const back = played.now + gone;
      played.socket.drops();
      const resumed = play(played, 60_000, (now) => (now < back ? "hangs" : "answers"));
      expect(resumed).toBeLessThanOrEqual(back + 5_250);
    }
  });

  it("gives a slow connection the time it needs", () => {
    const played = inside();
    played.socket.drops();
    played.pass(125);
    for (const patience of [2_000, 5_000, 2_000]) {
      const tries = played.sockets.length;
      played.pass(patience - 1);
      expect(played.sockets).toHaveLength(tries);
      played.pass(126);
      expect(played.sockets).toHaveLength(tries + 1);
    }
    play(played, 30_000, () => "hangs");
    const { connection } = played;
    if (connection.at !== "connecting") throw new Error(`expected an attempt to connect, but the connection is ${connection.at}`);
    expect(connection.until - connection.since).toBe(10_000);
  });

  it("happens at once after airplane mode, when the browser reports that it is online", () => {
    const played = inside();
    // The socket may look open for minutes: nothing arrives, and nothing closes it.
    played.pass(8_000);
    played.runner.put({ is: "woke", by: "network" });
    expect(played.connection.at).toBe("connecting");
    played.welcome();
    expect(played.connection).toMatchObject({ at: "open", back: true });
    // The same after a long outage, between two attempts far apart.
    played.pass(15_000);
    played.socket.drops();
    expect(play(played, 600_000, () => "refuses")).toBeUndefined();
    const tries = played.sockets.length;
    played.runner.put({ is: "woke", by: "network" });
    expect(played.sockets).toHaveLength(tries + 1);
    played.welcome();
    expect(played.connection.at).toBe("open");
  });

  it.each([
    ["open", () => undefined],
    ["lost", (played: Played) => played.socket.drops()],
  ])("is noticed within a second after a lid was shut for an hour on a connection that was %s", (_was, shut) => {
    const played = inside();
    shut(played);
    // No timer fired in the meantime; the network takes a while to wake up as well.
    played.now += 3_600_000;
    const back = played.now + 7_000;
    const resumed = play(played, 60_000, (now) => (now < back ? "refuses" : "answers"));
    expect(resumed).toBeLessThanOrEqual(back + 1_000);
  });

  it("is tried when someone types or touches the page, but not with every key", () => {
    const played = inside();
    played.socket.drops();
    play(played, 600_000, () => "refuses");
    played.runner.put({ is: "woke", by: "seen" });
    played.socket.drops();
    const tries = played.sockets.length;
    const type = (ms: number) => {
      for (let typed = 0; typed < ms; typed += 100) {
        played.now += 100;
        played.runner.put({ is: "woke", by: "touch" });
        if (played.connection.at === "connecting") played.socket.drops();
      }
    };
    type(900);
    expect(played.sockets).toHaveLength(tries);
    type(4_100);
    expect(played.sockets.length - tries).toBe(5);
  });

  it("doesn't make two tabs of one person compete", () => {
    const first = inside();
    const second = inside();
    first.socket.drops(4200);
    second.socket.drops();
    expect(play(second, 5_000, () => "answers")).toBeDefined();
    for (const by of ["network", "seen", "touch"] as const) first.runner.put({ is: "woke", by });
    first.now += 3_600_000;
    first.pass(3_600_000);
    expect(first.connection).toEqual({ at: "stopped", why: "replaced" });
    expect(first.sockets).toHaveLength(1);
    expect(second.connection.at).toBe("open");
  });

  it("delivers what was missed once, and reports whether it resumed", () => {
    const played = inside();
    expect(played.connection, "the first connection is not a return").toMatchObject({ back: false });
    played.socket.drops();
    play(played, 5_000, () => "answers");
    const frame = toRoom([{ said: { message: 50 } }], undefined, messages(message(50, 3, "meanwhile", { kind: "floor" })));
    played.socket.says(frame);
    expect(Object.keys(played.client.view?.messages ?? {})).toEqual(["50"]);
    expect(played.told).toHaveLength(1);
    // A frame that doesn't apply requests a new snapshot: that isn't a reconnect.
    played.socket.says(frame);
    played.welcome(view());
    expect(played.connection).toMatchObject({ at: "open", back: false });
  });

  it("doesn't claim that nothing was lost after the server restored a backup", () => {
    const played = inside();
    played.socket.drops();
    played.pass(250);
    played.welcome(view(), played.now, "0190a5e0-0000-7000-8000-00000000000f");
    expect(played.connection).toMatchObject({ at: "open", back: false });
  });
});

describe("the mirror of the server's close codes", () => {
  const source = readFileSync(new URL("../../protocol/src/close.rs", import.meta.url), "utf8");
  const codes = [...source.matchAll(/^ {4}\w+ = (\d{4}), "(\w+)";$/gm)].map(
    ([, code, reason]) => [Number(code), reason ?? ""] as const,
  );
  /** Reasons that the page shows in the same way. */
  const alike: Record<string, string> = {
    ...{ too_slow: "lost", connection_lost: "lost", reloaded: "lost", no_hello: "lost" },
    ...{ not_stored: "busy", flood: "busy" },
    bad_frame: "broken",
  };

  it.each(codes)("knows %i, %s", (code, reason) => {
    const when = { 40: "now", 41: "later", 42: "no" }[Math.floor(code / 100)];
    expect(comeBack(code)).toBe(when);
    expect(when === "no" ? stopReasonOf(code) : retryReasonOf(code)).toBe(alike[reason] ?? reason);
  });

  it("knows all of them", () => {
    expect(codes.length).toBe(source.match(/ = 4\d{3}, /g)?.length);
    expect(codes.length).toBeGreaterThan(12);
  });
});
