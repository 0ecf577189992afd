import { describe, expect, it } from "vitest";
import { frameOf } from "../src/core/connection/frame";
import { inOrder, seatsOf } from "../src/core/view/keyed";
import { applyFrame, merge } from "../src/core/connection/merge";
import { messagesOf } from "../src/core/view/messages";
import { meOf, peopleOf } from "../src/core/view/people";
import { textOf } from "../src/core/view/text";
import type { AudienceFrame, View } from "../src/core/wire";
import { hostView, line, messages, message, textId, texts, view } from "./build";

function apply(before: View, frame: object): View {
  const read = frameOf({ at: 9_000, ...frame });
  const after = read.is === "decision" ? applyFrame(before, read.decision) : undefined;
  if (!after) throw new Error(`the frame does not follow: ${JSON.stringify(frame)}`);
  return after;
}

describe("merging a patch", () => {
  it.each([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ] as [unknown, unknown, unknown][])("of RFC 7396: %j with %j is %j", (target, patch, result) => {
    const copy = structuredClone(target);
    expect(merge(target, patch)).toEqual(result);
    expect(target, "the old value stays").toEqual(copy);
  });

  it("keeps the identity of what it doesn't touch", () => {
    const before = view();
    const after = apply(before, { room: 11, patch: { people: { 3: { presence: "away" } } } });
    expect(after.room.queue).toBe(before.room.queue);
    expect(after.room.people[1]).toBe(before.room.people[1]);
    expect(after.room.people[3]).toEqual({ ...before.room.people[3], presence: "away" });
  });

  it("removes deleted variants and entries", () => {
    const before = view({ turn: { token: { offered: { seat: 3 } }, waiting: [3, 4] } });
    const token = { offered: null, centre: {} };
    const after = apply(before, { room: 11, patch: { turn: { turn_id: 1, token }, queue: { waiting: { 3: null } } } });
    expect(after.room.turn).toEqual({ turn_id: 1, token: { centre: {} } });
    expect(inOrder(after.room.queue.waiting)).toEqual([4]);
  });
});

describe("a frame", () => {
  const follows = (before: View, frame: Partial<AudienceFrame>) => applyFrame(before, { at: 1, ...frame });

  it("is refused if it is not the next of its audience", () => {
    expect(follows(view(), { room: 12 })).toBeUndefined();
    expect(follows(view(), { room: 10 })).toBeUndefined();
    expect(follows(view(), { own: 9 })).toBeUndefined();
    expect(follows(hostView(), { hosts: 9 })).toBeUndefined();
    expect(follows(view(), {})).toBeUndefined();
  });

  it("to hosts is refused by a seat that isn't a host", () => {
    expect(follows(view(), { hosts: 1 })).toBeUndefined();
  });

  it("moves only the cursor of its own audience; it may contain nothing but a number", () => {
    expect(apply(hostView(), { hosts: 5 })).toEqual({ ...hostView(), cursor: { room: 10, own: 2, hosts: 5 } });
    expect(apply(hostView(), { own: 3 }).cursor).toEqual({ room: 10, own: 3, hosts: 4 });
    expect(apply(hostView(), { room: 11 }).cursor).toEqual({ room: 11, own: 2, hosts: 4 });
  });

  it("patches its audience's part of the view", () => {
    const mutes = { 3: { by: 1 } };
    expect(apply(hostView(), { hosts: 5, patch: { mutes } }).hosts?.mutes).toEqual(mutes);
    expect(apply(view(), { own: 3, patch: { muted: {} } }).own).toEqual({ muted: {}, removed: false, hidden: {} });
    const paused = apply(view(), { room: 11, patch: { session: { pause: { reason: "host", by: 1 } } } });
    expect(paused.room.session.pause).toEqual({ reason: "host", by: 1 });
    const resumed = apply(paused, { room: 12, patch: { session: { pause: null } } });
    expect("pause" in resumed.room.session).toBe(false);
  });

  it("ignores only facts it does not know", () => {
    const after = apply(view(), { room: 11, facts: [{ sang: { seat: 3 } }], patch: { queue: { halted: true } } });
    expect(after.room.queue.halted).toBe(true);
  });
});

describe("messages in a frame", () => {
  const { number: _number, ...whole } = message(50, 3, "I am here", { round: 4, at: 7_777 });

  it("are added whole, with their text", () => {
    const after = apply(view(), { room: 11, messages: { 50: whole }, texts: texts("I am here") });
    expect(messagesOf(after)).toEqual([message(50, 3, "I am here", { round: 4, at: 7_777 })]);
    expect(textOf(after, after.messages[50]?.text)).toBe("I am here");
  });

  it("are merged if they are held, in order of their numbers", () => {
    let now = view({}, messages(message(1, 3, "Hello"), message(2, 4, "Hi")));
    now = apply(now, { room: 11, messages: { 1: { gestures: { 2: ["heard"] } } } });
    now = apply(now, { room: 12, messages: { 1: { gestures: { 4: ["welcome", "heard"] } } } });
    expect(now.messages[1]?.gestures).toEqual({ 2: ["heard"], 4: ["welcome", "heard"] });
    now = apply(now, { own: 3, messages: { 1: { gestures: { 2: null } } } });
    expect(now.messages[1]?.gestures).toEqual({ 4: ["welcome", "heard"] });
    expect(now.messages[2]).toEqual(view({}, messages(message(2, 4, "Hi"))).messages[2]);
  });

  it("are dropped if only a part of one that isn't held arrives", () => {
    const after = apply(view(), { room: 11, messages: { 9: { gestures: { 2: ["heard"] } } } });
    expect(after.messages).toEqual({});
  });

  it("leave a tombstone when they are taken back; their text is erased everywhere", () => {
    const before = view({}, messages(message(1, 3, "Hello")));
    const after = apply(before, {
      room: 11,
      messages: { 1: { taken_back: true } },
      texts: { [textId("Hello")]: null },
    });
    expect(after.messages[1]?.taken_back).toBe(true);
    expect(textId("Hello") in after.texts).toBe(false);
    expect(textOf(after, after.messages[1]?.text)).toBeUndefined();
  });
});

describe("what is derived from a view", () => {
  it("is a queue by sort keys, and a set by seats", () => {
    expect(inOrder({ 2: { place: 9 }, 3: { place: 1 }, 10: { place: 4 } })).toEqual([3, 10, 2]);
    expect(seatsOf(line(4, 2, 3))).toEqual([2, 3, 4]);
  });

  it("is people in the order of their seats, and this person", () => {
    expect(peopleOf(view().room).map(({ seat }) => seat)).toEqual([1, 2, 3, 4]);
    expect(textOf(view(), meOf(view())?.name)).toBe("Ana");
  });

  it("keeps the same list while nothing in it changes", () => {
    const before = view({}, messages(message(1, 3, "Hello"), message(2, 4, "Hi")));
    const after = apply(before, { room: 11, messages: { 2: { taken_back: true } } });
    expect(peopleOf(after.room)).toBe(peopleOf(before.room));
    expect(messagesOf(after)[0]).toBe(messagesOf(before)[0]);
    expect(messagesOf(after)[1]).not.toBe(messagesOf(before)[1]);
  });
});
