import { describe, expect, it } from "vitest";
import { markOf, standingOf } from "../src/features/presence/standing";
import { words } from "../src/words/all";
import { ana, ben, fay, held, round, type Seated, view } from "./build";

const { room } = view({
  round: round(),
  turn: { token: held(3), lineup: [1, 3, 2, 4], heard: [1], waiting: [2, 4], next: 2 },
});

function mark(person: Seated, is: { muted?: boolean; me?: boolean } = {}): string {
  const standing = standingOf(room, person.seat);
  return words.presence.markOf(markOf(person, standing, { muted: false, me: false, ...is }));
}

describe("the label beside a person in the ring", () => {
  it("is their status in the round", () => {
    expect(mark(fay)).toBe("spoke");
    expect(mark(ben)).toBe("speaking");
    expect(mark(ana)).toBe("next");
    expect(mark({ ...ana, seat: 4 })).toBe("2nd");
  });

  it("is first of all that they are away, or may not speak", () => {
    expect(mark({ ...ben, presence: "away" })).toBe("away");
    expect(mark(ana, { muted: true })).toBe("muted");
    expect(mark({ ...ana, role: "listener" })).toBe("Listener");
  });

  it("is their role or stance if nothing else applies", () => {
    expect(mark({ ...ana, seat: 9, stance: "resting" })).toBe("resting");
    expect(mark({ ...fay, seat: 9 })).toBe("Facilitator");
    expect(mark({ ...ana, seat: 9 }, { me: true })).toBe("you");
    expect(mark({ ...ana, seat: 9 })).toBe("");
  });

  it("is everything for those who don't see the ring", () => {
    const about = (person: Seated, me = false) =>
      words.presence.about(person, standingOf(room, person.seat), { muted: false, me });
    expect(about(fay)).toBe("Facilitator, has spoken");
    expect(about({ ...ana, seat: 4, presence: "away" }, true)).toBe("you, Member, away, waiting, 2nd");
  });
});
