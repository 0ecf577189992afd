import { describe, expect, it } from "vitest";
import { newestOf } from "../src/core/log";
import { flow, held, id, room, said, snapshot } from "./build";
import { Played, way } from "./world";

const share = (words: string, move = 7) => ({ share: { move, text: { plain: words } } });
const inTurn = () => snapshot({ flow: flow({ move: 7, token: held(2) }) });

describe("coming in", () => {
  it("says hello with the keys, the name and the stance, and is welcomed", () => {
    const played = new Played();
    played.live.put({ is: "start" });
    expect(played.socket.sent).toEqual([]);
    played.welcome(snapshot());
    expect(played.socket.sent).toEqual([
      {
        hello: {
          circle: way.circle,
          seat_key: "seat-key",
          entry_key: "entry-key",
          name: { plain: "Ana" },
          stance: "sharing",
        },
      },
    ]);
    expect(played.line.at).toBe("open");
  });

  it("knows the server's time from the welcome, and from signs of life", () => {
    const played = new Played();
    played.live.put({ is: "start" });
    played.welcome(snapshot(), played.now + 5_000);
    expect(played.session.skew).toBe(5_000);
    played.socket.says({ beat: { now: played.now + 4_200 } });
    expect(played.session.skew, "a delayed sign of life is no news").toBe(5_000);
    played.socket.says({ beat: { now: played.now + 5_100 } });
    expect(played.session.skew).toBe(5_100);
    played.socket.says({ beat: { now: played.now - 60_000 } });
    expect(played.session.skew, "this device's clock was set").toBe(-60_000);
  });

  it("gives up a connection that does not open in time, and tries again", () => {
    const played = new Played();
    played.live.put({ is: "start" });
    played.pass(9_999);
    expect(played.sockets).toHaveLength(1);
    played.pass(1_000);
    expect(played.sockets[0]?.hungUp).toBe(true);
    expect(played.sockets).toHaveLength(2);
  });
});

describe("two screens for one seat", () => {
  it("joins here again when asked, behind what was seen", () => {
    const played = new Played();
    played.enter(snapshot());
    played.socket.drops(4200);
    played.live.put({ is: "again" });
    played.socket.opens();
    expect(played.socket.sent[0]).toMatchObject({ hello: { resume: { cursor: { room: 10 } } } });
  });

  it("gets a new key when it wasn't me, and uses it from then on", () => {
    const played = new Played();
    played.enter(snapshot());
    played.socket.drops(4200);
    played.live.put({ is: "not_me", nextSeatKey: "new-key" });
    played.welcome();
    expect(played.socket.sent[0]).toMatchObject({ hello: { seat_key: "seat-key", new_seat_key: "new-key" } });
    expect(played.session.way).toMatchObject({ seatKey: "new-key" });
    played.socket.drops();
    played.pass(500);
    played.socket.opens();
    expect(played.socket.sent[0]).toMatchObject({ hello: { seat_key: "new-key" } });
    expect(played.socket.sent[0]).not.toHaveProperty("hello.new_seat_key");
  });

  it("knows the new key is the seat's when the answer was lost and the old key opens nothing", () => {
    const played = new Played();
    played.enter(snapshot());
    played.socket.drops(4200);
    played.live.put({ is: "not_me", nextSeatKey: "new-key" });
    played.socket.opens();
    played.socket.drops();
    played.pass(500);
    played.socket.opens();
    expect(played.socket.sent[0]).toMatchObject({ hello: { seat_key: "seat-key", new_seat_key: "new-key" } });
    played.socket.drops(4203);
    played.welcome();
    expect(played.socket.sent[0]).toMatchObject({ hello: { seat_key: "new-key" } });
    expect(played.line.at).toBe("open");
  });
});

describe("commands", () => {
  it("are sent under their id, and answered once", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("I am here"));
    expect(played.socket.sent[1]).toEqual({ id: id(1), share: { move: 7, text: { plain: "I am here" } } });
    played.socket.says({ re: id(1), ok: { at: 5 } });
    played.socket.says({ re: id(1), ok: { at: 5 } });
    expect(played.answers).toHaveLength(1);
    expect(played.answers[0]).toMatchObject({
      ask: { id: id(1), words: "I am here" },
      outcome: { is: "done", at: 5 },
    });
    expect(played.session.asks).toEqual([]);
  });

  it("unanswered when the line drops are sent again under the same ids, in their order", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("one"));
    played.ask(id(2), share("two"));
    played.socket.says({ re: id(1), ok: { at: 5 } });
    played.socket.drops();
    played.ask(id(3), { done: { move: 7 } });
    played.pass(500);
    played.welcome();
    expect(played.socket.sent.slice(1)).toEqual([
      { id: id(2), ...share("two") },
      { id: id(3), done: { move: 7 } },
    ]);
  });

  it("kept from before the page was loaded anew are sent again in the same room", () => {
    const unanswered = { id: id(1), command: share("kept"), room, quiet: false, words: "kept", tries: 0 };
    const played = new Played([unanswered]);
    played.enter(inTurn());
    expect(played.socket.sent[1]).toEqual({ id: id(1), ...share("kept") });
  });

  it("of another room are not sent, and their words come back", () => {
    const unanswered = {
      id: id(1),
      command: share("kept"),
      room: id(99),
      quiet: false,
      words: "kept",
      tries: 0,
    };
    const played = new Played([unanswered]);
    played.enter(inTurn());
    expect(played.socket.sent).toHaveLength(1);
    expect(played.answers).toMatchObject([{ ask: { words: "kept" }, outcome: { is: "lost" } }]);
  });

  it("give their words back when the session ends before they are answered", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("too late"));
    played.socket.drops(4202);
    expect(played.answers).toMatchObject([{ ask: { words: "too late" }, outcome: { is: "lost" } }]);
  });

  it("are at most sixteen at once", () => {
    const played = new Played();
    played.enter(inTurn());
    for (let number = 1; number <= 17; number += 1) played.ask(id(number), share(`line ${number}`));
    expect(played.session.asks).toHaveLength(16);
    expect(played.answers).toMatchObject([{ ask: { id: id(17) }, outcome: { is: "crowded" } }]);
    expect(played.socket.sent).toHaveLength(17);
  });

  it("that could not be stored are sent again under the same id after a wait", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("keep this"));
    played.socket.says({ re: id(1), refused: { code: "not_stored", say: "" } });
    expect(played.answers).toEqual([]);
    played.pass(124);
    expect(played.socket.sent).toHaveLength(2);
    played.pass(1);
    expect(played.socket.sent[2]).toEqual(played.socket.sent[1]);
    played.socket.says({ re: id(1), ok: { at: 9 } });
    expect(played.answers).toMatchObject([{ outcome: { is: "done" } }]);
  });

  it("that can never be stored are given back in the end", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("keep this"));
    for (let tries = 0; tries < 9; tries += 1) {
      played.socket.says({ re: id(1), refused: { code: "not_stored", say: "" } });
      played.pass(10_000);
      played.socket.says({ beat: { now: played.now } });
    }
    expect(played.answers).toMatchObject([{ outcome: { is: "refused", refusal: { code: "not_stored" } } }]);
    expect(played.session.asks).toEqual([]);
  });

  it("keep the words that are taken back, which the room forgets", () => {
    const played = new Played();
    played.enter(snapshot({}, { said: [said(5, 2, "not like this")] }));
    played.ask(id(9), { take_back: { said: id(5) } });
    played.socket.says({ room: 11, at: 1, taken_back: { said: id(5) } });
    played.socket.says({ re: id(9), ok: { at: 1 } });
    expect(played.session.snapshot?.said[0]?.words.text).toBeUndefined();
    expect(played.answers).toMatchObject([{ ask: { words: "not like this" }, outcome: { is: "done" } }]);
  });

  it("for earlier words put them before those on the screen, once", () => {
    const played = new Played();
    played.enter(snapshot({}, { said: [said(5, 3, "later")], earlier: true }));
    const page = { said: [said(3, 3, "first"), said(4, 3, "second")], earlier: false };
    played.ask(id(8), { page: { before: id(5) } });
    played.ask(id(9), { page: { before: id(5) } });
    played.socket.says({ re: id(8), page });
    played.socket.says({ re: id(9), page });
    expect(played.session.snapshot?.said.map((entry) => entry.words.id)).toEqual([id(3), id(4), id(5)]);
    expect(played.session.snapshot?.earlier).toBe(false);
  });

  it("for earlier words bring no new ones", () => {
    const played = new Played();
    played.enter(snapshot({}, { said: [said(5, 3, "later")], earlier: true }));
    const newest = () => newestOf(played.session.snapshot?.said ?? []);
    played.ask(id(8), { page: { before: id(5) } });
    played.socket.says({ re: id(8), page: { said: [said(4, 3, "first")], earlier: false } });
    expect(newest()).toBe(id(5));
    const next = { id: id(6), text: { plain: "new" } };
    played.socket.says({ room: 11, at: 1, said: { seat: 3, words: next, kind: "share", round: 1, flow: flow() } });
    expect(newest()).toBe(id(6));
  });
});

describe("an event that does not fit", () => {
  it.each([
    ["a gap in the numbers", { room: 13, at: 1, round_closed: { flow: flow() } }],
    ["an event this page does not know", { room: 11, at: 1, sang: { seat: 3 } }],
    ["a frame this page does not know", { weather: { fine: true } }],
    ["a staff event for someone who is not staff", { staff: 1, at: 1, point_raised: { seat: 3 } }],
  ])("(%s) fetches a snapshot anew", (_what, frame) => {
    const played = new Played();
    played.enter(snapshot());
    played.socket.says(frame);
    expect(played.sockets[0]?.hungUp).toBe(true);
    expect(played.session.snapshot, "what was seen stays meanwhile").toBeDefined();
    played.socket.opens();
    expect(played.socket.sent[0]).not.toHaveProperty("hello.resume");
    played.welcome(snapshot({}, { cursor: { room: 20, seat: 5 } }));
    expect(played.session.snapshot?.cursor.room).toBe(20);
    played.socket.drops();
    played.pass(500);
    played.socket.opens();
    expect(played.socket.sent[0]).toHaveProperty("hello.resume.cursor.room", 20);
  });

  it("asks for a newer page when a new snapshot did not help", () => {
    const played = new Played();
    played.enter(snapshot());
    played.socket.says({ room: 11, at: 1, sang: {} });
    played.welcome(snapshot());
    played.socket.says({ room: 11, at: 1, sang: {} });
    expect(played.line).toEqual({ at: "stopped", why: "outdated" });
  });
});

describe("signs of writing", () => {
  it("are shown for a while, and end with the words", () => {
    const played = new Played();
    played.enter(snapshot());
    played.socket.says({ writing: { seat: 3 } });
    played.socket.says({ writing: { seat: 4 } });
    expect(played.session.writing.map(({ seat }) => seat)).toEqual([3, 4]);
    const words = { id: id(50), text: { plain: "Hello" } };
    played.socket.says({ room: 11, at: 1, said: { words, seat: 3, kind: "floor", flow: flow() } });
    expect(played.session.writing.map(({ seat }) => seat)).toEqual([4]);
    played.pass(6_000);
    expect(played.session.writing).toEqual([]);
  });

  it("are sent without an id, and only while the line is there", () => {
    const played = new Played();
    played.enter(snapshot());
    played.live.put({ is: "writing" });
    expect(played.socket.sent[1]).toEqual({ writing: {} });
    played.socket.drops();
    played.live.put({ is: "writing" });
    expect(played.socket.sent).toHaveLength(2);
  });
});
