import { describe, expect, it } from "vitest";
import { messagesOf } from "../src/core/view/messages";
import { isArrived } from "../src/core/connection/pending";
import { held, hosts, id, messages, room, message, textId, toRoom, view } from "./build";
import { Played, credentials } from "./world";

const share = (words: string, turn_id = 7) => ({ share: { turn_id, text: { plain: words } } });
const inTurn = () => view({ turn: { turn_id: 7, token: held(2) } });

describe("joining", () => {
  it("says hello with the keys, the name and the stance, and is welcomed", () => {
    const played = new Played();
    played.runner.put({ is: "start" });
    expect(played.socket.sent).toEqual([]);
    played.welcome(view());
    expect(played.socket.sent).toEqual([
      {
        hello: {
          circle: credentials.circle,
          seat_key: "seat-key",
          entry_key: "entry-key",
          name: { plain: "Ana" },
          stance: "sharing",
        },
      },
    ]);
    expect(played.connection.at).toBe("open");
  });

  it("estimates the server's time from the welcome and from beats", () => {
    const played = new Played();
    played.runner.put({ is: "start" });
    played.welcome(view(), played.now + 5_000);
    expect(played.client.skew).toBe(5_000);
    played.socket.says({ beat: { now: played.now + 4_200 } });
    expect(played.client.skew, "a delayed beat is ignored").toBe(5_000);
    played.socket.says({ beat: { now: played.now + 5_100 } });
    expect(played.client.skew).toBe(5_100);
    played.socket.says({ beat: { now: played.now - 60_000 } });
    expect(played.client.skew, "this device's clock was set").toBe(-60_000);
  });

  it("gives up a connection that does not open in time, and tries again", () => {
    const played = new Played();
    played.runner.put({ is: "start" });
    played.pass(9_999);
    expect(played.sockets).toHaveLength(1);
    played.pass(1_000);
    expect(played.sockets[0]?.hungUp).toBe(true);
    expect(played.sockets).toHaveLength(2);
  });
});

describe("two screens for one seat", () => {
  it("joins here again when asked, and resumes", () => {
    const played = new Played();
    played.enter(view());
    played.socket.drops(4200);
    played.runner.put({ is: "again" });
    played.socket.opens();
    expect(played.socket.sent[0]).toMatchObject({ hello: { resume: { cursor: { room: 10 } } } });
  });

  it("gets a new key when it wasn't me, and uses it from then on", () => {
    const played = new Played();
    played.enter(view());
    played.socket.drops(4200);
    played.runner.put({ is: "not_me", nextSeatKey: "new-key" });
    played.welcome();
    expect(played.socket.sent[0]).toMatchObject({ hello: { seat_key: "seat-key", new_seat_key: "new-key" } });
    expect(played.client.credentials).toMatchObject({ seatKey: "new-key" });
    played.socket.drops();
    played.pass(500);
    played.socket.opens();
    expect(played.socket.sent[0]).toMatchObject({ hello: { seat_key: "new-key" } });
    expect(played.socket.sent[0]).not.toHaveProperty("hello.new_seat_key");
  });

  it("uses the new key if the answer was lost and the old key is rejected", () => {
    const played = new Played();
    played.enter(view());
    played.socket.drops(4200);
    played.runner.put({ is: "not_me", nextSeatKey: "new-key" });
    played.socket.opens();
    played.socket.drops();
    played.pass(500);
    played.socket.opens();
    expect(played.socket.sent[0]).toMatchObject({ hello: { seat_key: "seat-key", new_seat_key: "new-key" } });
    played.socket.drops(4203);
    played.welcome();
    expect(played.socket.sent[0]).toMatchObject({ hello: { seat_key: "new-key" } });
    expect(played.connection.at).toBe("open");
  });
});

describe("commands", () => {
  it("are sent under their id, and answered once", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("I am here"));
    expect(played.socket.sent[1]).toEqual({ id: id(1), share: { turn_id: 7, text: { plain: "I am here" } } });
    played.socket.says({ re: id(1), ok: { at: 5 } });
    played.socket.says({ re: id(1), ok: { at: 5 } });
    expect(played.answers).toHaveLength(1);
    expect(played.answers[0]).toMatchObject({
      ask: { id: id(1), words: "I am here" },
      outcome: { is: "done", at: 5 },
    });
    expect(played.client.pending).toEqual([]);
  });

  it("unanswered when the connection drops are resent under the same ids, in order", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("one"));
    played.ask(id(2), share("two"));
    played.socket.says({ re: id(1), ok: { at: 5 } });
    played.socket.drops();
    played.ask(id(3), { finish: { turn_id: 7 } });
    played.pass(500);
    played.welcome();
    played.socket.says({ re: id(2), ok: { at: 6 } });
    expect(played.socket.sent.slice(1)).toEqual([
      { id: id(2), ...share("two") },
      { id: id(3), finish: { turn_id: 7 } },
    ]);
  });

  it("kept across a reload are resent in the same room", () => {
    const unanswered = { id: id(1), command: share("kept"), room, quiet: false, words: "kept", tries: 0 };
    const played = new Played([unanswered]);
    played.enter(inTurn());
    expect(played.socket.sent[1]).toEqual({ id: id(1), ...share("kept") });
  });

  it("of another room aren't sent, and their text is returned", () => {
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

  it("return their text when the session ends before they are answered", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("too late"));
    played.socket.drops(4202);
    expect(played.answers).toMatchObject([{ ask: { words: "too late" }, outcome: { is: "lost" } }]);
  });

  it("are at most sixteen at once", () => {
    const played = new Played();
    played.enter(inTurn());
    for (let number = 1; number <= 17; number += 1) played.ask(id(number), { raise: {} });
    expect(played.client.pending).toHaveLength(16);
    expect(played.answers).toMatchObject([{ ask: { id: id(17) }, outcome: { is: "crowded" } }]);
    expect(played.socket.sent).toHaveLength(17);
  });

  it("that couldn't be stored are resent under the same id after a wait", () => {
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

  const notStored = { code: "not_stored", say: "" };

  it("with words arrive in the order in which they were sent, even if the first had to be resent", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("first"));
    played.ask(id(2), share("second"));
    played.ask(id(3), { finish: { turn_id: 7 } });
    const ids = () => played.socket.sent.slice(1).map((frame) => (frame as { id: string }).id);
    expect(ids()).toEqual([id(1)]);
    played.socket.says({ re: id(1), refused: notStored });
    played.pass(125);
    expect(ids()).toEqual([id(1), id(1)]);
    played.socket.says({ re: id(1), ok: { at: 9 } });
    expect(ids().slice(2)).toEqual([id(2)]);
    // The order outlasts a lost connection.
    played.socket.drops();
    played.pass(500);
    played.welcome();
    expect(ids()).toEqual([id(2)]);
    played.socket.says({ re: id(2), ok: { at: 10 } });
    expect(ids()).toEqual([id(2), id(3)]);
  });

  it("with words are sent once those before them can't be stored at all", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("first"));
    played.ask(id(2), share("second"));
    for (let tries = 0; tries < 9; tries += 1) {
      expect(played.socket.sent.at(-1)).toMatchObject({ id: id(1) });
      played.socket.says({ re: id(1), refused: notStored });
      played.pass(10_000);
      played.socket.says({ beat: { now: played.now } });
    }
    expect(played.answers).toMatchObject([{ ask: { words: "first" }, outcome: { is: "refused" } }]);
    expect(played.socket.sent.at(-1)).toMatchObject({ id: id(2) });
  });

  it("are undone by none that was sent before them: a hand lowered again stays down", () => {
    const played = new Played();
    played.enter(view());
    played.ask(id(1), { raise: {} });
    played.socket.says({ re: id(1), refused: notStored });
    played.ask(id(2), { lower: {} });
    expect(played.socket.sent.at(-1)).toMatchObject({ id: id(1) });
    played.pass(125);
    played.socket.says({ re: id(1), ok: { at: 9 } });
    expect(played.socket.sent.at(-1)).toMatchObject({ id: id(2) });
  });

  it("don't keep anyone from leaving, or from reading, while something can't be stored", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("first"));
    played.socket.says({ re: id(1), refused: notStored });
    played.ask(id(2), { page: { before: 5 } });
    played.ask(id(3), { leave: {} });
    expect(played.socket.sent.slice(2)).toMatchObject([{ id: id(2) }, { id: id(3) }]);
  });

  it("that can never be stored are returned in the end", () => {
    const played = new Played();
    played.enter(inTurn());
    played.ask(id(1), share("keep this"));
    for (let tries = 0; tries < 9; tries += 1) {
      played.socket.says({ re: id(1), refused: { code: "not_stored", say: "" } });
      played.pass(10_000);
      played.socket.says({ beat: { now: played.now } });
    }
    expect(played.answers).toMatchObject([{ outcome: { is: "refused", refusal: { code: "not_stored" } } }]);
    expect(played.client.pending).toEqual([]);
  });

  it("keep the text of a message that is taken back, which the room erases", () => {
    const played = new Played();
    played.enter(view({}, messages(message(5, 2, "not like this"))));
    played.ask(id(9), { take_back: { message: 5 } });
    const texts = { [textId("not like this")]: null };
    played.socket.says(toRoom([{ taken_back: { message: 5 } }], undefined, { messages: { 5: { taken_back: true } }, texts }));
    played.socket.says({ re: id(9), ok: { at: 1 } });
    expect(played.client.view?.texts).not.toHaveProperty([textId("not like this")]);
    expect(played.answers).toMatchObject([{ ask: { words: "not like this" }, outcome: { is: "done" } }]);
  });

  it("for earlier messages prepend them to those shown, once", () => {
    const played = new Played();
    played.enter(view({}, { ...messages(message(5, 3, "later")), earlier: true }));
    const page = { ...messages(message(3, 3, "first"), message(4, 3, "second")), earlier: false };
    played.ask(id(8), { page: { before: 5 } });
    played.ask(id(9), { page: { before: 5 } });
    played.socket.says({ re: id(8), page });
    played.socket.says({ re: id(9), page: { ...page, earlier: true } });
    const now = played.client.view;
    expect(now && messagesOf(now).map(({ number }) => number)).toEqual([3, 4, 5]);
    expect(now?.texts).toMatchObject({ ...page.texts, [textId("later")]: { plain: "later" } });
    expect(now?.earlier).toBe(false);
  });

  it("for earlier messages add no newer ones", () => {
    const played = new Played();
    played.enter(view({}, { ...messages(message(5, 3, "later")), earlier: true }));
    const newest = () => played.client.view && messagesOf(played.client.view).at(-1)?.number;
    played.ask(id(8), { page: { before: 5 } });
    played.socket.says({ re: id(8), page: { ...messages(message(4, 3, "first")), earlier: false } });
    expect(newest()).toBe(5);
    played.socket.says(toRoom([{ said: { message: 6 } }], undefined, messages(message(6, 3, "new"))));
    expect(newest()).toBe(6);
  });

  it("count as arrived when their message is there, though the answer isn't", () => {
    const before = view({ turn: { turn_id: 7, token: held(2) } }, messages(message(5, 2, "again")));
    const played = new Played();
    played.enter(before);
    played.ask(id(1), share("again"));
    const made = played.client.pending[0];
    if (!made) throw new Error("nothing is pending");
    expect(isArrived(made, before), "these were said before").toBe(false);
    expect(isArrived(made, view({}, messages(message(5, 2, "again"), message(6, 3, "again"))))).toBe(false);
    expect(isArrived(made, view({}, messages(message(5, 2, "again"), message(6, 2, "again"))))).toBe(true);
  });
});

describe("a frame that doesn't apply", () => {
  it.each([
    ["a gap in the numbers", { room: 13, at: 1, facts: [{ round_closed: { number: 1 } }] }],
    ["a number that has come before", { room: 10, at: 1 }],
    ["a frame this page does not know", { weather: { fine: true } }],
    ["a frame to hosts for someone who is not a host", { hosts: 1, at: 1 }],
  ])("(%s) fetches a new snapshot", (_what, frame) => {
    const played = new Played();
    played.enter(view());
    played.socket.says(frame);
    expect(played.sockets[0]?.hungUp).toBe(true);
    expect(played.client.view, "what was shown stays in the meantime").toBeDefined();
    played.socket.opens();
    expect(played.socket.sent[0]).not.toHaveProperty("hello.resume");
    played.welcome(view({}, { cursor: { room: 20, own: 5 } }));
    expect(played.client.view?.cursor.room).toBe(20);
    played.socket.drops();
    played.pass(500);
    played.socket.opens();
    expect(played.socket.sent[0]).toHaveProperty("hello.resume.cursor.room", 20);
  });

  it("asks for a newer page when a new snapshot did not help", () => {
    const played = new Played();
    played.enter(view());
    played.socket.says({ weather: {} });
    played.welcome(view());
    played.socket.says({ weather: {} });
    expect(played.connection).toEqual({ at: "stopped", why: "outdated" });
  });
});

describe("a decision", () => {
  it("reports each of its facts, with the view before and after; an unknown fact does no harm", () => {
    const played = new Played();
    played.enter(view());
    const facts = [{ sang: { seat: 3 } }, { away: { seat: 3 } }];
    played.socket.says({ room: 11, at: 5, facts, patch: { people: { 3: { presence: "away" } } } });
    expect(played.told.map(({ fact, at }) => [fact, at])).toEqual(facts.map((fact) => [fact, 5]));
    const [told] = played.told;
    expect(told?.before.room.people[3]?.presence).toBe("here");
    expect(told?.after.room.people[3]?.presence).toBe("away");
    expect(played.connection.at).toBe("open");
  });

  it("is followed by a snapshot if a role changes: from then on hosts' frames are accepted", () => {
    const played = new Played();
    played.enter(view());
    played.socket.says(toRoom([{ role_changed: { seat: 2, role: "moderator" } }]));
    played.socket.says({ snapshot: view({}, { cursor: { room: 11, own: 2, hosts: 4 }, ...hosts() }) });
    played.socket.says({ hosts: 5, at: 1, patch: { mutes: { 3: { by: 1 } } } });
    expect(played.client.view?.hosts?.mutes).toEqual({ 3: { by: 1 } });
  });
});

describe("typing signals", () => {
  it("are shown for a while, and end with the message", () => {
    const played = new Played();
    played.enter(view());
    played.socket.says({ writing: { seat: 3 } });
    played.socket.says({ writing: { seat: 4 } });
    expect(played.client.writing.map(({ seat }) => seat)).toEqual([3, 4]);
    played.socket.says(toRoom([{ said: { message: 50 } }], undefined, messages(message(50, 3, "Hello", { kind: "floor" }))));
    expect(played.client.writing.map(({ seat }) => seat)).toEqual([4]);
    played.pass(6_000);
    expect(played.client.writing).toEqual([]);
  });

  it("are sent without an id, and only while connected", () => {
    const played = new Played();
    played.enter(view());
    played.runner.put({ is: "writing" });
    expect(played.socket.sent[1]).toEqual({ writing: {} });
    played.socket.drops();
    played.runner.put({ is: "writing" });
    expect(played.socket.sent).toHaveLength(2);
  });
});
