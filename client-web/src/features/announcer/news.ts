/** The announcement of each fact, for people who use a screen reader. */
import { type Isolated, isolated } from "../../core/view/isolated";
import { isHost, meOf } from "../../core/view/people";
import { type BodyIn, type NameIn, untagged } from "../../core/tagged";
import { quotedIn } from "../../core/view/text";
import { heldBy } from "../../core/view/turn";
import type { Who } from "../room/where";
import type { Fact, OfferEnd, Role, SeatNo, TurnEnd, View } from "../../core/wire";

export type News =
  | { is: "offered" | "taken" | "passed" | "later" | "shared" | "hand_up" | "point" | "barred"; who: Who }
  | { is: "joined" | "left" | "away" | "returned"; who: Who }
  | { is: "turn_ended"; who: Who; how: TurnEnd }
  | { is: "offer_ended"; who: Who; how: OfferEnd }
  | { is: "round_opened" | "round_changed" | "paused"; words?: Isolated }
  | { is: "announced"; who: Who; words: Isolated }
  | { is: "silence_began"; by: Who; words?: Isolated }
  | { is: "role"; who: Who; role: Role }
  | { is: "bar_lifted"; name: Isolated }
  | { is: "renamed"; now: Isolated; was?: Isolated }
  | { is: "named"; now: Isolated }
  | { is: "limit_near" | "limit_over"; who: Who }
  | { is: "reach_open" | "round_closed" | "resumed" | "silence_ended" | "ending" | "end_undone" | "ended" }
  | { is: "muted" | "unmuted" | "removed" | "opened" | "closing" | "lingering" };

export interface Telling {
  news: News;
  /** Interrupts whatever is being read: offers, pause and removal, nothing else. */
  assertive: boolean;
  /** Held back until no turn is under way, so that an arrival doesn't interrupt someone's grief. */
  between: boolean;
}

type Name = (seat: SeatNo) => Isolated;

interface Context {
  before: View;
  after: View;
  who: (seat: SeatNo) => Who;
  name: Name;
  /** The name of a seat before the fact: a new name erases it. */
  nameBefore: Name;
}

/** The announcement for each kind of fact. Kinds without one, including facts this page doesn't know, aren't announced. */
const narrated: { [N in NameIn<Fact>]?: (body: BodyIn<Fact, N>, context: Context) => News | undefined } = {
  offered: ({ seat }, { after, who }) =>
    // A muted person can't take it; the room answers for them in a moment.
    seat === after.seat && after.own.muted ? undefined : { is: "offered", who: who(seat) },
  turn_began: ({ seat }, { after, who }) =>
    seat === after.seat && after.own.muted ? undefined : { is: "taken", who: who(seat) },
  passed: ({ seat }, { who }) => ({ is: "passed", who: who(seat) }),
  later: ({ seat }, { who }) => ({ is: "later", who: who(seat) }),
  offer_ended: ({ seat, how }, { who }) => ({ is: "offer_ended", who: who(seat), how }),
  turn_ended: ({ seat, how }, { who }) => ({ is: "turn_ended", who: who(seat), how }),
  reach_opened: () => ({ is: "reach_open" }),
  said: ({ message }, { after, who }) => {
    const said = after.messages[message];
    if (!said) return undefined;
    if (said.kind !== "announcement") return { is: "shared", who: who(said.seat) };
    return { is: "announced", who: who(said.seat), words: quotedIn(after, said.text) ?? isolated("") };
  },
  joined: ({ seat }, { who }) => ({ is: "joined", who: who(seat) }),
  left: ({ seat }, { who }) => ({ is: "left", who: who(seat) }),
  away: ({ seat }, { who }) => ({ is: "away", who: who(seat) }),
  returned: ({ seat }, { who }) => ({ is: "returned", who: who(seat) }),
  renamed: ({ seat, by }, { after, name, nameBefore }) => {
    const now = name(seat);
    if ((by ?? seat) === after.seat) return undefined;
    if (seat === after.seat) return { is: "named", now };
    // A host may have replaced a name that nobody should hear again.
    return { is: "renamed", now, ...(by === undefined && { was: nameBefore(seat) }) };
  },
  role_changed: ({ seat, role }, { who }) => ({ is: "role", who: who(seat), role }),
  hand_raised: ({ seat }, { after, who }) =>
    isHost(meOf(after)?.role ?? "listener") ? { is: "hand_up", who: who(seat) } : undefined,
  round_opened: (_body, { after }) => ({ is: "round_opened", ...asked(after) }),
  prompt_changed: (_body, { after }) => ({ is: "round_changed", ...asked(after) }),
  round_closed: () => ({ is: "round_closed" }),
  paused: (_body, { after }) => {
    const words = quotedIn(after, after.room.session.pause?.message);
    return { is: "paused", ...(words && { words }) };
  },
  resumed: () => ({ is: "resumed" }),
  silence_began: ({ by }, { after, who }) => {
    const words = quotedIn(after, after.room.silence?.reason);
    return { is: "silence_began", by: who(by), ...(words && { words }) };
  },
  silence_ended: () => ({ is: "silence_ended" }),
  phase_changed: ({ phase }) =>
    phase === "gathering" || phase === "ended" ? undefined : { is: phase === "open" ? "opened" : phase },
  ending: () => ({ is: "ending" }),
  end_undone: () => ({ is: "end_undone" }),
  ended: () => ({ is: "ended" }),
  process_point_raised: ({ seat }, { who }) => ({ is: "point", who: who(seat) }),
  barred: ({ seat, by }, { who }) => (who(by) === "you" ? undefined : { is: "barred", who: who(seat) }),
  bar_lifted: ({ bar, seat, by }, { before, after, name }) => {
    if (seat !== undefined) return by === after.seat ? undefined : { is: "bar_lifted", name: name(seat) };
    // Without an undo, this also tells the host who did it.
    return { is: "bar_lifted", name: quotedIn(before, before.hosts?.bars[bar]?.name) ?? isolated("") };
  },
  you_were_muted: () => ({ is: "muted" }),
  you_were_unmuted: () => ({ is: "unmuted" }),
  you_were_removed: () => ({ is: "removed" }),
};

/** Returns the announcement for a fact. Most facts don't have one. */
export function newsOf(
  fact: Fact,
  before: View,
  after: View,
  name: Name,
  nameBefore: Name,
): Telling | undefined {
  const who = (seat: SeatNo): Who => (seat === after.seat ? "you" : name(seat));
  const [kind, body] = untagged(fact);
  const narrate = narrated[kind] as ((body: unknown, context: Context) => News | undefined) | undefined;
  const news = narrate?.(body, { before, after, who, name, nameBefore });
  if (!news || isOwnDoing(news)) return undefined;
  return { news, assertive: isAssertive(news), between: isAboutPresence(news) };
}

function asked(view: View): { words?: Isolated } {
  const words = quotedIn(view, view.room.round?.prompt);
  return words ? { words } : {};
}

/**
 * Returns whether the news is this person's own action, which isn't announced to them. Offers, turns
 * and their ends are.
 */
function isOwnDoing(news: News): boolean {
  if (!("who" in news) || news.who !== "you") return false;
  return !["offered", "taken", "turn_ended", "offer_ended", "role", "limit_near", "limit_over"].includes(
    news.is,
  );
}

function isAssertive(news: News): boolean {
  return news.is === "paused" || news.is === "removed" || (news.is === "offered" && news.who === "you");
}

/**
 * Returns whether someone else arrived, left, lost the connection, returned or has a new name. Such
 * news waits for the end of a turn.
 */
function isAboutPresence(news: News): boolean {
  return ["joined", "left", "away", "returned", "renamed"].includes(news.is);
}

/**
 * Returns whether a fact ends a turn or an offer. The next one may begin in the same decision; news
 * that was held back is announced in between.
 */
export function endsTurn(fact: Fact, before: View, after: View): boolean {
  const ends = ["turn_ended", "offer_ended", "passed", "later"].includes(untagged(fact)[0]);
  // People who are waiting can pass, too.
  return ends && before.room.turn.turn_id !== after.room.turn.turn_id;
}

/** Returns the notice that is due between two times: one minute before a limit, or when it ends. */
export function timeNews({ room, seat }: View, from: number, to: number, name: Name): Telling | undefined {
  const held = heldBy(room);
  if (!held?.limit || "left" in held.limit) return undefined;
  const end = held.limit.until;
  const near = end - room.circle.timers.limit_notice_ms;
  const crossed = (time: number) => from < time && time <= to;
  const who: Who = held.seat === seat ? "you" : name(held.seat);
  if (crossed(end)) return { news: { is: "limit_over", who }, assertive: false, between: false };
  // If the limit is shorter than the notice, it would come before the turn began.
  if (crossed(near) && near > held.since) {
    return { news: { is: "limit_near", who }, assertive: false, between: false };
  }
  return undefined;
}
