/**
 * Who may do what: evaluates the same policy table as the room, using what this seat sees. Mirrors
 * `protocol/src/policy_check.rs`: the same columns in the same order, so a refusal has the same code. Conditions
 * that depend on the room's internal state are checked only there.
 */
import table from "../../../protocol/generated/policy.json";
import { guides, isEligible, isHost, isHostHere } from "./view/people";
import { type NameIn, untagged } from "./tagged";
import { heldBy, isAtCentre, isRun, offeredTo, openRound, tokenSeat } from "./view/turn";
import type { Command, Person, RefusalCode, Role, Round, RoomView, SeatNo, View } from "./wire";

export type CommandName = NameIn<Command>;

type Refused = RefusalCode | undefined;
type Allowed = "yes" | "no";
type Target = "anyone" | "present" | "ranked" | "eligible" | "next_speaker";

interface Policy {
  role: "seat" | "voice" | "host" | "facilitator" | "facilitator_only";
  muted: Allowed;
  paused: Allowed;
  ending: Allowed;
  when: keyof typeof conditions;
  target: Target | null;
}

/** The fields of a command that its policy depends on. */
export interface Request {
  /** The seat it names. */
  target?: SeatNo | undefined;
  /** The turn id it names. */
  turnId?: number | undefined;
  /** Whether it carries a text. */
  hasText?: boolean;
}

interface Situation extends Pick<View, "room" | "own"> {
  seat: SeatNo;
  person: Person;
}

/** Returns why the policy refuses a command, or nothing if it allows it: the first column that refuses. */
export function refusalOf(
  { room, own, seat }: Pick<View, "room" | "own" | "seat">,
  name: CommandName,
  { target, turnId, hasText = false }: Request = {},
): Refused {
  const policy = (table as Record<string, unknown>)[name] as Policy | undefined;
  const person = room.people[seat];
  const { session, turn } = room;
  if (!policy) return "unknown_command";
  if (!person) return "no_such_seat";
  const situation: Situation = { room, own, seat, person };
  return (
    unless(person.presence === "here" && session.phase !== "ended", "not_now") ??
    checkRole(policy.role, person.role, session.moderators_act) ??
    unless((policy.muted === "yes" && !hasText) || !own.muted, "muted") ??
    unless(turnId === undefined || turnId === turn.turn_id, "stale_turn") ??
    unless(policy.ending === "yes" || session.closes_at === undefined, "ending") ??
    unless(policy.paused === "yes" || !session.pause, "paused") ??
    unless(policy.paused === "yes" || !room.silence, "silence") ??
    conditions[policy.when](situation) ??
    (policy.target && target !== undefined ? checkTarget(policy.target, target, situation) : undefined)
  );
}

/** Returns a command's name, and the fields that its policy depends on. */
export function requestOf(command: Command): [CommandName, Request] {
  const [name, body] = untagged(command);
  const { seat, to, turn_id } = body as { seat?: SeatNo; to?: SeatNo; turn_id?: number };
  const hasText = Object.values(body).some((field) => field instanceof Object && "plain" in field);
  return [name, { target: seat ?? to, turnId: turn_id, hasText }];
}

/** Returns whether the policy allows a command. */
export function allows(view: View, name: CommandName, target?: SeatNo): boolean {
  return refusalOf(view, name, { target }) === undefined;
}

function unless(allowed: boolean, code: RefusalCode): Refused {
  return allowed ? undefined : code;
}

function checkRole(permission: Policy["role"], role: Role, moderatorsAct: boolean): Refused {
  if (permission === "seat") return undefined;
  if (permission === "voice") return unless(role !== "listener", "listening");
  const acts = permission === "host" || (permission === "facilitator" && moderatorsAct);
  return unless(acts ? isHost(role) : role === "facilitator", "not_allowed");
}

function order(room: RoomView, fits: (round: Round) => boolean): Refused {
  const round = openRound(room);
  return round ? unless(fits(round), "wrong_order") : "no_round";
}

const conditions = {
  always: () => undefined,
  can_take: checkTake,
  has_token: ({ room, seat }) => unless(tokenSeat(room) === seat, "not_offered"),
  holds_token: ({ room, seat }) => unless(heldBy(room)?.seat === seat, "not_your_turn"),
  has_token_or_hosts: ({ room, seat, person }) =>
    unless(tokenSeat(room) === seat || (isHost(person.role) && !isAtCentre(room)), "not_your_turn"),
  token_out: ({ room }) => unless(!isAtCentre(room), "not_now"),
  order_offers: ({ room }) => order(room, (round) => round.order !== "open"),
  token_rests_in_queue: ({ room }) => order(room, isRun) ?? unless(isAtCentre(room), "not_free"),
  order_halted: ({ room }) => order(room, () => true) ?? unless(room.queue.halted, "not_now"),
  floor_open: checkFloor,
  order_is_hands: ({ room }) => order(room, (round) => round.order === "hands"),
  can_raise: ({ room, person }) =>
    order(room, (round) => round.order === "hands") ?? unless(isEligible(person), "listening"),
  waits_in_queue: ({ room, seat }) => order(room, isRun) ?? unless(seat in room.queue.waiting, "not_now"),
  queue_can_be_reordered: ({ room }) =>
    order(room, (round) =>
      round.order === "hands" ? round.hands_by === "first_come" : round.order === "go_round",
    ),
  round_open: ({ room }) => order(room, () => true),
  no_round_open: ({ room }) => unless(!room.round?.open, "round_open"),
  paused: ({ room }) => unless(room.session.pause !== undefined, "not_now"),
  not_paused: ({ room }) => unless(room.session.pause === undefined, "paused"),
  ending: ({ room }) => unless(room.session.closes_at !== undefined, "not_now"),
  not_silent: ({ room }) => unless(!room.silence, "silence"),
  silent: ({ room }) => unless(room.silence !== undefined, "not_now"),
  can_ring: checkRing,
} satisfies Record<string, (situation: Situation) => Refused>;

/**
 * In popcorn anyone may take the turn from the centre; people who haven't been heard get the first
 * chance.
 */
function checkTake({ room, seat, person }: Situation): Refused {
  const { token } = room.turn;
  if (offeredTo(room) === seat) return undefined;
  if (!("centre" in token)) return "not_offered";
  if (openRound(room)?.order !== "popcorn") return "not_free";
  const settled = seat in room.queue.heard || seat in room.queue.passed;
  return unless(isEligible(person), "listening") ?? unless(!token.centre.first_reach || !settled, "not_free");
}

function checkFloor({ room }: Situation): Refused {
  const { phase, closes_at } = room.session;
  // Everyone may say goodbye.
  if (closes_at !== undefined) return undefined;
  if (phase === "gathering" || phase === "lingering") return unless(isHostHere(room), "no_host");
  return unless(openRound(room)?.order === "open" && isAtCentre(room), "floor_closed");
}

/**
 * Facilitators may always ring. If the circle lets everyone ring, others may do so once a round.
 */
function checkRing({ room, own, person }: Situation): Refused {
  if (guides(person, room)) return undefined;
  const everyone = room.circle.settings.bell === "everyone";
  return unless(everyone, "not_allowed") ?? unless(own.rang_in !== (room.round?.number ?? 0), "already_rung");
}

function checkTarget(target: Target, seat: SeatNo, { room, seat: mine, person }: Situation): Refused {
  const other = room.people[seat];
  const wrong = target === "next_speaker" ? order(room, (round) => round.order === "popcorn") : undefined;
  if (wrong) return wrong;
  if (!other) return "no_such_seat";
  switch (target) {
    case "anyone":
      return undefined;
    case "present":
      return unless(other.presence !== "left", "no_such_seat");
    case "ranked":
      return unless(seat !== mine && outranks(person.role, other.role), "outranked");
    case "eligible":
      return unless(isEligible(other) && tokenSeat(room) !== seat, "not_eligible");
    case "next_speaker":
      return unless(isEligible(other) && seat !== mine, "not_eligible");
  }
}

/** Returns whether a host may mute, remove or let back in someone with that role, or hide their words. */
export function outranks(host: Role, target: Role): boolean {
  return host === "facilitator" || (host === "moderator" && !isHost(target));
}
