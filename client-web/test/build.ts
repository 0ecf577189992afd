/** Snapshots and events by hand, with as little as each test needs to say. */
import type { Common, Flow, Person, Round, Said, Settings, Snapshot, Timers } from "../src/core/wire";

export const room = "0190a5e0-0000-7000-8000-00000000000a";
export const circle = "0190a5e0-0000-7000-8000-00000000000c";
export const epoch = "0190a5e0-0000-7000-8000-00000000000e";

export const id = (number: number): string => `0190a5e0-0000-7000-8000-${String(number).padStart(12, "0")}`;

export function person(seat: number, name: string, more: Partial<Person> = {}): Person {
  return {
    seat,
    name: { id: id(seat), text: { plain: name } },
    role: "participant",
    stance: "sharing",
    presence: "here",
    ...more,
  };
}

export const settings: Settings = {
  order: "go_round",
  hands_by: "least_heard",
  advance: "itself",
  offers: "ask",
  late: "next_round",
  earlier_words: false,
  slow_ms: 0,
  pace: "usual",
};

export const timers: Timers = {
  offer_notice_ms: 45_000,
  offer_ms: 90_000,
  grace_ms: 90_000,
  take_back_ms: 10_000,
  limit_notice_ms: 60_000,
  longer_ms: 60_000,
  writing_extends_ms: 10_000,
  extend_every_ms: 15_000,
  unstaffed_ms: 60_000,
  unstaffed_end_ms: 600_000,
  undo_end_ms: 120_000,
  empty_ms: 1_800_000,
};

export function flow(more: Partial<Flow> = {}): Flow {
  return {
    move: 0,
    token: { centre: {} },
    lineup: [],
    heard: [],
    passed: [],
    later: [],
    hands: [],
    waiting: [],
    complete: false,
    halted: false,
    ...more,
  };
}

export function round(more: Partial<Round> = {}): Round {
  return {
    number: 1,
    open: true,
    order: "go_round",
    hands_by: "least_heard",
    advance: "itself",
    slow_ms: 0,
    ...more,
  };
}

export function held(seat: number, more: object = {}): Flow["token"] {
  return { held: { seat, since: 1_000, shares: 0, firm: false, extended: false, ...more } };
}

export function said(number: number, seat: number, words: string, more: Partial<Said> = {}): Said {
  return {
    words: { id: id(number), text: { plain: words } },
    seat,
    kind: "share",
    round: 1,
    at: 5_000,
    taken_back: false,
    gestures: [],
    ...more,
  };
}

/** Fay holds the circle; Ana, Ben and Cleo are members. The page is Ana's unless said otherwise. */
export const fay = person(1, "Fay", { role: "facilitator" });
export const ana = person(2, "Ana");
export const ben = person(3, "Ben");
export const cleo = person(4, "Cleo");

export function snapshot(common: Partial<Common> = {}, more: Partial<Snapshot> = {}): Snapshot {
  return {
    seat: 2,
    cursor: { room: 10, seat: 2 },
    common: {
      room,
      circle,
      title: { id: id(90), text: { plain: "Monday circle" } },
      settings,
      timers,
      opened_at: 1_000,
      phase: "open",
      people: [fay, ana, ben, cleo],
      flow: flow(),
      ...common,
    },
    said: [],
    earlier: false,
    own: { removed: false },
    ...more,
  };
}

/** The same, as a facilitator sees it. */
export function staffSnapshot(common: Partial<Common> = {}, more: Partial<Snapshot> = {}): Snapshot {
  return snapshot(common, {
    seat: 1,
    cursor: { room: 10, seat: 2, staff: 4 },
    board: { muted: [], barred: [], turns: [], points: [] },
    ...more,
  });
}
