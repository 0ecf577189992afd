import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff, reconnectBackoff } from "../src/core/connection/backoff";
import { span } from "../src/core/clock";
import { draftOf, giveBack, spaceLeft } from "../src/features/message/draft";
import { words } from "../src/words/all";
import { addressOf, linkOf } from "../src/core/address";
import { limitOf, minutesOf } from "../src/features/round/minutes";
import { countChars, nameProblem } from "../src/core/view/text";
import { SavedCircles } from "../src/io/saved_circles";
import { CircleStorage, sweep } from "../src/io/storage";
import { circle, id, room } from "./build";
import { fakeStorage } from "./storages";
import { limits } from "./world";

let tab = fakeStorage();
beforeEach(() => {
  tab = fakeStorage();
  vi.stubGlobal("sessionStorage", tab);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the draft", () => {
  it("gets refused text back, before anything typed since", () => {
    expect(giveBack(draftOf(""), "not taken").text).toBe("not taken");
    expect(giveBack(draftOf("written since"), "not taken").text).toBe("not taken\n\nwritten since");
  });

  it("keeps the order of several returned texts", () => {
    const one = giveBack(draftOf("written since"), "first");
    expect(giveBack(one, "second").text).toBe("first\n\nsecond\n\nwritten since");
    expect(giveBack(giveBack(draftOf(" "), "first"), "second").text).toBe("first\n\nsecond");
  });
});

describe("what the device stores", () => {
  it("is the draft, as long as there is one", () => {
    const on = fakeStorage();
    new CircleStorage(on, circle).keys = { seatKey: "k", room, taken: true };
    new CircleStorage(on, circle).draft = "half a sentence";
    expect(new CircleStorage(on, circle).draft).toBe("half a sentence");
    expect(new CircleStorage(on, id(77)).draft).toBe("");
    expect([...on.memory].join(), "on the device").not.toContain("half");
    new CircleStorage(on, circle).draft = "";
    expect([...on.memory.keys()].sort()).toEqual([`hearth/${circle}/at`, `hearth/${circle}/keys`]);
    expect(tab.memory.size).toBe(0);
  });

  it("isn't the draft of someone else, in a closed tab that is opened again", () => {
    const on = fakeStorage();
    new CircleStorage(on, circle).keys = { seatKey: "k", name: "Ana", room, taken: true, since: 1 };
    new CircleStorage(on, circle).draft = "half a sentence";
    new CircleStorage(on, circle).keys = { seatKey: "l", name: "Zed", room, taken: true, since: 2 };
    expect(new CircleStorage(on, circle).draft).toBe("");
  });

  it("is what someone chose in *You*", () => {
    const on = fakeStorage();
    expect(new CircleStorage(on, circle).preferences).toEqual({});
    new CircleStorage(on, circle).preferences = { enterSends: true };
    expect(new CircleStorage(on, circle).preferences).toEqual({ enterSends: true });
  });

  it("is no draft if there is no session to return to", () => {
    const on = fakeStorage();
    new CircleStorage(on, circle).draft = "for nobody";
    expect(on.memory.size + tab.memory.size).toBe(0);
  });

  it("is nothing once the session is over, except the name in a circle among My circles", () => {
    const on = fakeStorage();
    const kept = new CircleStorage(on, circle);
    const fill = () => {
      kept.keys = { seatKey: "k", name: "Ana", room, taken: true };
      kept.draft = "half a sentence";
      kept.preferences = { calm: true, sound: true };
      kept.pending = [{ id: id(1), command: { leave: {} }, room, quiet: false, words: "hi", tries: 0, by: "k" }];
    };
    fill();
    kept.over();
    expect(on.memory.size + tab.memory.size).toBe(0);
    fill();
    new SavedCircles(on).keep({ circle, title: "Tuesday", role: "participant", secret: "A".repeat(43), at: 1 });
    kept.over();
    expect([...on.memory.keys()].sort()).toEqual([`hearth/${circle}/keys`, "hearth/mine"]);
    expect(kept.keys).toEqual({ seatKey: "k", name: "Ana", taken: false });
  });

  it("is the key of a seat, even before it is first sent", () => {
    const on = fakeStorage();
    expect(new CircleStorage(on, circle).keys).toBeUndefined();
    new CircleStorage(on, circle).keys = { seatKey: "k", name: "Ana", taken: false };
    expect(new CircleStorage(on, circle).keys).toEqual({ seatKey: "k", name: "Ana", taken: false });
  });

  it("is what was sent and not answered, if it carries text", () => {
    const on = fakeStorage();
    const share = {
      id: id(1),
      command: { share: { turn_id: 1, text: { plain: "hi" } } },
      room,
      quiet: false,
      words: "hi",
      tries: 0,
      by: "k",
    };
    const take = { id: id(2), command: { take: { turn_id: 1 } }, room, quiet: false, tries: 0, by: "k" };
    new CircleStorage(on, circle).pending = [share, take];
    expect(new CircleStorage(on, circle).pending).toEqual([share]);
  });

  it("is nothing if it was corrupted, and a full storage is tolerated", () => {
    const on = fakeStorage();
    on.setItem(`hearth/${circle}/keys`, "{");
    on.setItem(`hearth/${circle}/pending`, '"no list"');
    expect(new CircleStorage(on, circle).keys).toBeUndefined();
    expect(new CircleStorage(on, circle).pending).toEqual([]);
    const full = {
      ...fakeStorage(),
      setItem: () => {
        throw new Error("QuotaExceededError");
      },
    };
    expect(() => {
      new CircleStorage(full, circle).draft = "words";
    }).not.toThrow();
  });
});

describe("at every start, the page deletes", () => {
  const now = 1_000_000_000;
  const day_ms = 86_400_000;
  const used = (ago_ms: number, more = {}) => {
    const on = fakeStorage();
    const kept = new CircleStorage(on, circle);
    kept.keys = { seatKey: "k", name: "Ana", room, taken: true, ...more };
    kept.draft = "half a sentence";
    kept.preferences = { calm: true, sound: true };
    kept.pending = [{ id: id(1), command: { leave: {} }, room, quiet: false, words: "hi", tries: 0, by: "k" }];
    on.setItem(`hearth/${circle}/at`, String(now - ago_ms));
    return on;
  };
  const left = (on: ReturnType<typeof used>) => [...on.memory, ...tab.memory].join();

  it("a seat, name, draft and unanswered messages that weren't used for a day", () => {
    const fresh = used(day_ms - 60_000);
    sweep(now, fresh, tab);
    expect(left(fresh)).toContain("Ana");
    expect(left(fresh)).toContain("half a sentence");
    const old = used(day_ms + 60_000);
    sweep(now, old, tab);
    expect(left(old)).toBe("");
  });

  it("what has no time, or one that a wrong clock made", () => {
    const untimed = used(0);
    untimed.removeItem(`hearth/${circle}/at`);
    sweep(now, untimed, tab);
    expect(left(untimed)).toBe("");
    const ahead = used(-2 * day_ms);
    sweep(now, ahead, tab);
    expect(left(ahead)).toBe("");
  });

  it("a draft that an earlier version left on the device, and one in a tab whose person has gone", () => {
    const on = used(0);
    on.setItem(`hearth/${circle}/draft`, '"an old sentence"');
    sweep(now, on, tab);
    expect(left(on)).not.toContain("an old sentence");
    for (const key of [...on.memory.keys()]) on.removeItem(key);
    sweep(now, on, tab);
    expect(left(on)).toBe("");
  });

  it("everything but the name in a circle among My circles", () => {
    const on = used(day_ms + 60_000);
    new SavedCircles(on).keep({ circle, title: "Tuesday", role: "participant", secret: "A".repeat(43), at: 1 });
    sweep(now, on, tab);
    expect(new CircleStorage(on, circle).keys).toEqual({ seatKey: "k", name: "Ana", taken: false });
    expect(new SavedCircles(on).all()).toHaveLength(1);
    expect(left(on)).not.toContain("half");
  });

  it("nothing of a seat in use, whose time is updated", () => {
    vi.useFakeTimers({ now });
    const on = used(0);
    const kept = new CircleStorage(on, circle);
    kept.touch(now + day_ms);
    sweep(now + day_ms + 60_000, on, tab);
    vi.useRealTimers();
    expect(left(on)).toContain("Ana");
  });
});

describe("waits between attempts", () => {
  it("are between half and all of a time that doubles up to a limit", () => {
    expect([0, 1, 2, 5, 6, 99].map((tries) => backoff("now", tries, 0))).toEqual([
      125, 250, 500, 4_000, 5_000, 5_000,
    ]);
    expect([0, 1, 5, 99].map((tries) => backoff("later", tries, 1))).toEqual([2_000, 4_000, 60_000, 60_000]);
  });

  it("after a lost connection are about a second for half a minute, then a fraction of the time since the loss", () => {
    expect(reconnectBackoff(0, 0, 1)).toBe(250);
    expect([0, 5_000, 30_000, 60_000, 3_600_000].map((gone) => reconnectBackoff(gone, 3, 1))).toEqual([
      1_000, 1_000, 1_000, 2_000, 10_000,
    ]);
    expect(reconnectBackoff(0, 3, 0), "random within the second half").toBe(500);
  });
});

describe("addresses", () => {
  it("lead to the first page, to a circle with or without its secret, or nowhere", () => {
    const secret = "A".repeat(43);
    expect(addressOf("/", "")).toEqual({ at: "start" });
    expect(addressOf(`/c/${circle}`, `#${secret}`)).toEqual({ at: "circle", circle, secret });
    expect(addressOf(`/c/${circle.toUpperCase()}/`, "#short")).toEqual({ at: "circle", circle, broken: true });
    expect(addressOf(`/c/${circle}`, "")).toEqual({ at: "circle", circle });
    expect(addressOf("/c/no-circle", "")).toEqual({ at: "nowhere" });
    const link = new URL(linkOf("https://example.org", circle, secret));
    expect(addressOf(link.pathname, link.hash)).toEqual({ at: "circle", circle, secret });
  });
});

describe("a link that was sent around", () => {
  const secret = `${"A".repeat(40)}_-9`;
  const whole = { at: "circle", circle, secret };
  const reads = (link: string) => {
    const { pathname, hash } = new URL(link, "https://example.org");
    return addressOf(pathname, hash);
  };

  it.each([".", ")", ",", ">", "\"", "'", "”", "’", "»", "…", "!", ").", ">,", "]", ";", "*", "_", "%20", "%3E", "%E2%80%9D", " ", "\u00A0", "%", "%0A", "\u200B"])(
    "is read although it ends in “%s”",
    (end) => {
      expect(reads(`/c/${circle}#${secret}${end}`)).toEqual(whole);
    },
  );

  it.each([
    ["the # is encoded", `/c/${circle}%23${secret}`],
    ["the # is encoded, with a full stop", `/c/${circle}%23${secret}.`],
    ["the # is encoded twice over", `/c/${circle}/%23${secret}`],
    ["there are spaces around the #", `/c/${circle}%20#%20${secret}`],
    ["a mail broke the line", `/c/${circle}#${secret.slice(0, 20)}%20${secret.slice(20)}`],
    ["there are two #", `/c/${circle}##${secret}`],
    ["more words follow", `/c/${circle}#${secret}%20see you there`],
  ])("is read although %s", (_why, link) => {
    expect(reads(link)).toEqual(whole);
  });

  it("without its secret is still a circle's, whatever follows", () => {
    for (const end of ["", ".", ")", "/", "%3E", "#"]) expect(reads(`/c/${circle}${end}`)).toEqual({ at: "circle", circle });
    expect(reads(`/c/${circle}x`)).toEqual({ at: "nowhere" });
  });

  it("with a part of its secret missing is broken", () => {
    expect(reads(`/c/${circle}#${secret.slice(1)}.`)).toEqual({ at: "circle", circle, broken: true });
    expect(reads(`/c/${circle}%23${secret.slice(9)}`)).toEqual({ at: "circle", circle, broken: true });
    expect(reads(`/c/${circle}#${secret}ABC`)).toEqual({ at: "circle", circle, broken: true });
  });
});

describe("the preview of a link", () => {
  it("describes Hearth, and no circle", () => {
    const page = readFileSync(fileURLToPath(new URL("../index.html", import.meta.url)), "utf8");
    for (const name of ['name="description"', 'property="og:title"', 'property="og:description"']) {
      const [, content = ""] = new RegExp(`<meta ${name} content="([^"]+)" />`).exec(page) ?? [];
      expect(content.length, name).toBeGreaterThan(3);
      expect(content.length, name).toBeLessThan(160);
    }
  });
});

describe("small units", () => {
  it("of time are the ones people use", () => {
    expect(span(0)).toEqual({ unit: "over" });
    expect(span(1)).toEqual({ unit: "seconds", count: 10 });
    expect(span(41_000)).toEqual({ unit: "seconds", count: 50 });
    expect(span(58_000)).toEqual({ unit: "minutes", count: 1 });
    expect(span(150_000)).toEqual({ unit: "minutes", count: 3 });
  });

  it("of a turn's limit are the nearest that the page offers", () => {
    expect(limitOf("none")).toBeUndefined();
    expect(limitOf("3")).toEqual({ ms: 180_000, firm: false });
    expect(minutesOf({ ms: 200_000, firm: false })).toBe("3");
    expect(minutesOf(undefined)).toBe("none");
  });

  it("of text are the server's: characters, not UTF-16 code units", () => {
    expect(countChars("a👩‍👩‍👧é")).toBe(7);
    expect(nameProblem("  ", 40)).toBe("empty");
    expect(nameProblem("👋".repeat(41), 40)).toBe("too_long");
    expect(nameProblem("\u200B\u0301", 40)).toBe("blank");
    expect(nameProblem("Ana\u202E", 40), "what would be refused is dropped").toBeUndefined();
    expect(nameProblem("Ana 👩‍👩‍👧", 40)).toBeUndefined();
  });
});

describe("the draft", () => {
  const told = (text: string) => {
    const left = spaceLeft(text, limits.share_chars, limits.lines);
    return left && words.message.spaceLeft(left);
  };

  it("says when a text has more lines than a message may have, and says nothing before", () => {
    expect(told("line\n".repeat(90))).toBeUndefined();
    expect(told(`${"line\n".repeat(91)}line`)).toBe("8 lines left");
    expect(told(`${"line\n".repeat(98)}line`)).toBe("1 line left");
    expect(told(`${"line\n".repeat(100)}line`)).toBe("1 line too many");
    expect(told(`${"\u2028".repeat(100)}.`), "empty lines at the ends don't count").toBeUndefined();
    expect(told(`.${"\u2028".repeat(200)}.`)).toBe("101 lines too many");
  });

  it("says what has to go first, if it has too many characters or lines", () => {
    expect(told("a".repeat(3_700))).toBeUndefined();
    expect(told("a".repeat(3_701))).toBe("299 characters left");
    expect(told("a".repeat(4_001))).toBe("1 character too many");
    expect(told(`${"line\n".repeat(95)}${"a".repeat(4_000)}`)).toBe("475 characters too many");
    expect(told(`${"line\n".repeat(105)}${"a".repeat(4_000)}`)).toBe("6 lines too many");
  });
});
