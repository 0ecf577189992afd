/** Circles drawn as pictures, and settings as sentences. */
import { describe, expect, it } from "vitest";
import { placesAround } from "../src/design/around";
import { markOfSeat, pictured } from "../src/design/mark";
import { stoppedPicture } from "../src/features/connection/stopped";
import { agreementsIn, foldItems, stonesOf } from "../src/features/door/door";
import { partsOf } from "../src/features/round/sentence";
import { words } from "../src/words/all";
import { ana, ben, circle, fay, person, room, settings, view } from "./build";
import type { Door, LobbySummary, Order } from "../src/core/wire";

describe("a circle", () => {
  it("begins at the bottom and goes round clockwise", () => {
    const [first, second, third, fourth] = placesAround(4, 40);
    expect([first, second, third, fourth]).toEqual([{ x: 0, y: 40 }, { x: -40, y: 0 }, { x: -0, y: -40 }, { x: 40, y: -0 }]);
    expect(placesAround(1)).toEqual([{ x: 0, y: 0 }]);
    expect(placesAround(0)).toEqual([]);
  });

  it("that is nobody's has marks of seven hues and shapes", () => {
    const marks = pictured.map(markOfSeat);
    expect(new Set(marks.map(({ hue }) => hue)).size).toBe(7);
    expect(new Set(marks.map(({ shape }) => shape)).size).toBe(7);
  });
});

describe("the circle at the door", () => {
  const at = (session?: Partial<LobbySummary>): Door => ({
    ...{ circle, role: "participant", title: { plain: "Tuesday" }, locker: "", settings, now: 1 },
    ...(session && { session: { room, phase: "gathering", here: 0, hosts: [], closed: false, ...session } }),
  });

  it("has a free seat for the visitor, hosts by name, and others without", () => {
    const stones = stonesOf(at({ here: 5, hosts: [{ plain: "Fay" }, { plain: "Mo" }] }));
    expect(stones).toHaveLength(6);
    expect(stones.map(({ name, state }) => name ?? state)).toEqual(["coming", "Fay", "Mo", undefined, undefined, undefined]);
    expect(new Set(stones.map(({ seat }) => seat)).size).toBe(6);
  });

  it("has only free seats if nobody is here, and stays small enough to be seen", () => {
    for (const empty of [at(), at({ here: 0 })]) {
      expect(stonesOf(empty).every(({ state }) => state === "coming")).toBe(true);
    }
    expect(stonesOf(at({ here: 40 }))).toHaveLength(12);
  });
});

describe("agreements", () => {
  it("are told one by one, without the numbers that someone wrote", () => {
    expect(agreementsIn("1. One.\n\n2) Two\n - Three\n• Four\n2026 is a year")).toEqual(["One.", "Two", "Three", "Four", "2026 is a year"]);
  });

  it("are folded if there are many", () => {
    const many = Array.from({ length: 9 }, (_, at) => `Agreement ${at}`);
    expect(foldItems(many.slice(0, 7)).rest).toEqual([]);
    expect(foldItems(many)).toEqual({ head: many.slice(0, 4), rest: many.slice(4) });
  });
});

describe("a page that has stopped", () => {
  const here = view({ people: [fay, ana, ben, person(4, "Cleo", { presence: "left" })] });

  it("shows a circle without light of those who were there at the end, oneself at the bottom", () => {
    expect(stoppedPicture("ended", here)).toEqual([{ seat: 2 }, { seat: 3 }, { seat: 1 }]);
  });

  it("never shows someone who was removed a circle without them", () => {
    for (const why of ["removed", "replaced", "left"] as const) expect(stoppedPicture(why, here)).toBe("me");
  });

  it("shows free seats otherwise", () => {
    for (const why of ["no_circle", "removed"] as const) {
      expect(stoppedPicture(why, undefined)).toEqual(pictured.map((seat) => ({ seat, state: "coming" })));
    }
  });
});

describe("the sentence of a round", () => {
  const orders: Order[] = ["go_round", "popcorn", "hands", "facilitator", "open"];

  it("can be read aloud, and has a list for each part that can be chosen", () => {
    const { sentence, inSentence } = words.round;
    const said = partsOf(sentence("go_round", { start: true, limit: true })).map((part) => {
      if ("text" in part) return part.text;
      const { orders: goes, me, limit, firm } = inSentence;
      return { order: goes.go_round, start: me, limit: limit(180_000), firm: firm(false) }[part.blank];
    });
    expect(said.join("")).toBe(
      "The turn goes round the circle, starting with me. Each person has about 3 minutes, and nobody is cut off.",
    );
  });

  it.each(orders)("names the order %s once, and only what matters to it", (order) => {
    const blanks = (has: { start: boolean; limit: boolean }) =>
      partsOf(words.round.sentence(order, has)).flatMap((part) => ("blank" in part ? [part.blank] : []));
    const bare = order === "open" ? ["order"] : ["order", "limit"];
    expect(blanks({ start: false, limit: false })).toEqual(bare);
    expect(blanks({ start: false, limit: true })).toEqual(order === "open" ? bare : [...bare, "firm"]);
  });
});
