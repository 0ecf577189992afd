/** What the server refuses in a text, and what the page makes of it. */
import { describe, expect, it } from "vitest";
import { cleaned, cleanedLine, isVisible, linesOf, nameProblem, written, writtenLine } from "../src/core/view/text";

/** What `Text::check` refuses as `bad_text`, and what breaks a frame. */
const refused = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u;
const refusedInLine = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const everything = Array.from({ length: 0x3000 }, (_none, code) => String.fromCodePoint(code)).join("");

describe("pasted text", () => {
  it("from slides keeps its line breaks", () => {
    expect(cleaned("Breathe in\vBreathe out\fRest\x85Stay")).toBe("Breathe in\nBreathe out\nRest\nStay");
    expect(cleaned("one\r\ntwo\rthree\u2028four")).toBe("one\ntwo\nthree\u2028four");
  });

  it("from a terminal loses its colours", () => {
    expect(cleaned("\x1b[1;31merror\x1b[0m: \x9b2Kno such file\x07")).toBe("error: no such file");
    expect(cleaned("a\x1bb\x00c\x7fd\x9ce")).toBe("abcde");
  });

  it("stays as it is otherwise, with tabs, emoji and other scripts", () => {
    for (const text of ["a\tb\n\nc", "👩\u200D👩\u200D👧", "שלום \u200Fabc", "e\u0301"]) expect(cleaned(text)).toBe(text);
  });

  it("has nothing left that the server refuses", () => {
    expect(cleaned(everything)).not.toMatch(refused);
    expect(cleanedLine(everything)).not.toMatch(refusedInLine);
    expect(cleaned("a\uD800b\uDC00"), "half of an emoji can't be sent at all").toBe("ab");
    expect(written("a\vb")).toEqual({ plain: "a\nb" });
  });

  it("in a name or title becomes one line", () => {
    expect(cleanedLine("Tuesday\vcircle\r\n\tat seven")).toBe("Tuesday circle at seven");
    expect(writtenLine("Ana\u202E\u2066")).toEqual({ plain: "Ana" });
    expect(linesOf(cleanedLine("a\u2028b\x85c"))).toHaveLength(1);
  });
});

describe("a text that shows nothing", () => {
  it("is found as the server finds it", () => {
    for (const text of ["", " \n", "\u200B", "\u3164", "\u2800", "\uFFFC", "\u{1D159}", "\u0301", "\uFE0F\u200D"]) expect(isVisible(text)).toBe(false);
    for (const text of ["a", "❤\uFE0F", "!", "٣", "e\u0301", "👩\u200D👩\u200D👧"]) expect(isVisible(text)).toBe(true);
  });

  it("is no name, and is told from an empty field", () => {
    expect(nameProblem(" ", 40)).toBe("empty");
    expect(nameProblem("\u200B", 40)).toBe("blank");
    expect(nameProblem(`Ana${"\x00".repeat(60)}`, 40)).toBeUndefined();
  });
});
