import { describe, expect, it } from "vitest";
import { type Announcer, announce, silent } from "../src/features/announcer/announcer";
import { bare, named } from "../src/core/view/isolated";
import { endsTurn, newsOf, timeNews, type News, type Telling } from "../src/features/announcer/news";
import type { Fact, View } from "../src/core/wire";
import { words } from "../src/words/all";
import { held, hosts, hostView, messages, round, message, textId, texts, view } from "./build";

const name = (seat: number) => named(["", "Fay", "Ana", "Ben", "Cleo"][seat] ?? "Someone");
const nameBefore = (seat: number) => named(`Young ${name(seat)}`);
const sentence = (news: News) => bare(words.news.sentence(news));
const telling = (after: View, fact: Fact, before = after): Telling | undefined =>
  newsOf(fact, before, after, name, nameBefore);

function told(after: View, fact: Fact): string | undefined {
  const news = telling(after, fact)?.news;
  return news && sentence(news);
}

/** Returns the view after someone has said something as message 50. */
const after = (seat: number, text: string, kind: "share" | "announcement" = "share") =>
  view({}, messages(message(50, seat, text, { kind })));
const says: Fact = { said: { message: 50 } };

describe("what is announced", () => {
  it("tells hosts whom another host lets back in, and from an earlier session in any case", () => {
    const earlier = { name: textId("Robin"), at: 1, until: "lifted" } as const;
    const before = hostView({}, { ...hosts({ bars: { one: earlier } }), texts: texts("Robin") });
    const lifted = (by: number, seat?: number): Fact => ({ bar_lifted: { bar: "one", ...(seat !== undefined && { seat }), by } });
    const said = (fact: Fact) => {
      const news = telling(hostView(), fact, before)?.news;
      return news && sentence(news);
    };
    expect(said(lifted(1))).toBe("Robin can come back.");
    expect(said(lifted(2, 3))).toBe("Ben can come back.");
    expect(said(lifted(1, 3)), "the undo says so").toBeUndefined();
  });

  it("interrupts for an offer to this person, a pause and their removal, and for nothing else", () => {
    const offer = (seat: number): Fact => ({ offered: { seat } });
    expect(telling(view(), offer(2))?.assertive).toBe(true);
    expect(telling(view(), { paused: { reason: "host" } })?.assertive).toBe(true);
    expect(telling(view(), { you_were_removed: {} })?.assertive).toBe(true);
    expect(telling(view(), offer(3))?.assertive).toBe(false);
    expect(telling(view(), { turn_began: { seat: 2 } })?.assertive).toBe(false);
    expect(telling(view(), { you_were_muted: {} })?.assertive).toBe(false);
  });

  it("has a sentence for each step of a turn", () => {
    expect(told(view(), { offered: { seat: 2 } })).toBe(
      "The turn is offered to you. You can take it, pass or say later. There’s no hurry.",
    );
    expect(told(view(), { offered: { seat: 3 } })).toBe("The turn is offered to Ben.");
    expect(told(view(), { turn_began: { seat: 2 } })).toBe("It’s your turn.");
    expect(told(after(3, "private words"), says)).toBe("Ben shared.");
    expect(told(view(), { turn_ended: { seat: 3, how: "finished" } })).toBe("Ben has finished.");
    expect(told(view(), { turn_ended: { seat: 2, how: "connection_lost" } })).toBe(
      "You didn’t reconnect in time, so the turn moved on.",
    );
    expect(told(view(), { offer_ended: { seat: 3, how: "unanswered" } })).toBe(
      "Ben didn’t answer, so the turn moved on.",
    );
  });

  it("includes what the facilitator announces, and what is asked", () => {
    expect(told(after(1, "Five minutes more", "announcement"), says)).toBe("Fay to everyone: Five minutes more");
    const asked = view({ round: round({ prompt: textId("What helped?") }) }, { texts: texts("What helped?") });
    expect(told(asked, { round_opened: { number: 1 } })).toBe("A round begins. The question: What helped?");
    expect(told(asked, { prompt_changed: {} })).toBe("The question is now: What helped?");
    expect(told(view({ round: round() }), { prompt_changed: {} })).toBe(
      "This round has no question now.",
    );
    expect(told(asked, { order_changed: { order: "hands" } })).toBeUndefined();
    const pause = { reason: "host", message: textId("A breath") } as const;
    expect(told(view({ pause }, { texts: texts("A breath") }), { paused: { reason: "host" } })).toBe(
      "The circle is paused: A breath",
    );
  });

  it("says who rang the bell and why, even to the person who rang it, and when the silence is over", () => {
    const rang = (by: number): Fact => ({ silence_began: { by } });
    const reason = "For Noor's mother.";
    const kept = view({ silence: { by: 1, until: 9_000, reason: textId(reason) } }, { texts: texts(reason) });
    expect(told(kept, rang(1))).toBe(`Fay rang the bell. “${reason}” Nobody can send until the silence ends.`);
    expect(told(view(), rang(2))).toBe("You rang the bell. Nobody can send until the silence ends.");
    expect(told(view(), { silence_ended: { by: 1 } })).toBe("The silence is over.");
    expect(telling(kept, rang(1))?.assertive).toBe(false);
  });

  it("gives both names of a person who chose a new one, and only the new one if a host chose it", () => {
    const renamed = (seat: number, by?: number): Fact => ({ renamed: { seat, ...(by !== undefined && { by }) } });
    expect(told(view(), renamed(3))).toBe("Young Ben is called Ben now.");
    expect(told(view(), renamed(3, 1)), "the host may have replaced an insult").toBe(
      "A host changed someone’s name. They’re called Ben now.",
    );
    expect(told(view(), renamed(2)), "they know what they did").toBeUndefined();
    expect(told(hostView(), renamed(3, 1)), "so does the host").toBeUndefined();
  });

  it("tells a person at once, without interrupting, that a host changed their name", () => {
    const renamed: Fact = { renamed: { seat: 2, by: 1 } };
    expect(told(view(), renamed)).toBe("A host changed your name. You’re called Ana now.");
    expect(telling(view(), renamed)).toMatchObject({ assertive: false, between: false });
  });

  it("leaves out what this person has just done", () => {
    expect(told(after(2, "mine"), says)).toBeUndefined();
    expect(told(view(), { passed: { seat: 2 } })).toBeUndefined();
  });

  it("leaves out facts that this page does not know, and messages that it does not hold", () => {
    expect(told(view(), { sang: { seat: 3 } } as unknown as Fact)).toBeUndefined();
    expect(told(view(), says)).toBeUndefined();
  });

  it("does not ask someone who is muted to take the turn", () => {
    const muted = view({}, { own: { removed: false, hidden: {}, muted: {} } });
    expect(told(muted, { offered: { seat: 2 } })).toBeUndefined();
    expect(told(muted, { turn_began: { seat: 2 } })).toBeUndefined();
    expect(told(muted, { offered: { seat: 3 } })).toBe("The turn is offered to Ben.");
  });

  it.each(["finished", "passed", "later", "given_up"] as const)(
    "does not tell someone who was muted during their turn that they gave it up (%s)",
    (how) => {
      expect(told(view(), { turn_ended: { seat: 2, how } })).toBe("Your turn is over.");
    },
  );

  it("tells hosts about raised hands and about people who ask for help", () => {
    const raised: Fact = { hand_raised: { seat: 3 } };
    expect(told(view(), raised)).toBeUndefined();
    expect(told(hostView(), raised)).toBe("Ben raised a hand.");
    expect(told(hostView(), { process_point_raised: { seat: 3 } })).toBe("Ben asked the hosts for help.");
    expect(told(hostView(), { barred: { bar: "one", seat: 3, by: 2 } })).toBe("Ben was removed.");
    expect(told(hostView(), { barred: { bar: "one", seat: 3, by: 1 } }), "they know what they did").toBeUndefined();
  });

  it("gives one notice a minute before a limit, and another at its end", () => {
    const limited = view({ turn: { token: held(2, { since: 0, limit: { until: 180_000 } }) } });
    const at = (from: number, to: number) => {
      const news = timeNews(limited, from, to, name)?.news;
      return news && sentence(news);
    };
    expect(at(118_000, 119_000)).toBeUndefined();
    expect(at(119_500, 120_500)).toBe("You have about a minute left. Please finish when you can.");
    expect(at(120_500, 121_500)).toBeUndefined();
    expect(at(179_500, 180_500)).toBe("Your time is up. Please finish your sentence.");
    const still = view({ turn: { token: held(2, { limit: { left: 60_000 } }) } });
    expect(timeNews(still, 0, 1_000_000, name)).toBeUndefined();
  });
});

describe("when it is announced", () => {
  function spoken(
    tellings: (Telling | undefined)[],
    underWay: boolean,
    from: Announcer = silent,
  ): [string[], Announcer] {
    let announcer = from;
    const all: string[] = [];
    for (const one of tellings) {
      const [next, now] = announce(announcer, one, underWay);
      announcer = next;
      all.push(...now.assertive.map(sentence), ...now.polite.map(sentence));
    }
    return [all, announcer];
  }

  it("arrivals and departures wait for the end of a turn", () => {
    const left = telling(view(), { left: { seat: 3 } });
    const done = telling(view(), { turn_ended: { seat: 4, how: "finished" } });
    const [during, announcer] = spoken([left, left], true);
    expect(during).toEqual([]);
    expect(spoken([done], false, announcer)[0]).toEqual(["Cleo has finished.", "Ben left.", "Ben left."]);
    expect(spoken([left], false)[0]).toEqual(["Ben left."]);
  });

  it("so do new names", () => {
    const [during, announcer] = spoken([telling(view(), { renamed: { seat: 3 } })], true);
    expect(during).toEqual([]);
    expect(spoken([undefined], false, announcer)[0]).toEqual(["Young Ben is called Ben now."]);
  });

  it("a turn ends even if the next offer comes at the same moment; a pass by someone who is waiting ends none", () => {
    const before = view({ turn: { turn_id: 7, token: held(4) } });
    const next = view({ turn: { turn_id: 8, token: { offered: { seat: 3 } } } });
    expect(endsTurn({ turn_ended: { seat: 4, how: "finished" } }, before, next)).toBe(true);
    expect(endsTurn({ passed: { seat: 4 } }, before, next)).toBe(true);
    expect(endsTurn({ offered: { seat: 3 } }, before, next)).toBe(false);
    expect(endsTurn({ passed: { seat: 2 } }, before, before)).toBe(false);
  });

  it("several messages from one person are announced once", () => {
    const shared = telling(after(3, "line"), says);
    const other = telling(after(4, "line"), says);
    expect(spoken([shared, shared, shared, other, shared], true)[0]).toEqual([
      "Ben shared.",
      "Cleo shared.",
      "Ben shared.",
    ]);
  });

  it("only the latest of many arrivals and departures are announced", () => {
    const joined = telling(view(), { returned: { seat: 3 } });
    const [, announcer] = spoken(
      Array.from({ length: 50 }, () => joined),
      true,
    );
    expect(announcer.held).toHaveLength(8);
  });
});
