import { bare } from "../src/core/view/isolated";
import { describe, expect, it } from "vitest";
import { namesOf } from "../src/core/view/people";
import type { Role } from "../src/core/wire";
import { words } from "../src/words/all";
import { ana, person, view } from "./build";

type One = string | [name: string, role: Role];

function shown(...all: One[]) {
  const seated = all.map((one, index) => {
    const [name, role] = typeof one === "string" ? [one, "participant" as const] : one;
    return person(index + 1, name, { role });
  });
  const names = namesOf(view({ people: seated }), words.common.names);
  return [...names.values()].map((one) => ({ ...one, plain: bare(one.plain) }));
}

const plain = (...all: One[]) => shown(...all).map((one) => one.plain);

describe("equal names", () => {
  it("are numbered in the order of seats, in an element of their own", () => {
    expect(shown("Ana", "Ben", "Ana", "Ana")).toEqual([
      { name: "Ana", plain: "Ana" },
      { name: "Ben", plain: "Ben" },
      { name: "Ana", number: 2, plain: "Ana (2)" },
      { name: "Ana", number: 3, plain: "Ana (3)" },
    ]);
  });

  it.each([
    ["case", "Ana", "ANA"],
    ["folded case", "Groß", "GROSS"],
    ["spaces", "Ana", " ana  "],
    ["compatible characters", "Ana", "Ａｎａ"],
    ["composed and decomposed letters", "Zoe\u0308", "Zoë"],
    ["invisible characters", "Ana", "An\u200ba"],
    ["an alphabet that looks the same", "Ana", "Аna"],
  ])("are numbered if they differ only in %s", (_what, first, second) => {
    expect(shown(first, second).map(({ number }) => number)).toEqual([undefined, 2]);
  });

  it("are those of people whose names were erased, too", () => {
    const seated = view({ people: [ana, { ...ana, seat: 3, name: "erased" }, { ...ana, seat: 4, name: "gone" }] });
    const { erased: _erased, gone: _gone, ...texts } = seated.texts;
    const names = [...namesOf({ ...seated, texts }, words.common.names).values()];
    expect(names.map((one) => bare(one.plain))).toEqual(["Ana", "Someone", "Someone (2)"]);
  });
});

describe("nobody can take the number of another", () => {
  it.each(["Ana (2)", "Ana（2）", "Ana ⑵", "Ana (2) "])("by typing “%s”", (typed) => {
    const all = shown("Ana", "Ana", typed);
    expect(all.map(({ number }) => number)).toEqual([undefined, 2, 3]);
    expect(all.map((one) => one.plain)).toEqual(["Ana", "Ana (2)", `${typed} (member, 3)`]);
    expect(all[2]?.badge).toBe("Member");
  });

  it.each(["Sam (2)", "sam [2]", "Sam 2", "Sam #2", "Sam²", "Sam ②", "Sаm (02)", "Sam – 2."])(
    "by typing “%s” before there is one: then nobody gets that number",
    (typed) => {
      expect(shown("Sam", typed, "Sam").map(({ number }) => number)).toEqual([undefined, undefined, 3]);
      expect(shown(typed, "Sam", "Sam").map(({ number }) => number)).toEqual([undefined, undefined, 3]);
      expect(shown("Sam", "Sam", typed, "Sam").map(({ number }) => number)).toEqual([undefined, 2, 3, 4]);
    },
  );

  it("and a number that is part of a name is left alone", () => {
    const numbers = (...all: One[]) => shown(...all).map(({ number }) => number);
    expect(numbers("Guest 2", "Guest 1", "Guest 3", "2", "3", "(2)")).toEqual(Array(6).fill(undefined));
    expect(numbers("Guest 2", "Guest 2", "Guest 1", "Guest 1")).toEqual([undefined, 3, undefined, 2]);
    expect(numbers("Ana 7", "Ana", "7 of 9", "7 of 9")).toEqual([undefined, undefined, undefined, 2]);
  });

  it("and no two people have the same name in a sentence, whatever they type", () => {
    const roles: Role[] = ["facilitator", "participant", "listener"];
    const typed = ["Ana", "Ana (2)", "Ana 3", "Ana (host)", "Ana (member)", "Ana (2) (member)", "Ana (host, 2)", "Host"];
    const all = typed.flatMap((name) => roles.flatMap((role): One[] => [[name, role], [name, role]]));
    for (const order of [all, all.toReversed()]) expect(new Set(plain(...order)).size).toBe(all.length);
  });
});

describe("a host", () => {
  it("has a badge that no name can imitate", () => {
    expect(shown(["Fay", "facilitator"], ["Mo", "moderator"], "Ana")).toEqual([
      { name: "Fay", badge: "Host", plain: "Fay" },
      { name: "Mo", badge: "Host", plain: "Mo" },
      { name: "Ana", plain: "Ana" },
    ]);
  });

  it.each(["Fay (Host)", "Fay [host]", "Host Fay", "Fay, FACILITATOR", "Moderator", "Fay ｈｏｓｔ"])(
    "can't be impersonated by a member called “%s”",
    (typed) => {
      const [, member] = shown(["Fay", "facilitator"], typed);
      expect(member).toEqual({ name: typed, badge: "Member", plain: `${typed} (member)` });
    },
  );

  it("can be told apart from someone with the same name, in either order of arrival", () => {
    expect(plain(["Fay", "facilitator"], "fay")).toEqual(["Fay (host)", "fay (2)"]);
    expect(plain("Fay", ["Fay", "moderator"])).toEqual(["Fay", "Fay (host, 2)"]);
  });

  it("isn't found in names that only contain the letters", () => {
    expect(shown("Hostetler").map(({ badge }) => badge)).toEqual([undefined]);
  });
});
