import { describe, expect, it } from "vitest";
import { mayHold, mayTurn } from "../src/core/may";
import type { View } from "../src/core/wire";
import { isSendKey, rowsFor, speakingOf } from "../src/features/message/composer";
import { ana, fay, held, round, view } from "./build";

const speaking = (of: View) => speakingOf(of, mayTurn(of), mayHold(of));

describe("the composer speaks", () => {
  it("to everyone in one's own turn, and to nobody in another's", () => {
    expect(speaking(view({ round: round(), turn: { token: held(2), lineup: [2] } }))).toBe("share");
    expect(speaking(view({ round: round(), turn: { token: held(3), lineup: [3, 2] } }))).toBe("draft");
  });

  it("to everyone for a facilitator between rounds, but not for a member", () => {
    const people = [fay, ana];
    expect(speaking(view({ people }, { seat: 1 }))).toBe("announce");
    expect(speaking(view({ people }, { seat: 2 }))).toBe("draft");
    expect(speaking(view({ people, round: round() }, { seat: 1 }))).toBe("draft");
  });
});

describe("a key sends", () => {
  const pressed = (more: object) => ({
    key: "Enter",
    keyCode: 13,
    isComposing: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    ...more,
  });

  it("if it is Enter with Ctrl or Cmd", () => {
    expect(isSendKey(pressed({}), false)).toBe(false);
    expect(isSendKey(pressed({ ctrlKey: true }), false)).toBe(true);
    expect(isSendKey(pressed({ metaKey: true }), false)).toBe(true);
    expect(isSendKey(pressed({ key: "a", ctrlKey: true }), false)).toBe(false);
  });

  it("if it is Enter alone, for people who chose that", () => {
    expect(isSendKey(pressed({}), true)).toBe(true);
    expect(isSendKey(pressed({ shiftKey: true }), true)).toBe(false);
  });

  it("never while an input method is composing", () => {
    for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
      expect(isSendKey(pressed({ ...composing }), true)).toBe(false);
      expect(isSendKey(pressed({ ...composing, ctrlKey: true }), false)).toBe(false);
    }
  });
});

it("a field without its own growth has about as many rows as its text has lines", () => {
  expect(rowsFor("")).toBe(1);
  expect(rowsFor("one\ntwo")).toBe(2);
  expect(rowsFor("word ".repeat(20))).toBe(3);
  expect(rowsFor("\n".repeat(50))).toBe(8);
});
