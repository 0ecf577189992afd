/** What is told aloud of an event, to those who listen to the page instead of looking at it. */
import type { Fact, RoomFact, SeatFact, StaffFact } from "./fact";
import { isStaff, meOf } from "./people";
import { plain } from "./text";
import { heldBy } from "./turn";
import type { Who } from "./where";
import type { OfferEnd, Role, Snapshot, Stance, TurnEnd } from "./wire";

export type News =
  | { is: "offered" | "taken" | "passed" | "later" | "shared" | "hand_up" | "point" | "barred"; who: Who }
  | { is: "joined" | "left" | "away" | "returned"; who: Who }
  | { is: "turn_ended"; who: Who; how: TurnEnd }
  | { is: "offer_ended"; who: Who; how: OfferEnd }
  | { is: "round_opened" | "round_changed" | "paused"; words?: string }
  | { is: "announced"; who: Who; words: string }
  | { is: "role"; who: Who; role: Role }
  | { is: "stance"; stance: Stance }
  | { is: "limit_near" | "limit_over"; who: Who }
  | { is: "reach_open" | "round_closed" | "resumed" | "ending" | "end_undone" | "ended" }
  | { is: "muted" | "unmuted" | "removed" | "opened" | "closing" | "lingering" };

export interface Telling {
  news: News;
  /** Interrupts whatever is being read: offers, pause and removal, nothing else. */
  assertive: boolean;
  /** Waits until no turn is under way: comings and goings are not told into someone's grief. */
  between: boolean;
}

type Name = (seat: number) => string;

/** Returns what is to be told of an event; most are not. */
export function newsOf(fact: Fact, before: Snapshot, after: Snapshot, name: Name): Telling | undefined {
  const who = (seat: number): Who => (seat === after.seat ? "you" : name(seat));
  const news = factNews(fact, before, after, who);
  if (!news || isOwnDoing(news)) return undefined;
  return { news, assertive: isAssertive(news), between: isComingOrGoing(news) };
}

function factNews(fact: Fact, before: Snapshot, after: Snapshot, who: (seat: number) => Who) {
  switch (fact.to) {
    case "room":
      return turnNews(fact, who) ?? peopleNews(fact, after, who) ?? courseNews(fact, before);
    case "staff":
      return staffNews(fact, who);
    case "seat":
      return ownNews(fact);
  }
}

function turnNews(fact: RoomFact, who: (seat: number) => Who): News | undefined {
  switch (fact.name) {
    case "offered":
    case "taken":
    case "passed":
    case "later":
      return { is: fact.name, who: who(fact.body.seat) };
    case "offer_ended":
      return { is: "offer_ended", who: who(fact.body.seat), how: fact.body.how };
    case "turn_ended":
      return { is: "turn_ended", who: who(fact.body.seat), how: fact.body.how };
    case "reach_opened":
      return { is: "reach_open" };
    case "said": {
      const words = plain(fact.body.words.text);
      const speaker = who(fact.body.seat);
      if (fact.body.kind === "announcement") return { is: "announced", who: speaker, words: words ?? "" };
      return { is: "shared", who: speaker };
    }
    default:
      return undefined;
  }
}

function peopleNews(fact: RoomFact, after: Snapshot, who: (seat: number) => Who): News | undefined {
  switch (fact.name) {
    case "joined":
      return { is: "joined", who: who(fact.body.person.seat) };
    case "left":
    case "away":
    case "returned":
      return { is: fact.name, who: who(fact.body.seat) };
    case "role":
      return { is: "role", who: who(fact.body.seat), role: fact.body.role };
    case "hand_raised":
      return isStaff(meOf(after)?.role ?? "listener")
        ? { is: "hand_up", who: who(fact.body.seat) }
        : undefined;
    default:
      return undefined;
  }
}

function courseNews(fact: RoomFact, before: Snapshot): News | undefined {
  switch (fact.name) {
    case "round_opened":
    case "round_changed": {
      const words = plain(fact.body.round.prompt?.text);
      const known = plain(before.common.round?.prompt?.text);
      if (fact.name === "round_changed" && words === known) return undefined;
      return { is: fact.name, ...(words && { words }) };
    }
    case "paused": {
      const words = plain(fact.body.pause.message?.text);
      return { is: "paused", ...(words && { words }) };
    }
    case "phase":
      return fact.body.phase === "gathering" || fact.body.phase === "ended"
        ? undefined
        : { is: fact.body.phase === "open" ? "opened" : fact.body.phase };
    case "round_closed":
    case "resumed":
    case "ending":
    case "end_undone":
    case "ended":
      return { is: fact.name };
    default:
      return undefined;
  }
}

function staffNews(fact: StaffFact, who: (seat: number) => Who): News | undefined {
  if (fact.name === "point_raised") return { is: "point", who: who(fact.body.seat) };
  if (fact.name === "barred" && who(fact.body.by) !== "you")
    return { is: "barred", who: who(fact.body.seat) };
  return undefined;
}

function ownNews(fact: SeatFact): News | undefined {
  if (fact.name === "muted" || fact.name === "unmuted" || fact.name === "removed") return { is: fact.name };
  return undefined;
}

/** What one has just done oneself needs no telling, except that a turn is offered, begins or ends. */
function isOwnDoing(news: News): boolean {
  if (!("who" in news) || news.who !== "you") return false;
  return !["offered", "taken", "turn_ended", "offer_ended", "role", "limit_near", "limit_over"].includes(
    news.is,
  );
}

function isAssertive(news: News): boolean {
  return news.is === "paused" || news.is === "removed" || (news.is === "offered" && news.who === "you");
}

/** Returns whether somebody came, went, or was away: what waits for the end of a turn. */
export function isComingOrGoing(news: News): boolean {
  return news.is === "joined" || news.is === "left" || news.is === "away" || news.is === "returned";
}

/** Returns the notice that falls due between two moments: one minute before a limit, and its end. */
export function timeNews(snapshot: Snapshot, from: number, to: number, name: Name): Telling | undefined {
  const held = heldBy(snapshot.common);
  if (!held?.limit || "left" in held.limit) return undefined;
  const end = held.limit.until;
  const near = end - snapshot.common.timers.limit_notice_ms;
  const crossed = (time: number) => from < time && time <= to;
  const who: Who = held.seat === snapshot.seat ? "you" : name(held.seat);
  if (crossed(end)) return { news: { is: "limit_over", who }, assertive: false, between: false };
  // A turn that is shorter than its notice would begin with it.
  if (crossed(near) && near > held.since) {
    return { news: { is: "limit_near", who }, assertive: false, between: false };
  }
  return undefined;
}
