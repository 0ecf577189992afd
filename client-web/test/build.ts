/** Builds views by hand, so that each test states only what matters to it. */
import type { Numbered } from "../src/core/view/messages";
import type {
  AudienceFrame,
  Bar,
  Fact,
  HostsView,
  Message,
  Person,
  Place,
  Queue,
  RoomView,
  Round,
  SeatNo,
  SessionState,
  Settings,
  Text,
  Timers,
  Token,
  View,
} from "../src/core/wire";

export const room = "0190a5e0-0000-7000-8000-00000000000a";
export const circle = "0190a5e0-0000-7000-8000-00000000000c";
export const epoch = "0190a5e0-0000-7000-8000-00000000000e";

export const id = (number: number): string => `0190a5e0-0000-7000-8000-${String(number).padStart(12, "0")}`;

/** In these views, the id of a text contains the text. */
export const textId = (words: string): string => `text ${words}`;

/** Returns these words as the texts of a view. */
export function texts(...all: string[]): Record<string, Text> {
  return Object.fromEntries(all.map((words) => [textId(words), { plain: words }]));
}

export type Seated = Person & { seat: SeatNo };

export function person(seat: number, name: string, more: Partial<Person> = {}): Seated {
  return {
    seat,
    name: textId(name),
    role: "participant",
    stance: "sharing",
    presence: "here",
    ...more,
  };
}

/** Returns people in the form they have in a view. */
export function people(...all: Seated[]): RoomView["people"] {
  return Object.fromEntries(all.map(({ seat, ...one }) => [seat, one]));
}

export const settings: Settings = {
  order: "go_round",
  hands_by: "least_heard",
  advance: "itself",
  offers: "ask",
  late: "next_round",
  earlier_words: false,
  slow_ms: 0,
  bell: "facilitator",
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
  no_host_ms: 60_000,
  no_host_end_ms: 600_000,
  undo_end_ms: 120_000,
  empty_ms: 1_800_000,
};

/** Returns a queue of seats. Its places have gaps, as on the wire. */
export function line(...seats: SeatNo[]): Record<SeatNo, Place> {
  return Object.fromEntries(seats.map((seat, index) => [seat, { place: index * 7 + 3 }]));
}

export function set(...seats: SeatNo[]): Record<SeatNo, Record<symbol, never>> {
  return Object.fromEntries(seats.map((seat) => [seat, {}]));
}

/** The token and the queue, in short form. */
export interface TurnAndQueue extends Omit<Partial<Queue>, "lineup" | "heard" | "passed" | "later" | "hands" | "waiting"> {
  turn_id?: number;
  token?: Token;
  lineup?: SeatNo[];
  heard?: SeatNo[];
  passed?: SeatNo[];
  later?: SeatNo[];
  hands?: SeatNo[];
  waiting?: SeatNo[];
}

/** Returns the turn and the queue of a room. */
export function turnAndQueue(more: TurnAndQueue = {}): Pick<RoomView, "turn" | "queue"> {
  const { turn_id = 0, token = { centre: {} }, lineup = [], heard = [], passed = [], ...others } = more;
  const { later = [], hands = [], waiting = [], ...queue } = others;
  return {
    turn: { turn_id, token },
    queue: {
      complete: false,
      halted: false,
      ...queue,
      lineup: line(...lineup),
      heard: set(...heard),
      passed: set(...passed),
      later: line(...later),
      hands: line(...hands),
      waiting: line(...waiting),
    },
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

export function held(seat: number, more: object = {}): Token {
  return { held: { seat, since: 1_000, shares: 0, firm: false, extended: false, ...more } };
}

export function message(number: number, seat: number, words: string, more: Partial<Message> = {}): Numbered {
  return {
    number,
    text: textId(words),
    seat,
    kind: "share",
    round: 1,
    at: 5_000,
    taken_back: false,
    hidden: false,
    gestures: {},
    ...more,
  };
}

/** Returns a round's question, asked by Fay. */
export function question(number: number, words: string, more: Partial<Message> = {}): Numbered {
  return message(number, 1, words, { kind: "question", ...more });
}

/** Returns messages in the form they have in a view, and the texts they mention. */
export function messages(...all: Numbered[]): Pick<View, "messages" | "texts"> {
  return {
    messages: Object.fromEntries(all.map(({ number, ...message }) => [number, message])),
    texts: texts(...all.map(({ text }) => text.slice(textId("").length))),
  };
}

/** Fay holds the circle; Ana, Ben and Cleo are members. The page is Ana's unless said otherwise. */
export const fay = person(1, "Fay", { role: "facilitator" });
export const ana = person(2, "Ana");
export const ben = person(3, "Ben");
export const cleo = person(4, "Cleo");

/** How a room differs from the usual one. */
export interface InRoom extends Partial<SessionState> {
  people?: Seated[];
  round?: Round | undefined;
  turn?: TurnAndQueue;
  settings?: Settings;
  silence?: RoomView["silence"];
}

export function view(more: InRoom = {}, others: Partial<View> = {}): View {
  const { people: seated = [fay, ana, ben, cleo], round: of, turn: stands, settings: set, silence, ...session } = more;
  const names = seated.map(({ name }) => name.slice(textId("").length));
  return {
    seat: 2,
    cursor: { room: 10, own: 2 },
    room: {
      id: room,
      circle: { id: circle, title: textId("Monday circle"), settings: set ?? settings, timers },
      session: { phase: "open", opened_at: 1_000, moderators_act: false, ...session },
      people: people(...seated),
      ...(of && { round: of }),
      ...(silence && { silence }),
      ...turnAndQueue(stands),
    },
    messages: {},
    earlier: false,
    own: { removed: false, hidden: {} },
    ...others,
    texts: { ...texts("Monday circle", ...names), ...others.texts },
  };
}

export function hosts(more: Partial<HostsView> = {}): { hosts: HostsView } {
  return { hosts: { mutes: {}, bars: {}, turns: {}, process_points: {}, ...more } };
}

/** A bar for the rest of the session, set by Fay. */
export function bar(seat: SeatNo): Bar {
  return { name: textId("Ben"), at: 1, until: "session_end", seat, by: 1 };
}

/** The same, as a facilitator sees it. */
export function hostView(more: InRoom = {}, others: Partial<View> = {}): View {
  return view(more, {
    seat: 1,
    cursor: { room: 10, own: 2, hosts: 4 },
    ...hosts(),
    ...others,
  });
}

/** The next frame to the room after `view()`. */
export function toRoom(facts: Fact[], patch?: object, more: Partial<AudienceFrame> = {}): AudienceFrame {
  return { room: 11, at: 9_000, facts, ...(patch && { patch }), ...more };
}

