import { describe, expect, it } from "vitest";
import { pseudo, pseudoWords } from "../gallery/pseudo";
import { isolated } from "../src/core/view/isolated";
import * as en from "../src/words/all.en";

describe("the pseudo-language", () => {
  it("is accented and about 40 % longer", () => {
    expect(pseudo("Come in")).toBe("Çóḿééé íňň");
    const text = "You never have to speak. Passing is always fine.";
    expect([...pseudo(text)].length / text.length).toBeGreaterThan(1.25);
    expect(pseudo(text)).not.toMatch(/[a-z]/i);
  });

  it("keeps what is filled in later, and what isn't words", () => {
    expect(pseudo("goes {order}.")).toBe("ĝóéššš {order}.");
    expect(pseudo("12:30")).toBe("12:30");
  });

  it("covers every table of the page's words, also what functions return", () => {
    const words = pseudoWords({ ...en });
    expect(Object.keys(words)).toEqual(Object.keys(en));
    expect(words.door.comeIn).toBe(pseudo(en.door.comeIn));
    expect(words.door.comeBack(isolated("Ana"))).toBe(pseudo(en.door.comeBack(isolated("Ana"))));
    expect(Object.keys(words.start.lastings)).toEqual(Object.keys(en.start.lastings));
    expect(words.common.list([isolated("Ana"), isolated("Ben")])).toBe(pseudo(en.common.list([isolated("Ana"), isolated("Ben")])));
  });
});
