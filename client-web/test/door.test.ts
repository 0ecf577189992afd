import { bare } from "../src/core/view/isolated";
import { describe, expect, it } from "vitest";
import {
  foldAgreements,
  holdersOf,
  lateOf,
  maySetHour,
  meanwhileOf,
  nextHour,
  screenOf,
} from "../src/features/door/door";
import { forField, lasting, until } from "../src/features/door/hour";
import type { Door, LinkRole, LobbySummary, Settings } from "../src/core/wire";
import { words } from "../src/words/all";
import { circle, room, settings } from "./build";

const now = Date.UTC(2026, 11, 3, 16, 10);
const minutes = (count: number) => count * 60_000;
const hours = (count: number) => count * 3_600_000;

const session = (more: Partial<LobbySummary> = {}): LobbySummary => ({
  ...{ room, phase: "gathering", here: 2, hosts: [], closed: false },
  ...more,
});
const door = (more: Partial<Door> = {}, set: Partial<Settings> = {}): Door => ({
  ...{ circle, role: "participant", title: { plain: "Tuesday" }, locker: "", now },
  settings: { ...settings, ...set },
  ...more,
});

describe("the door", () => {
  it("is open by default", () => {
    expect(screenOf(door(), false, now)).toBe("door");
    expect(screenOf(door({ session: session() }), false, now)).toBe("door");
    expect(screenOf(door({ role: "keeper", session: session() }), false, now)).toBe("keeper");
  });

  it("makes members and listeners wait for the start time, and changes then or if the circle opens early", () => {
    const next_at = now + minutes(20);
    for (const role of ["participant", "listener"] as const) {
      expect(screenOf(door({ role, next_at }), false, now)).toBe("waiting");
      expect(screenOf(door({ role, next_at }), false, next_at - 1)).toBe("waiting");
      expect(screenOf(door({ role, next_at }), false, next_at)).toBe("door");
      expect(screenOf(door({ role, next_at, session: session() }), false, now)).toBe("door");
    }
    for (const role of ["facilitator", "moderator"] as const) {
      expect(screenOf(door({ role, next_at }), false, now)).toBe("door");
    }
  });

  it("is closed to newcomers once the session has begun, and to nobody else", () => {
    const begun = door({ session: session({ phase: "open", closed: true }) });
    expect(screenOf(begun, false, now)).toBe("begun");
    expect(screenOf(begun, true, now), "someone with a place can come back").toBe("door");
    expect(screenOf({ ...begun, role: "listener" }, false, now)).toBe("begun");
    expect(screenOf({ ...begun, role: "moderator" }, false, now)).toBe("door");
  });

  it("shows the time of the next session, not of one that opened early", () => {
    expect(nextHour(door(), now)).toBeUndefined();
    expect(nextHour(door({ next_at: now - 1 }), now)).toBeUndefined();
    expect(nextHour(door({ next_at: now + minutes(20) }), now)).toBe(now + minutes(20));
    expect(nextHour(door({ next_at: now + minutes(20), session: session() }), now)).toBeUndefined();
    expect(nextHour(door({ next_at: now + hours(48), session: session() }), now)).toBe(now + hours(48));
  });

  it("lets the facilitator and the keeper schedule it", () => {
    const all: LinkRole[] = ["keeper", "facilitator", "moderator", "participant", "listener"];
    expect(all.filter(maySetHour)).toEqual(["keeper", "facilitator"]);
  });
});

describe("the door shows", () => {
  const { door: say } = words;

  it("who holds the circle: the hosts present, or what its maker wrote, or how to find out", () => {
    const names = [{ plain: "Fay" }, { plain: "Mo" }];
    const held_by = { plain: "the Tuesday group." };
    const holders = (more: Partial<Door>) => bare(say.holders(holdersOf(door(more))));
    expect(holders({ held_by, session: session({ hosts: names }) })).toBe(
      "Fay and Mo host this circle and are here now.",
    );
    expect(holders({ session: session({ hosts: names.slice(0, 1) }) })).toBe(
      "Fay hosts this circle and is here now.",
    );
    expect(holders({ held_by, session: session() })).toBe("This circle is hosted by the Tuesday group.");
    expect(holders({ session: session({ hosts: [{ sealed: "…" }] }) })).toBe(
      "A facilitator hosts this circle. You’ll meet them inside.",
    );
  });

  it("the state of the session", () => {
    const meanwhile = (more?: Partial<LobbySummary>) =>
      say.meanwhile(meanwhileOf(door(more ? { session: session(more) } : {})));
    expect(meanwhile()).toBe("Nobody is here yet. You can be the first.");
    expect(meanwhile({ here: 0 })).toBe("Nobody is here yet. You can be the first.");
    expect(meanwhile({ here: 1 })).toBe("People are arriving: one person is here.");
    expect(meanwhile({ phase: "open", here: 7 })).toBe("The session is under way: seven people are here.");
    expect(meanwhile({ phase: "open", here: 23 })).toBe("The session is under way: 23 people are here.");
    expect(meanwhile({ phase: "closing", here: 2 })).toContain("drawing to a close");
    expect(meanwhile({ phase: "lingering", here: 2 })).toContain("saying goodbye");
    expect(meanwhile({ phase: "ended", here: 0 })).toBe("The session is ending.");
  });

  it("what arriving late means, if it matters to the visitor", () => {
    const open = { session: session({ phase: "open" }) };
    expect(lateOf(door(open))).toBe("next_round");
    expect(lateOf(door(open, { late: "at_end" }))).toBe("at_end");
    expect(lateOf(door({ session: session() })), "nobody is late yet").toBeUndefined();
    expect(lateOf(door(open, { order: "hands" })), "a hand can be raised at any time").toBeUndefined();
    expect(lateOf(door({ ...open, role: "listener" }))).toBeUndefined();
    expect(lateOf(door({ ...open, role: "facilitator" }))).toBeUndefined();
    expect(lateOf(door({}, { late: "closed" }))).toBe("closes");
    expect(lateOf(door({ session: session() }, { late: "closed", order: "popcorn" }))).toBe("closes");
    expect(lateOf(door({ role: "listener" }, { late: "closed" }))).toBe("closes");
    expect(lateOf(door(open, { late: "closed" })), "someone with a place can come back to it").toBeUndefined();
  });

  it("whether newcomers see what was said before", () => {
    expect(say.earlierWords(false)).toMatch(/^Nobody sees/);
    expect(say.earlierWords(true)).toMatch(/can read/);
  });

  it("how long a session lasts, in words", () => {
    const lasts = (count: number) => say.lasts(minutes(count)).replace("A session lasts about ", "");
    expect([5, 45, 60, 75, 90, 120, 150, 480].map(lasts)).toEqual([
      "5 minutes.",
      "45 minutes.",
      "an hour.",
      "an hour and 15 minutes.",
      "an hour and a half.",
      "two hours.",
      "two and a half hours.",
      "eight hours.",
    ]);
    expect(lasting(minutes(58))).toEqual({ hours: 1, minutes: 0 });
  });

  it("short agreements in full, and long ones collapsed after their beginning", () => {
    const short = "We speak from our own experience.\nWhat is said here stays here.\nEveryone may pass.";
    expect(foldAgreements(` ${short}\n`)).toEqual({ head: short });
    const many = Array.from({ length: 9 }, (_, line) => `Agreement number ${line + 1}.`).join("\n");
    const folded = foldAgreements(many);
    expect(folded.head.split("\n")).toHaveLength(4);
    expect(`${folded.head}\n${folded.rest}`).toBe(many);
    const block = "We listen to one another without advice, and speak of ourselves. ".repeat(12).trim();
    const cut = foldAgreements(block);
    expect(cut.head).toMatch(/ourselves\.$/);
    expect(`${cut.head} ${cut.rest}`).toBe(block);
    const unbroken = "👋".repeat(300);
    const halves = foldAgreements(unbroken);
    expect(halves.head + halves.rest).toBe(unbroken);
    expect(halves.head).toMatch(/^👋+$/u);
  });
});

describe("times", () => {
  const { door: say } = words;
  const at = Date.UTC(2026, 11, 3, 18, 0);
  /** Browsers place commas differently. */
  const told = (at: number, zone: string) => say.hour(at, now, zone).replaceAll(",", "");

  it.each([
    ["Europe/Berlin", "Thursday 3 December at 19:00", "Central European Standard Time"],
    ["America/New_York", "Thursday 3 December at 13:00", "Eastern Standard Time"],
    ["Pacific/Auckland", "Friday 4 December at 07:00", "New Zealand Daylight Time"],
    ["Asia/Kolkata", "Thursday 3 December at 23:30", "India Standard Time"],
    ["UTC", "Thursday 3 December at 18:00", "Coordinated Universal Time"],
  ])("are given in the time zone %s, which is named", (zone, hour, name) => {
    expect(told(at, zone)).toBe(hour);
    expect(say.zone(at, zone)).toBe(name);
  });

  it("name the zone of that day, and the year if it is another", () => {
    const summer = Date.UTC(2027, 6, 1, 17, 0);
    expect(say.zone(summer, "Europe/Berlin")).toBe("Central European Summer Time");
    expect(told(summer, "Europe/Berlin")).toBe("Thursday 1 July 2027 at 19:00");
    const midnight = Date.UTC(2026, 11, 31, 23, 30);
    expect(told(midnight, "Europe/Berlin")).toContain("Friday 1 January 2027");
    expect(told(midnight, "UTC")).not.toContain("2026");
  });

  it.each([
    [-1, "now"],
    [minutes(1), "in a moment"],
    [minutes(4), "in a few minutes"],
    [minutes(13), "in about 15 minutes"],
    [minutes(28), "in about 30 minutes"],
    [minutes(52), "in about 50 minutes"],
    [minutes(55), "in about an hour"],
    [minutes(110), "in about two hours"],
    [hours(23), "in about 23 hours"],
    [hours(24), "in about a day"],
    [hours(50), "in about two days"],
    [hours(24 * 13), "in about 13 days"],
    [hours(24 * 14), "in about two weeks"],
    [hours(24 * 400), "in about 57 weeks"],
  ])("that are %i ms away are given roughly", (ms, calm) => {
    expect(say.howSoon(ms)).toBe(calm);
  });

  it("never increase as they approach", () => {
    const size = (ms: number) => {
      const time = until(ms);
      const units = ["now", "moment", "few_minutes", "minutes", "hours", "days", "weeks"];
      return units.indexOf(time.unit) * 1_000 + ("count" in time ? time.count : 0);
    };
    for (let ms = 0; ms < hours(24 * 30); ms += minutes(1)) {
      expect(size(ms)).toBeLessThanOrEqual(size(ms + minutes(1)));
    }
  });

  it("are in this device's zone in a field", () => {
    expect(forField(at, -60)).toBe("2026-12-03T19:00");
    expect(forField(at, 300)).toBe("2026-12-03T13:00");
  });
});
