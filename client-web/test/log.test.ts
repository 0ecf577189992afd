/** The log as it is read: chapters, turns, what happened between them, and where someone is in it. */
import { describe, expect, it } from "vitest";
import { answered, type Chapter, Chapters, emptiness, litKey, respondedTo, speakersOf, type Turn } from "../src/features/log/chapters";
import { directed, type Directions, noDirections } from "../src/features/log/directions";
import { DrawnPages, type Sight } from "../src/features/log/drawn.svelte";
import { GradualPages } from "../src/features/log/gradual.svelte";
import { isAtEnd, newestOf, newTo, oldestOf, staysAtEnd } from "../src/features/log/place";
import type { Numbered } from "../src/core/view/messages";
import type { View } from "../src/core/wire";
import { words } from "../src/words/all";
import { held, type InRoom, message, messages, question, round, settings, textId, texts, view } from "./build";

function spoken(all: Numbered[], more: InRoom = {}, ...prompts: string[]): View {
  const said = messages(...all);
  return view(more, { ...said, texts: { ...said.texts, ...texts(...prompts) } });
}
const shape = (chapters: readonly Chapter[]) =>
  chapters.map(({ round: number, items }) => [number, ...items.map((item) => (item.is === "turn" ? item.entries.map((entry) => entry.number) : item.direction.is))]);
const turns = (chapters: readonly Chapter[]) => chapters.flatMap(({ items }) => items.filter((item): item is Turn => item.is === "turn"));

describe("chapters", () => {
  it("are the rounds, with the turns of people in them", () => {
    const said = [
      message(1, 2, "hi", { round: 0 }),
      message(2, 2, "a"),
      message(3, 3, "b"),
      message(4, 3, "c"),
      message(5, 3, "Tea", { kind: "announcement" }),
      message(6, 3, "d", { round: 2 }),
    ];
    expect(shape(new Chapters().of(spoken(said, { round: round({ number: 2 }) }), []))).toEqual([[0, [1]], [1, [2], [3, 4], [5]], [2, [6]]]);
  });

  it("begin when their round opens, with its question, before anyone speaks", () => {
    const read = new Chapters();
    const opened = spoken([message(1, 2, "hi", { round: 0 })], { round: round({ prompt: textId("What helped?") }) }, "What helped?");
    expect(read.of(opened, []).at(-1)).toEqual({ key: "round 1", round: 1, question: "What helped?", over: false, items: [], pages: [] });
    const closed = spoken([message(1, 2, "hi", { round: 0 })], { round: round({ open: false }) });
    expect(shape(read.of(closed, []))).toEqual([[0, [1]]]);
  });

  it("keep their question after the round, also when the page is opened later", () => {
    const said = [question(1, "One?"), message(2, 2, "a"), question(3, "Two?", { round: 2 }), question(4, "Three?", { round: 3 }), message(5, 2, "b", { round: 3 })];
    const now = spoken(said, { round: round({ number: 3, prompt: textId("Three?") }) });
    const chapters = new Chapters().of(now, []);
    expect(shape(chapters), "they aren't turns").toEqual([[1, [2]], [2], [3, [5]]]);
    expect(chapters.map((chapter) => [chapter.question, chapter.over])).toEqual([["One?", true], ["Two?", true], ["Three?", false]]);
    expect(speakersOf(chapters[0]!)).toEqual([2]);
  });

  it("have the last question that was asked, and none that was taken back", () => {
    const said = (number: number) => [question(1, "One?", { taken_back: true }), message(2, 2, "a"), question(3, "Two?"), message(4, 2, "b", { round: number })];
    const erased = (made: View): View => ({ ...made, texts: Object.fromEntries(Object.entries(made.texts).filter(([id]) => id !== textId("One?"))) });
    const changed = new Chapters().of(erased(spoken(said(1), { round: round({ prompt: textId("Two?") }) })), []);
    expect(shape(changed), "no trace of the first").toEqual([[1, [2, 4]]]);
    expect(changed[0]!.question).toBe("Two?");
    const later = new Chapters().of(erased(spoken(said(2), { round: round({ number: 2 }) })), []);
    expect(later.map((chapter) => chapter.question)).toEqual(["Two?", undefined]);

    const read = new Chapters();
    read.of(spoken([question(1, "One?")], { round: round({ prompt: textId("One?") }) }), []);
    const none = erased(spoken([question(1, "One?", { taken_back: true })], { round: round() }));
    expect(read.of(none, [])[0]?.question).toBeUndefined();
    expect(read.of(erased(spoken([question(1, "One?", { taken_back: true })], { round: round({ open: false }) })), [])).toEqual([]);
  });

  it("keep the question before the eyes of someone who came after it was asked", () => {
    const read = new Chapters();
    const first = [message(5, 2, "a")];
    expect(read.of(spoken(first, { round: round({ prompt: textId("One?") }) }, "One?"), [])[0]?.question).toBe("One?");
    const more = [...first, question(6, "Two?", { round: 2 })];
    expect(read.of(spoken(more, { round: round({ number: 2, prompt: textId("Two?") }) }), []).map((chapter) => chapter.question)).toEqual(["One?", "Two?"]);
  });

  it("tell what happened before the first message, unless earlier ones aren't loaded", () => {
    const joined = [{ id: 0, is: "joined" as const, seat: 3, after: 0, round: 0 }];
    const asked = spoken([question(1, "One?"), message(2, 2, "a")], { round: round({ prompt: textId("One?") }) });
    expect(shape(new Chapters().of(asked, joined))).toEqual([[0, "joined"], [1, [2]]]);
    expect(shape(new Chapters().of({ ...asked, earlier: true }, joined))).toEqual([[1, [2]]]);
  });

  it("leave everything that an event doesn't change as it is", () => {
    const read = new Chapters();
    const said = Array.from({ length: 300 }, (_none, at) => message(at + 1, 2 + (at % 3), `words ${at}`, { round: at < 100 ? 1 : 2 }));
    const all = spoken(said, { round: round({ number: 2 }) });
    const before = read.of(all, []);
    expect(read.of({ ...all, own: { removed: false, hidden: {} } }, []), "an event that says nothing").toBe(before);

    const { texts: more, messages: one } = messages(message(301, 2, "more", { round: 2 }));
    const after = read.of({ ...all, messages: { ...all.messages, ...one }, texts: { ...all.texts, ...more } }, []);
    expect(after[0]).toBe(before[0]);
    expect(after[1]!.pages.filter((page) => !before[1]!.pages.includes(page)).map(({ items }) => items.length), "only the last page changes").toEqual([6]);
    const known = new Set<object>(turns(before));
    expect(turns(after).filter((turn) => !known.has(turn)).map(({ key }) => key)).toEqual(["m301"]);

    const gesture = { ...all.messages, 150: { ...all.messages[150]!, gestures: { 2: ["heard" as const] } } };
    expect(turns(read.of({ ...all, messages: gesture }, [])).filter((turn) => !known.has(turn)).map(({ key }) => key)).toEqual(["m150"]);
    const { [textId("words 149")]: _erased, ...left } = all.texts;
    const erased = turns(read.of({ ...all, texts: left }, [])).filter((turn) => !known.has(turn));
    expect(erased.map(({ key, entries }) => [key, entries[0]?.words])).toEqual([["m150", undefined]]);
  });

  it("have the same keys when earlier messages are loaded", () => {
    const said = [message(1, 2, "a"), message(2, 3, "pause", { round: 0 }), message(3, 3, "more", { round: 0 }), message(4, 2, "b", { round: 2 })];
    const keys = (of: Numbered[]) => new Chapters().of(spoken(of, { round: round({ number: 2 }) }), []).map(({ key }) => key);
    expect(keys(said)).toEqual(["round 1", "after 1", "round 2"]);
    expect(keys(said.slice(2))).toEqual(["after 1", "round 2"]);
  });

  it("have every item on a page, and the same pages when earlier messages are loaded", () => {
    const said = Array.from({ length: 60 }, (_none, at) => message(at + 1, 2 + (at % 3), `words ${at}`));
    const read = new Chapters();
    const late = read.of(spoken(said.slice(20)), [])[0]!;
    expect(late.pages.flatMap(({ items }) => items)).toEqual(late.items);
    const all = read.of(spoken(said), [])[0]!;
    expect(all.pages.flatMap(({ items }) => items)).toEqual(all.items);
    const keys = all.pages.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.slice(-late.pages.length)).toEqual(late.pages.map(({ key }) => key));
    expect(all.pages.slice(1 - late.pages.length), "all but the page that was completed").toEqual(late.pages.slice(1));
  });

  it("are drawn page by page", () => {
    const waiting: (() => void)[] = [];
    const gradual = new GradualPages((call) => {
      waiting.push(call);
      return () => void waiting.splice(waiting.indexOf(call), 1);
    });
    gradual.begin(2);
    expect([gradual.left, waiting.length], "a short one at once").toEqual([0, 0]);
    gradual.begin(6);
    const left = [gradual.left];
    while (waiting.length > 0) {
      waiting.shift()!();
      left.push(gradual.left);
    }
    expect(left).toEqual([3, 2, 1, 0]);
    gradual.begin(6);
    gradual.begin(5);
    expect(waiting.length, "never twice at once").toBe(1);
    gradual.finish();
    expect([gradual.left, waiting.length], "on paper at once").toEqual([0, 0]);
  });

  it("show who spoke in them", () => {
    const said = [message(1, 3, "a"), message(2, 2, "b"), message(3, 3, "c"), message(4, 1, "Tea", { kind: "announcement" })];
    expect(speakersOf(new Chapters().of(spoken(said), [])[0]!)).toEqual([3, 2]);
  });
});

describe("a response to a turn", () => {
  const turnOf = (...all: Numbered[]) => turns(new Chapters().of(spoken(all), []))[0]!;

  it("answers its last words that are still there", () => {
    const first = message(1, 3, "a");
    expect(answered(turnOf(first, message(2, 3, "b")))?.number).toBe(2);
    expect(answered(turnOf(first, message(2, 3, "b", { taken_back: true }), message(3, 3, "c", { hidden: true })))?.number).toBe(1);
    expect(answered(turnOf(message(1, 3, "a", { hidden: true })))).toBeUndefined();
  });

  it("is found on any of its words, so that it can be taken back when the turn has gone on", () => {
    const turn = turnOf(message(1, 3, "a", { gestures: { 2: ["heard"], 4: ["with_you"] } }), message(2, 3, "b", { gestures: { 2: ["with_you"] } }));
    expect(respondedTo(turn, 2, "heard")).toEqual([1]);
    expect(respondedTo(turn, 2, "with_you")).toEqual([2]);
    expect(respondedTo(turn, 2, "thank_you")).toEqual([]);
  });
});

describe("the light", () => {
  const lit = (at: number, seat = 3) => {
    const of = spoken([message(1, 3, "before", { at: 10 }), message(2, 2, "x", { at: 20 }), message(3, 3, "now", { at })], { turn: { token: held(seat, { since: 100 }) } });
    return litKey(new Chapters().of(of, []), of.room);
  };

  it("is on the last words of the person who has the turn, once they have spoken in it", () => {
    expect(lit(150)).toBe("m3");
    expect(lit(50), "words from before the turn").toBeUndefined();
    expect(lit(150, 2), "someone else has it now").toBeUndefined();
  });
});

describe("what happens between messages", () => {
  const said = spoken([message(7, 3, "a")], { round: round() });

  it("stands where it happened", () => {
    let now: Directions = directed(noDirections, { passed: { seat: 2 } }, said, said, false);
    now = directed(now, { offered: { seat: 4 } }, said, said, true);
    const later = spoken([message(7, 3, "a"), message(9, 4, "b")], { round: round() });
    expect(shape(new Chapters().of(later, now.shown))).toEqual([[1, [7], "passed", [9]]]);
    expect(words.log.happened("passed", "you")).toBe("You passed.");
  });

  it("waits for the end of a turn if it is about coming and going", () => {
    const during = directed(noDirections, { joined: { seat: 4 } }, said, said, true);
    expect(during.shown).toEqual([]);
    const after = directed(during, { turn_ended: { seat: 3, how: "finished" } }, said, said, false);
    expect(after.shown.map(({ is, seat }) => [is, seat])).toEqual([["joined", 4]]);
    expect(directed(after, { said: { message: 7 } }, said, said, false), "nothing else is told").toBe(after);
  });

  it("tells who rang the bell when the silence is over", () => {
    const silent = spoken([message(7, 3, "a")], { round: round(), silence: { by: 2, until: 9 } });
    const began = directed(noDirections, { silence_began: { by: 2 } }, said, silent, true);
    expect(began, "the log shows it").toBe(noDirections);
    const ended = directed(began, { silence_ended: { by: 1 } }, silent, said, true);
    expect(ended.shown.map(({ is, seat, after }) => [is, seat, after])).toEqual([["rang", 2, 7]]);
    expect(words.log.happened("rang", "you")).toBe("You rang the bell.");
  });

  it("notes that everyone in a round was asked before it was closed", () => {
    const open = (complete: boolean) => view({ round: round(), turn: { complete } });
    const closed = view({ round: round({ open: false }) });
    const after = (complete: boolean) => directed(noDirections, { round_closed: { number: 1 } }, open(complete), closed, false).heardOut;
    expect(after(true)).toEqual([1]);
    expect(after(false)).toEqual([]);
    expect(words.log.over(1, true)).toBe("End of round 1. Everyone who wanted to has spoken.");
    expect(words.log.over(1, false)).toBe("End of round 1.");
  });
});

describe("the place of someone who reads", () => {
  it("is at the end, which is followed, or further up", () => {
    expect(isAtEnd({ scrollTop: 960, clientHeight: 500, scrollHeight: 1500 })).toBe(true);
    expect(isAtEnd({ scrollTop: 900, clientHeight: 500, scrollHeight: 1500 })).toBe(false);
  });

  it("stays at the end unless they scroll up", () => {
    const end = { scrollTop: 1_000, clientHeight: 500, scrollHeight: 1_500 };
    const stays = (now: Partial<typeof end>, acted: boolean) => staysAtEnd(end, { ...end, ...now }, acted);
    for (const acted of [true, false]) {
      expect(stays({ scrollTop: 900 }, acted), "scrolled up").toBe(false);
      expect(stays({ scrollHeight: 1_900 }, acted), "new words").toBe(true);
      expect(stays({ clientHeight: 300 }, acted), "a keyboard opened").toBe(true);
      expect(stays({ scrollTop: 800, scrollHeight: 1_300 }, acted), "something was folded").toBe(true);
    }
    const shorter = { scrollTop: 700, scrollHeight: 1_450 };
    expect(stays(shorter, true), "scrolled up over what turned out to be shorter").toBe(false);
    expect(stays(shorter, false), "the browser moved it: new words came, and earlier ones turned out to be shorter").toBe(true);
  });

  it("knows what others have said since", () => {
    const chapters = new Chapters().of(spoken([message(1, 3, "a"), message(2, 2, "mine"), message(3, 3, "b"), message(4, 4, "c", { round: 2 })]), []);
    expect(newestOf(chapters)).toBe(4);
    expect(newTo(1, chapters, 2)).toEqual([3, 4]);
    expect(newTo(4, chapters, 2)).toEqual([]);
    expect(newestOf([])).toBe(0);
    const asked = spoken([question(1, "What helped?"), message(2, 3, "a"), question(3, "And now?", { round: 2 })]);
    const read = new Chapters().of(asked, []);
    expect([newestOf(read), newTo(0, read, 2)], "questions aren't new messages").toEqual([2, [2]]);
    expect(oldestOf(asked), "but earlier messages come before them").toBe(1);
    expect([words.log.newMessages(1), words.log.newMessages(3)]).toEqual(["1 new message", "3 new messages"]);
  });
});

describe("an empty log", () => {
  it("doesn't say that nothing was said to someone who came in the middle", () => {
    expect(emptiness(view())).toBe("nothing_said");
    expect(emptiness(view({ round: round() }))).toBe("nothing_said");
    expect(emptiness(view({ round: round(), turn: { heard: [3] } }))).toBe("from_now_on");
    expect(emptiness(view({ round: round(), turn: { token: held(3, { shares: 1 }) } }))).toBe("from_now_on");
    expect(emptiness(view({ round: round({ open: false }) }))).toBe("from_now_on");
    expect(emptiness(view({ phase: "lingering", settings: { ...settings, earlier_words: true } }))).toBe("nothing_said");
  });
});

describe("the part of the log that is in the document", () => {
  const keys = (count: number) => Array.from({ length: count }, (_none, key) => key);
  const opened = (count: number, sight: Partial<Sight> = {}) => {
    const waiting: (() => void)[] = [];
    const seen: Sight = { atEnd: true, inUse: false, screens: 9, ...sight };
    const drawn = new DrawnPages(keys(count), () => seen, (call) => {
      waiting.push(call);
      return () => void waiting.splice(waiting.indexOf(call), 1);
    });
    const idle = () => {
      while (waiting.length > 0) waiting.shift()?.();
    };
    return { drawn, seen, idle };
  };

  it("is all of a short log", () => {
    expect(opened(3).drawn.from).toBe(0);
  });

  it("is the end of a long one: first what is in sight, then what someone may soon read", () => {
    const { drawn, idle } = opened(40);
    expect(drawn.from).toBe(37);
    drawn.settle();
    idle();
    expect(drawn.from).toBe(35);
  });

  it("moves along with the end, and begins anew there once someone has read back", () => {
    const { drawn, idle } = opened(40);
    drawn.settle(keys(42));
    idle();
    expect(drawn.from).toBe(37);
    drawn.more();
    drawn.more();
    expect(drawn.from).toBe(33);
    drawn.settle();
    idle();
    expect(drawn.from).toBe(37);
  });

  it("stays for someone who reads further up, has the focus in it or has selected something", () => {
    const { drawn, seen, idle } = opened(40, { atEnd: false });
    drawn.settle(keys(50));
    idle();
    expect(drawn.from).toBe(37);
    Object.assign(seen, { atEnd: true, inUse: true });
    drawn.settle();
    idle();
    expect(drawn.from).toBe(37);
  });

  it("grows before someone reaches its start, up to everything", () => {
    const { drawn } = opened(6);
    drawn.reads(3);
    expect(drawn.from).toBe(3);
    drawn.reads(1);
    expect(drawn.from).toBe(1);
    drawn.reads(0);
    expect(drawn.from).toBe(0);
  });

  it("fills the screen, however short the words are", () => {
    const { drawn, idle } = opened(40, { screens: 1 });
    drawn.settle();
    idle();
    expect(drawn.from, "nothing fills this screen").toBe(0);
  });

  it("doesn't come and go where a long page is followed by short ones", () => {
    const { drawn, seen, idle } = opened(40, { screens: 1 });
    Object.defineProperty(seen, "screens", { get: () => (drawn.from <= 30 ? 9 : 1) });
    drawn.settle();
    idle();
    expect(drawn.from).toBe(30);
  });
});
