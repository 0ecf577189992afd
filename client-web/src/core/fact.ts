import type { EventFrame } from "./wire";

type RoomFrame = Extract<EventFrame, { room: number }>;
type StaffFrame = Extract<EventFrame, { staff: number }>;
type SeatFrame = Extract<EventFrame, { seat: number }>;

/** The names of the events in a union of frames: the one key that each frame has of its own. */
type NameIn<F> = F extends unknown ? Exclude<keyof F, "room" | "staff" | "seat" | "at"> : never;
type BodyIn<F, N extends PropertyKey> = F extends Record<N, infer B> ? B : never;
type FactIn<F, To extends string> = {
  [N in NameIn<F>]: { to: To; number: number; at: number; name: N; body: BodyIn<F, N> };
}[NameIn<F>];

export type RoomFact = FactIn<RoomFrame, "room">;
export type StaffFact = FactIn<StaffFrame, "staff">;
export type SeatFact = FactIn<SeatFrame, "seat">;

/** An event as the page works with it: for whom, its number there, when, its name, its body. */
export type Fact = RoomFact | StaffFact | SeatFact;

// `satisfies` makes a missing or a superfluous name an error of the type check.
const names = {
  room: {
    opened: true,
    joined: true,
    away: true,
    returned: true,
    left: true,
    woken: true,
    stance: true,
    role: true,
    renamed: true,
    phase: true,
    round_opened: true,
    round_closed: true,
    round_changed: true,
    reordered: true,
    offered: true,
    taken: true,
    passed: true,
    later: true,
    offer_ended: true,
    turn_ended: true,
    reach_opened: true,
    went_on: true,
    extended: true,
    hand_raised: true,
    hand_lowered: true,
    stepped_back: true,
    said: true,
    taken_back: true,
    gestured: true,
    paused: true,
    resumed: true,
    ending: true,
    end_undone: true,
    ended: true,
  } satisfies Record<NameIn<RoomFrame>, true>,
  staff: {
    offer_clock: true,
    muted: true,
    unmuted: true,
    barred: true,
    unbarred: true,
    turns: true,
    point_raised: true,
    point_answered: true,
  } satisfies Record<NameIn<StaffFrame>, true>,
  seat: {
    offer_clock: true,
    muted: true,
    unmuted: true,
    removed: true,
    restored: true,
  } satisfies Record<NameIn<SeatFrame>, true>,
};

/** Returns the fact in a frame numbered for `to`, or nothing where its event is not known. */
export function factOf(frame: Record<string, unknown>, to: "room" | "staff" | "seat"): Fact | undefined {
  const { [to]: number, at } = frame;
  if (typeof number !== "number" || typeof at !== "number") return undefined;
  const name = Object.keys(frame).find((key) => Object.hasOwn(names[to], key));
  const body = name === undefined ? undefined : frame[name];
  if (typeof body !== "object" || body === null) return undefined;
  return { to, number, at, name, body } as Fact;
}
