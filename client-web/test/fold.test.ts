import { describe, expect, it } from "vitest";
import { frameOf } from "../src/core/frame";
import { Unfoldable, fold } from "../src/core/fold";
import type { Fact } from "../src/core/fact";
import { ana, ben, flow, held, id, person, round, said, snapshot, staffSnapshot } from "./build";

function fact(frame: object): Fact {
  const read = frameOf(frame);
  if (read.is !== "fact") throw new Error(`not an event: ${JSON.stringify(frame)}`);
  return read.fact;
}

/** The next event to the room after `snapshot()`. */
const toRoom = (event: object, at = 9_000) => fact({ room: 11, at, ...event });
const toStaff = (event: object) => fact({ staff: 5, at: 9_000, ...event });
const toSeat = (event: object) => fact({ seat: 3, at: 9_000, ...event });

describe("the fold of events", () => {
  it("leaves the old snapshot as it was", () => {
    const before = snapshot();
    const copy = structuredClone(before);
    fold(before, toRoom({ away: { seat: 3, flow: flow({ move: 1 }) } }));
    expect(before).toEqual(copy);
  });

  it("refuses an event that is not the next of its audience", () => {
    expect(() => fold(snapshot(), fact({ room: 12, at: 1, round_closed: { flow: flow() } }))).toThrow(
      Unfoldable,
    );
    expect(() => fold(snapshot(), fact({ room: 10, at: 1, round_closed: { flow: flow() } }))).toThrow(
      Unfoldable,
    );
    expect(() => fold(snapshot(), fact({ seat: 9, at: 1, unmuted: {} }))).toThrow(Unfoldable);
    expect(() => fold(staffSnapshot(), fact({ staff: 9, at: 1, unmuted: { seat: 1 } }))).toThrow(Unfoldable);
  });

  it("refuses a staff event for a seat that is not staff", () => {
    expect(() => fold(snapshot(), fact({ staff: 1, at: 1, point_raised: { seat: 3 } }))).toThrow(Unfoldable);
  });

  it("moves only the cursor of the event's own audience", () => {
    expect(fold(staffSnapshot(), toStaff({ point_raised: { seat: 3 } })).cursor).toEqual({
      room: 10,
      seat: 2,
      staff: 5,
    });
    expect(fold(staffSnapshot(), toSeat({ unmuted: {} })).cursor).toEqual({ room: 10, seat: 3, staff: 4 });
    expect(fold(staffSnapshot(), toRoom({ resumed: { flow: flow() } })).cursor).toEqual({
      room: 11,
      seat: 2,
      staff: 4,
    });
  });

  it("seats whoever joins after those who are there", () => {
    const dora = person(5, "Dora");
    const after = fold(snapshot(), toRoom({ joined: { person: dora, flow: flow({ move: 3 }) } }));
    expect(after.common.people.at(-1)).toEqual(dora);
    expect(after.common.flow.move).toBe(3);
  });

  it.each([
    ["away", "away"],
    ["returned", "here"],
    ["left", "left"],
  ])("notes who is %s", (event, presence) => {
    const after = fold(snapshot(), toRoom({ [event]: { seat: 3, flow: flow() } }));
    expect(after.common.people.map((one) => one.presence)).toEqual(["here", "here", presence, "here"]);
  });

  it("notes everyone whose connection a restart has cut", () => {
    const after = fold(snapshot(), toRoom({ woken: { seats: [1, 3], flow: flow() } }));
    expect(after.common.people.map((one) => one.presence)).toEqual(["away", "here", "away", "here"]);
  });

  it("changes how someone is here, their part, and their name", () => {
    let now = fold(snapshot(), toRoom({ stance: { seat: 3, stance: "resting", flow: flow() } }));
    now = fold(now, fact({ room: 12, at: 1, role: { seat: 3, role: "moderator", flow: flow() } }));
    const name = { id: id(70), text: { plain: "Benno" } };
    now = fold(now, fact({ room: 13, at: 1, renamed: { seat: 3, name } }));
    expect(now.common.people[2]).toEqual({ ...ben, stance: "resting", role: "moderator", name });
    expect(now.common.people[1]).toEqual(ana);
  });

  it("states the token whole with every event that touches it", () => {
    const token = held(3);
    const after = fold(
      snapshot(),
      toRoom({ taken: { seat: 3, flow: flow({ move: 8, token, waiting: [4] }) } }),
    );
    expect(after.common.flow).toEqual(flow({ move: 8, token, waiting: [4] }));
  });

  it("leaves the token alone where the event does not touch it", () => {
    const before = snapshot({ flow: flow({ move: 8 }) }, { said: [said(1, 3, "Hello")] });
    expect(fold(before, toRoom({ taken_back: { said: id(1) } })).common.flow).toBe(before.common.flow);
  });

  it("writes down what is said, in the round that is under way", () => {
    const words = { id: id(50), text: { plain: "I am here" } };
    const event = { said: { words, seat: 3, kind: "share", flow: flow({ move: 2 }) } };
    const after = fold(snapshot({ round: round({ number: 4 }) }), toRoom(event, 7_777));
    expect(after.said).toEqual([said(50, 3, "I am here", { round: 4, at: 7_777 })]);
    expect(fold(snapshot(), toRoom(event)).said[0]?.round).toBe(0);
  });

  it("keeps a tombstone of words that were taken back, without words and signs", () => {
    const signed = said(1, 3, "Hello", { gestures: [{ seat: 2, kind: "heard" }] });
    const after = fold(
      snapshot({}, { said: [signed, said(2, 4, "Hi")] }),
      toRoom({ taken_back: { said: id(1) } }),
    );
    expect(after.said[0]).toEqual({ ...signed, words: { id: id(1) }, taken_back: true, gestures: [] });
    expect(after.said[1]).toEqual(said(2, 4, "Hi"));
  });

  it("makes a sign once, moves it to the end when made again, and withdraws it", () => {
    const sign = (number: number, kind: string, on: boolean) =>
      fact({ room: number, at: 1, gestured: { said: id(1), seat: 2, kind, on } });
    let now = snapshot({}, { said: [said(1, 3, "Hello")] });
    now = fold(now, sign(11, "heard", true));
    now = fold(now, sign(12, "with_you", true));
    now = fold(now, sign(13, "heard", true));
    expect(now.said[0]?.gestures).toEqual([
      { seat: 2, kind: "with_you" },
      { seat: 2, kind: "heard" },
    ]);
    now = fold(now, sign(14, "with_you", false));
    expect(now.said[0]?.gestures).toEqual([{ seat: 2, kind: "heard" }]);
  });

  it("ignores signs to words that are not on the screen", () => {
    const after = fold(snapshot(), toRoom({ gestured: { said: id(9), seat: 2, kind: "heard", on: true } }));
    expect(after.said).toEqual([]);
  });

  it("opens, changes and closes a round", () => {
    let now = fold(snapshot(), toRoom({ round_opened: { round: round(), flow: flow() } }));
    expect(now.common.round).toEqual(round());
    now = fold(
      now,
      fact({ room: 12, at: 1, round_changed: { round: round({ order: "hands" }), flow: flow() } }),
    );
    expect(now.common.round?.order).toBe("hands");
    now = fold(now, fact({ room: 13, at: 1, round_closed: { flow: flow() } }));
    expect(now.common.round).toEqual(round({ order: "hands", open: false }));
  });

  it("pauses and goes on; ends, undoes the end, and ends for good", () => {
    const pause = { why: "staff", by: 1 };
    let now = fold(snapshot(), toRoom({ paused: { pause, flow: flow() } }));
    expect(now.common.paused).toEqual(pause);
    now = fold(now, fact({ room: 12, at: 1, resumed: { flow: flow() } }));
    expect("paused" in now.common).toBe(false);
    now = fold(now, fact({ room: 13, at: 1, ending: { closes: 99, by: 1, flow: flow() } }));
    expect(now.common.ending).toBe(99);
    now = fold(now, fact({ room: 14, at: 1, end_undone: { by: 1, flow: flow() } }));
    expect("ending" in now.common).toBe(false);
    now = fold(now, fact({ room: 15, at: 1, paused: { pause, flow: flow() } }));
    now = fold(now, fact({ room: 16, at: 1, ended: { why: "staff", flow: flow() } }));
    expect(now.common.phase).toBe("ended");
    expect("paused" in now.common || "ending" in now.common).toBe(false);
  });

  it("keeps the staff's board by seat, one entry for each", () => {
    const mute = (number: number, seat: number, by: number) =>
      fact({ staff: number, at: 1, muted: { seat, by } });
    let now = fold(staffSnapshot(), mute(5, 4, 1));
    now = fold(now, mute(6, 3, 1));
    now = fold(now, mute(7, 4, 2));
    expect(now.board?.muted).toEqual([
      { seat: 3, by: 1 },
      { seat: 4, by: 2 },
    ]);
    now = fold(now, fact({ staff: 8, at: 1, unmuted: { seat: 3 } }));
    now = fold(now, fact({ staff: 9, at: 1, barred: { seat: 3, by: 1, at: 1 } }));
    now = fold(now, fact({ staff: 10, at: 1, turns: { seat: 3, turns: 2 } }));
    now = fold(now, fact({ staff: 11, at: 1, point_raised: { seat: 4 } }));
    expect(now.board).toEqual({
      muted: [{ seat: 4, by: 2 }],
      barred: [{ seat: 3, by: 1, at: 1 }],
      turns: [{ seat: 3, turns: 2 }],
      points: [4],
    });
    now = fold(now, fact({ staff: 12, at: 1, unbarred: { seat: 3, by: 1 } }));
    now = fold(now, fact({ staff: 13, at: 1, point_answered: { seat: 4, by: 1 } }));
    expect(now.board?.barred).toEqual([]);
    expect(now.board?.points).toEqual([]);
  });

  it("keeps what this seat alone is told", () => {
    const clock = { move: 4, since: 1, until: { until: 91 } };
    let now = fold(snapshot(), toSeat({ offer_clock: clock }));
    now = fold(now, fact({ seat: 4, at: 1, muted: { until: 500 } }));
    expect(now.own).toEqual({ offer: clock, muted: { until: 500 }, removed: false });
    now = fold(now, fact({ seat: 5, at: 1, unmuted: {} }));
    now = fold(now, fact({ seat: 6, at: 1, removed: {} }));
    expect(now.own).toEqual({ offer: clock, removed: true });
    expect(fold(now, fact({ seat: 7, at: 1, restored: {} })).own.removed).toBe(false);
  });
});
