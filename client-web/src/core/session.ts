/**
 * The life of one seat's connection, pure: no socket, no timer, no clock, no chance of its own.
 *
 * The contract, in full: hand every input to `step`, carry out the effects it returns in their
 * order, and call it with `{ is: "tick" }` when the time that `deadline` names has come.
 */
import type { Fact } from "./fact";
import type { Ask, Outcome } from "./asks";
import * as asks from "./asks";
import type { Pause, Stop } from "./close";
import * as line from "./line";
import { readFrame, writingText } from "./frame";
import { fold, Unfoldable } from "./fold";
import type { CircleId, Command, CommandId, Limits, SeatNo, Snapshot, Stance } from "./wire";

/** Who comes, and by which keys. */
export interface Way {
  circle: CircleId;
  seatKey: string;
  /** *It wasn't me*: the key that replaces the seat's, until the server has confirmed it. */
  nextSeatKey?: string;
  /** Needed to take a new seat, as is the name. */
  entryKey?: string;
  name?: string;
  stance?: Stance;
}

/** Where the line stands. Times are by this device's clock. */
export type Line =
  | { at: "connecting"; since: number; until: number; tries: number; why: Pause }
  | { at: "greeting"; since: number; tries: number; why: Pause }
  /** `back` where it goes on where an earlier line was lost. */
  | { at: "open"; since: number; heard: number; tries: number; back: boolean }
  | { at: "waiting"; since: number; until: number; tries: number; why: Pause }
  | { at: "stopped"; why: Stop };

/** Everything the page knows. Never changed in place. */
export interface Session {
  readonly way: Way;
  readonly line: Line;
  /** All this seat may see; absent before the first welcome and after the last word. */
  readonly snapshot?: Snapshot;
  readonly epoch?: string;
  readonly limits?: Limits;
  /** Since when a line is being tried for: lost then, or given up for lost too early. */
  readonly outage?: number;
  /** The server's clock minus this device's, in milliseconds. */
  readonly skew: number;
  /** Commands not yet answered, in the order they were asked. */
  readonly asks: readonly Ask[];
  /** Who shows signs of writing, and until when that counts. */
  readonly writing: readonly { seat: SeatNo; until: number }[];
  /** When a snapshot was last fetched anew because an event did not fit. */
  readonly resynced?: number;
  /** True while the next hello must not resume. */
  readonly afresh: boolean;
}

export type Input =
  | { is: "start" }
  | { is: "opened" }
  | { is: "received"; text: string }
  | { is: "closed"; code: number }
  | { is: "tick" }
  | { is: "woke"; by: Wake }
  | { is: "ask"; id: CommandId; command: Command; quiet?: boolean }
  | { is: "writing" }
  /** The person asks to come back: *join here*, *try again*. */
  | { is: "again" }
  /** *It wasn't me*. */
  | { is: "not_me"; nextSeatKey: string };

/** The network is back, the page is looked at again, or somebody types or touches it. */
export type Wake = "network" | "seen" | "touch";

export type Effect =
  /** Open a new socket; whatever socket there was is forgotten. */
  | { do: "connect" }
  | { do: "hang_up" }
  | { do: "send"; text: string }
  /** Something happened in the room; `before` is what was seen until then. */
  | { do: "tell"; fact: Fact; before: Snapshot; after: Snapshot }
  /** A command was answered, or will never be. */
  | { do: "answer"; ask?: Ask; outcome: Outcome };

/** What a step may know besides the session: the time, and a number drawn from [0, 1). */
export interface Env {
  now: number;
  random: number;
}

export type Step = [Session, Effect[]];

const writing_shown_ms = 6_000;

/** Returns a session before its first connection; `unanswered` are asks kept from an earlier page. */
export function begin(way: Way, unanswered: readonly Ask[] = []): Session {
  const never = Number.POSITIVE_INFINITY;
  const here: Line = { at: "waiting", since: never, until: never, tries: 0, why: "lost" };
  return { way, line: here, skew: 0, asks: unanswered, writing: [], afresh: false };
}

/** Returns the session after an input, and what is to be done. */
export function step(session: Session, input: Input, env: Env): Step {
  switch (input.is) {
    case "start":
      return line.connect(session, env);
    case "again":
      return line.tryAgain(session, env);
    case "not_me":
      return line.tryAgain({ ...session, way: { ...session.way, nextSeatKey: input.nextSeatKey } }, env);
    case "opened":
      return line.opened(session, env);
    case "received":
      return received(session, input.text, env);
    case "closed":
      return line.closed(session, input.code, env);
    case "woke":
      return line.woke(session, input.by, env);
    case "tick":
      return tick(session, env);
    case "ask":
      return asks.ask(session, input);
    case "writing":
      return [session, session.line.at === "open" ? [{ do: "send", text: writingText }] : []];
  }
}

/** Returns when the next tick is due, by this device's clock. */
export function deadline(session: Session): number {
  const times = session.writing.map(({ until }) => until);
  return Math.min(line.deadline(session.line), asks.deadline(session), ...times);
}

function tick(session: Session, env: Env): Step {
  const writing = session.writing.filter(({ until }) => until > env.now);
  const quieter = writing.length === session.writing.length ? session : { ...session, writing };
  const [kept, held] = line.tick(quieter, env);
  const [retried, again] = asks.tick(kept, env);
  return [retried, [...held, ...again]];
}

function received(session: Session, text: string, env: Env): Step {
  const heard = line.heard(session, env);
  const frame = readFrame(text);
  switch (frame.is) {
    case "welcome":
      return line.welcomed(heard, frame.welcome, env);
    case "snapshot":
      return [{ ...heard, snapshot: frame.snapshot }, []];
    case "answer":
      return asks.answered(heard, frame.answer, env);
    case "writing":
      return [seenWriting(heard, frame.seat, env), []];
    case "beat":
      return [line.clocked(heard, frame.now, env), []];
    case "fact":
      return happened(heard, frame.fact, env);
    case "unknown":
      return line.resync(heard, env);
  }
}

function happened(session: Session, fact: Fact, env: Env): Step {
  const before = session.snapshot;
  if (!before) return line.resync(session, env);
  try {
    const after = fold(before, fact);
    const writing = settled(session, fact);
    return [{ ...session, snapshot: after, writing }, [{ do: "tell", fact, before, after }]];
  } catch (error) {
    if (error instanceof Unfoldable) return line.resync(session, env);
    throw error;
  }
}

/** Whoever has sent their words, or whose turn is over, writes no more. */
function settled(session: Session, fact: Fact): Session["writing"] {
  if (session.writing.length === 0 || fact.to !== "room") return session.writing;
  if (fact.name !== "said" && fact.name !== "turn_ended") return session.writing;
  return session.writing.filter(({ seat }) => seat !== fact.body.seat);
}

function seenWriting(session: Session, seat: SeatNo, env: Env): Session {
  const others = session.writing.filter((other) => other.seat !== seat);
  return { ...session, writing: [...others, { seat, until: env.now + writing_shown_ms }] };
}
