/** The store of a circle in a simulated browser: what happens to a person's text. */
import { bare } from "../src/core/view/isolated";
import { describe, expect, it, vi } from "vitest";
import { CircleStorage } from "../src/io/storage";
import { words } from "../src/words/all";
import type { Fact } from "../src/core/wire";
import { circle as circleId, held, hostView, messages, round, message, textId, texts, toRoom, turnAndQueue, view } from "./build";
import { Page, storage, memory, mine, socket, says, enter, welcome, lastId, opened } from "./circle_page";

const last = (announcements: readonly { text: string }[]) => bare(announcements.at(-1)?.text ?? "");

describe("what a long log reads", () => {
  it("stays the same over beats and messages", () => {
    const circle = enter(mine());
    const { view: first } = circle;
    const name = circle.shownName(2);
    says({ beat: { now: Date.now() } });
    expect(circle.view).toBe(first);
    const { messages: more, texts: its } = messages(message(5, 3, "good evening"));
    says(toRoom([{ said: { message: 5 } }], undefined, { messages: more, texts: its }));
    expect(Object.keys(circle.view?.messages ?? {})).toContain("5");
    expect(circle.shownName(2)).toBe(name);
  });

  it("makes what tells the time once", () => {
    const made = vi.spyOn(Intl, "DateTimeFormat");
    const all = [0, 60_000, 120_000].map((at) => words.common.clockTime(at));
    expect(new Set(all).size).toBe(3);
    expect(made.mock.calls.length).toBeLessThan(2);
    made.mockRestore();
  });
});

describe("a person's text", () => {
  it("leaves the draft when sent, and is deleted from the device once it has arrived", () => {
    const circle = enter(mine());
    circle.draft = "I am here";
    expect(new CircleStorage(storage, circleId).draft).toBe("I am here");
    circle.send();
    expect(circle.draft).toBe("");
    expect(circle.sending.map((ask) => ask.words)).toEqual(["I am here"]);
    expect(new CircleStorage(storage, circleId).pending).toHaveLength(1);
    says({ re: lastId(), ok: { at: 1 } });
    expect(circle.sending).toEqual([]);
    expect(new CircleStorage(storage, circleId).pending).toEqual([]);
  });

  it("returns to the draft when refused, with the reason", () => {
    const circle = enter(mine());
    circle.draft = "too late";
    circle.send();
    circle.draft = "and more";
    says({ re: lastId(), refused: { code: "stale_turn", say: "" } });
    expect(circle.draft).toBe("too late\n\nand more");
    expect(circle.notice).toBe(`${words.refusals.sentences.stale_turn} ${words.message.returned}`);
  });

  it("returns to the draft when taken back", () => {
    const circle = enter(mine(messages(message(5, 2, "not like this"))));
    circle.ask({ take_back: { message: 5 } });
    says(
      toRoom([{ taken_back: { message: 5 } }], undefined, {
        messages: { 5: { taken_back: true } },
        texts: { [textId("not like this")]: null },
      }),
    );
    says({ re: lastId(), ok: { at: 1 } });
    expect(circle.draft).toBe("not like this");
    expect(circle.notice).toBe(words.message.tookBack);
  });

  it("stays where it is once it can't be taken back any more", () => {
    const circle = enter(mine(messages(message(5, 2, "said"))));
    circle.ask({ take_back: { message: 5 } });
    says({ re: lastId(), refused: { code: "too_late", say: "" } });
    expect(circle.draft).toBe("");
    expect(circle.notice).toBe(words.refusals.sentences.too_late);
  });

  it("survives a reload, before and after it is sent", () => {
    const first = enter(mine());
    first.draft = "sent in the tunnel";
    socket().onclose?.({ code: 1006 });
    first.send();
    first.draft = "half a sentence";
    opened.stop();
    const second = enter(mine());
    expect(second.draft).toBe("half a sentence");
    expect(socket().sent[1]).toMatchObject({ share: { turn_id: 7, text: { plain: "sent in the tunnel" } } });
  });

  it("stays in its own tab, and is never stored for the whole device", () => {
    const circle = enter(mine());
    circle.draft = "I am here";
    expect([...memory].join()).not.toContain("I am here");
    socket().onclose?.({ code: 4200 });
    expect(circle.client.connection).toMatchObject({ at: "stopped", why: "replaced" });
    circle.again();
    welcome(mine());
    expect(circle.draft).toBe("I am here");
  });

  it("doesn't hold up anyone else: a *later* that returns at once is explained", () => {
    const circle = enter(view({ round: round(), turn: { turn_id: 7, token: { offered: { seat: 2 } }, lineup: [2] } }));
    circle.askTurn("later");
    says(
      toRoom([{ later: { seat: 2 } }, { offered: { seat: 2 } }], {
        turn: { turn_id: 9 },
        queue: { later: { 2: { place: 1 } } },
      }),
    );
    says({ re: lastId(), ok: { at: 1 } });
    expect(circle.may?.take).toBe(true);
    expect(circle.notice).toBe(words.turn.laterAlone);
  });

  it("names the next person for this turn only, and while they are eligible", () => {
    const popcorn = (turn_id: number) =>
      view({ round: round({ order: "popcorn" }), turn: { turn_id, token: held(2), lineup: [2, 3] } });
    const circle = enter(popcorn(7));
    circle.chooseNext(3);
    expect(circle.nextChoice).toBe(3);
    socket().onclose?.({ code: 1006 });
    circle.again();
    welcome(popcorn(9));
    expect(circle.nextChoice).toBe("centre");
  });

  it("begun in a dialog stays until it has arrived", () => {
    const circle = enter(mine());
    circle.begun["pause"] = "Tea is ready";
    circle.ask({ pause: { message: { plain: "Tea is ready" } } });
    says({ re: lastId(), refused: { code: "not_now", say: "" } });
    expect(circle.begun).toEqual({ pause: "Tea is ready" });
    circle.ask({ pause: { message: { plain: "Tea is ready" } } });
    says({ re: lastId(), ok: { at: 1 } });
    expect(circle.begun).toEqual({});
  });

  it("is sent without characters that the server refuses, and not at all if it shows nothing", () => {
    const circle = enter(mine());
    circle.draft = "Breathe in\vand \x1b[1mout\x1b[0m";
    circle.send();
    expect(socket().sent.at(-1)).toMatchObject({ share: { text: { plain: "Breathe in\nand out" } } });
    const { length } = socket().sent;
    circle.draft = "\u200B";
    circle.send();
    expect(socket().sent).toHaveLength(length);
    expect(circle.draft).toBe("\u200B");
  });

  it("isn't sent when it isn't the person's turn", () => {
    const circle = enter(view({ round: round(), turn: { token: held(3) } }));
    circle.draft = "wait";
    circle.send();
    expect(circle.draft).toBe("wait");
    expect(socket().sent).toHaveLength(1);
  });

  it("is wiped from the device when the session ends", () => {
    const circle = enter(mine());
    circle.draft = "unsaid";
    socket().onclose?.({ code: 4202 });
    expect(new CircleStorage(storage, circleId).draft).toBe("");
    expect(circle.draft, "and stay on the page, to be copied").toBe("unsaid");
    expect(circle.view).toBeUndefined();
  });

  it("being sent when the session ends returns to the page, but not to the device", () => {
    const circle = enter(mine());
    circle.draft = "too late";
    circle.send();
    socket().onclose?.({ code: 4202 });
    expect(circle.draft).toBe("too late");
    expect(new CircleStorage(storage, circleId).draft).toBe("");
    expect(new CircleStorage(storage, circleId).pending).toEqual([]);
  });
});

describe("a new name", () => {
  const renames = (seat: number, was: string, now: string, by?: number) =>
    says(
      toRoom(
        [{ renamed: { seat, ...(by !== undefined && { by }) } }],
        { people: { [seat]: { name: textId(now) } } },
        { at: Date.now(), texts: { ...texts(now), [textId(was)]: null } },
      ),
    );

  it("is announced and shown with the one before, although that is erased at the same moment", () => {
    const circle = enter(view());
    renames(3, "Ben", "Robin B.");
    expect(circle.view?.texts[textId("Ben")]).toBeUndefined();
    expect(last(circle.voice.polite)).toBe("Ben is called Robin B. now.");
    expect(last(circle.voice.above)).toBe("Ben is called Robin B. now.");
  });

  it("given by a host is announced and shown to the person it is for, and kept on their device", () => {
    const circle = enter(mine());
    renames(2, "Ana", "Robin B.", 1);
    expect(last(circle.voice.polite)).toBe("A host changed your name. You’re called Robin B. now.");
    expect(last(circle.voice.above)).toBe("A host changed your name. You’re called Robin B. now.");
    expect(new CircleStorage(storage, circleId).keys?.name).toBe("Robin B.");
  });

  it("chosen a second time within a minute: the page says how long to wait", () => {
    const circle = enter(mine());
    circle.ask({ rename: { name: { plain: "Anna" } } });
    says({ re: lastId(), refused: { code: "slow_down", say: "" } });
    expect(circle.notice).toBe("You can change your name again in a minute.");
    circle.ask({ process_point: {} });
    says({ re: lastId(), refused: { code: "slow_down", say: "" } });
    expect(circle.notice, "other commands have a sentence of their own").toBe(words.refusals.sentences.slow_down);
  });
});

describe("someone who is offered the turn", () => {
  const offered = () => {
    const clock = { turn_id: 7, since: Date.now(), until: { until: Date.now() + 90_000 } };
    return view(
      { round: round(), turn: { turn_id: 7, token: { offered: { seat: 2 } }, lineup: [2] } },
      { own: { removed: false, hidden: {}, offer: clock } },
    );
  };
  const longers = () => Page.sockets.flatMap(({ sent }) => sent).filter((frame) => "longer" in frame);

  it("gets a little longer by a key press or a touch, but not by every one", () => {
    const circle = enter(offered());
    circle.touched();
    expect(longers()).toHaveLength(0);
    vi.advanceTimersByTime(20_000);
    circle.touched();
    circle.touched();
    expect(longers()).toHaveLength(1);
    says({ re: lastId(), refused: { code: "no_longer", say: "" } });
    expect(circle.notice, "the person did not ask for it").toBeUndefined();
  });
});

describe("someone who opens a round", () => {
  const opensWith = (start: number) => {
    const circle = enter(hostView({ phase: "gathering" }));
    circle.ask({ open_round: { order: "go_round", start: { seat: start } } });
    const asked = lastId();
    says(
      toRoom([{ round_opened: { round: 1 } }, { offered: { seat: start } }] as Fact[], {
        session: { phase: "open" },
        round: round(),
        turn: { turn_id: 7, token: { centre: null, offered: { seat: start } } },
        queue: turnAndQueue({ lineup: [1, 2] }).queue,
      }),
    );
    says({ re: asked, ok: { at: 11 } });
    return circle;
  };
  const taken = () => Page.sockets.flatMap(({ sent }) => sent).filter((frame) => "take" in frame);

  it("with themselves first has the turn at once, without a press", () => {
    const circle = opensWith(1);
    expect(circle.client.view?.room.turn.token, "the test is about an offer").toEqual({ offered: { seat: 1 } });
    expect(taken()).toEqual([expect.objectContaining({ take: { turn_id: 7 } })]);
  });

  it("with themselves first isn't shown the offer, nor told of it, but the turn", () => {
    const circle = opensWith(1);
    expect(circle.turn).toBe("waiting");
    expect(circle.view?.room.round, "the round comes with the turn").toBeUndefined();
    expect(circle.voice.assertive).toEqual([]);
    const token = { held: { seat: 1, since: Date.now(), shares: 0, firm: false } };
    says(toRoom([{ turn_began: { seat: 1 } }] as Fact[], { turn: { turn_id: 8, token: { offered: null, ...token } } }, { room: 12 }));
    says({ re: lastId(), ok: { at: 12 } });
    expect(circle.turn).toBe("held");
    expect(taken(), "is taken once").toHaveLength(1);
  });

  it("with themselves first is shown the offer if it couldn't be taken", () => {
    const circle = opensWith(1);
    says({ re: lastId(), refused: { code: "no_longer", say: "" } });
    expect(circle.turn).toBe("offered");
  });

  it("with themselves first is shown the offer if the connection drops", () => {
    const circle = opensWith(1);
    socket().onclose?.({ code: 1006 });
    expect(circle.turn).toBe("offered");
  });

  it("with someone else first takes nothing for them", () => {
    opensWith(2);
    expect(taken()).toEqual([]);
  });

  it("is asked like anyone when the turn comes to them later", () => {
    enter(hostView({ round: round(), turn: { turn_id: 7, token: { offered: { seat: 1 } }, lineup: [1, 2] } }));
    expect(taken()).toEqual([]);
  });
});

describe("a connection that drops", () => {
  it("is announced if it stays down, and when it is back", () => {
    const circle = enter(mine());
    socket().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1_000);
    expect(circle.voice.polite).toEqual([]);
    vi.advanceTimersByTime(4_000);
    expect(circle.voice.polite.map(({ text }) => text)).toEqual([words.connection.trying]);
    welcome();
    vi.advanceTimersByTime(1_000);
    expect(last(circle.voice.polite)).toBe(words.connection.back);
  });

  it("doesn't announce everything that happened in the meantime", () => {
    const circle = enter(mine());
    vi.advanceTimersByTime(30_000);
    says(toRoom([{ passed: { seat: 3 } }], {}, { at: Date.now() - 20_000 }));
    says(toRoom([{ passed: { seat: 4 } }], {}, { room: 12, at: Date.now() }));
    expect(circle.voice.polite.map(({ text }) => bare(text))).toEqual(["Cleo passed."]);
  });
});
