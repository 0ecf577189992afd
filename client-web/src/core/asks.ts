/** Commands on their way: sent once under an id, sent again after a drop, answered once. */
import { backoff } from "./backoff";
import { commandText } from "./frame";
import { plain } from "./text";
import type { Env, Session, Step } from "./session";
import type { Answer, Command, CommandId, Page, Refusal, RoomId, Snapshot } from "./wire";

/** A command that was asked and not yet answered. */
export interface Ask {
  id: CommandId;
  command: Command;
  /** The room it was asked in: in another one it means nothing. */
  room: RoomId;
  /** The page asked by itself: a refusal is nobody's business. */
  quiet: boolean;
  /** Words that must not be lost, whatever comes of it. */
  words?: string;
  /** How often the server could not keep it. */
  tries: number;
  /** When it is sent again, after the server could not keep it. */
  retryAt?: number;
}

export type Outcome =
  | { is: "done"; at: number }
  | { is: "page"; page: Page }
  | { is: "refused"; refusal: Refusal }
  /** As many commands as may be are waiting already. */
  | { is: "crowded" }
  /** Its room is over, or not ours any more. */
  | { is: "lost" };

/** The server may tell another number in `welcome`; before it has, this one holds. */
const unanswered_max = 16;
/** Tries at something the server cannot keep, before the person is told. */
const tries_max = 8;

export function ask(session: Session, asked: { id: CommandId; command: Command; quiet?: boolean }): Step {
  const { id, command, quiet = false } = asked;
  const { snapshot } = session;
  const words = snapshot && wordsOf(command, snapshot);
  const made: Ask = {
    id,
    command,
    quiet,
    room: snapshot?.common.room ?? "",
    tries: 0,
    ...(words !== undefined && { words }),
  };
  if (!snapshot) return [session, [{ do: "answer", ask: made, outcome: { is: "lost" } }]];
  if (isCrowded(session)) return [session, [{ do: "answer", ask: made, outcome: { is: "crowded" } }]];
  const send = session.line.at === "open" ? [sending(made)] : [];
  return [{ ...session, asks: [...session.asks, made] }, send];
}

/** Returns whether as many commands are unanswered as may be. */
export function isCrowded(session: Session): boolean {
  return session.asks.length >= (session.limits?.unanswered ?? unanswered_max);
}

/** Returns whether a command of this name is on its way. */
export function isAsked(session: Session, ...names: string[]): boolean {
  return session.asks.some(({ command }) => names.some((name) => name in command));
}

function sending(made: Ask): { do: "send"; text: string } {
  return { do: "send", text: commandText(made.id, made.command) };
}

function wordsOf(command: Command, snapshot: Snapshot): string | undefined {
  if ("share" in command) return plain(command.share.text);
  if ("say" in command) return plain(command.say.text);
  if ("announce" in command) return plain(command.announce.text);
  // Taken back, they are erased from the log: this is the last moment to keep them for the draft.
  if ("take_back" in command) {
    const id = command.take_back.said;
    return plain(snapshot.said.findLast((entry) => entry.words.id === id)?.words.text);
  }
  return undefined;
}

export function answered(session: Session, answer: Answer, env: Env): Step {
  const made = session.asks.find(({ id }) => id === answer.re);
  if (!made && answer.re !== undefined) return [session, []];
  if (made && "refused" in answer && isPassing(answer.refused) && made.tries < tries_max) {
    return [later(session, made, env), []];
  }
  const outcome = outcomeOf(answer);
  const asks = session.asks.filter((other) => other !== made);
  const snapshot = session.snapshot && paged(session.snapshot, made, outcome);
  const next: Session = { ...session, asks, ...(snapshot && { snapshot }) };
  return [next, [{ do: "answer", ...(made && { ask: made }), outcome }]];
}

function isPassing(refusal: Refusal): boolean {
  return refusal.code === "not_stored";
}

function later(session: Session, made: Ask, env: Env): Session {
  const retry = { ...made, tries: made.tries + 1, retryAt: env.now + backoff("now", made.tries, env.random) };
  return { ...session, asks: session.asks.map((other) => (other === made ? retry : other)) };
}

function outcomeOf(answer: Answer): Outcome {
  if ("refused" in answer) return { is: "refused", refusal: answer.refused };
  if ("page" in answer) return { is: "page", page: answer.page };
  return { is: "done", at: answer.ok.at };
}

/** Puts earlier words before those on the screen, if they still are what was asked for. */
function paged(snapshot: Snapshot, made: Ask | undefined, outcome: Outcome): Snapshot {
  if (outcome.is !== "page" || !made || !("page" in made.command)) return snapshot;
  if (made.command.page.before !== snapshot.said[0]?.words.id) return snapshot;
  const { said, earlier } = outcome.page;
  return { ...snapshot, said: [...said, ...snapshot.said], earlier };
}

/** Sends everything unanswered again: under the same ids, it happens once. */
export function resumed(session: Session): Step {
  const room = session.snapshot?.common.room;
  const kept = session.asks.filter((made) => made.room === room).map(({ retryAt: _now, ...made }) => made);
  const gone = session.asks.filter((made) => made.room !== room);
  return [
    { ...session, asks: kept },
    [
      ...kept.map(sending),
      ...gone.map((made) => ({ do: "answer" as const, ask: made, outcome: { is: "lost" as const } })),
    ],
  ];
}

/** Nothing unanswered will ever be answered. */
export function lost(session: Session): Step {
  const effects = session.asks.map((made) => ({
    do: "answer" as const,
    ask: made,
    outcome: { is: "lost" as const },
  }));
  return [{ ...session, asks: [] }, effects];
}

export function deadline(session: Session): number {
  if (session.line.at !== "open") return Number.POSITIVE_INFINITY;
  return Math.min(...session.asks.map(({ retryAt = Number.POSITIVE_INFINITY }) => retryAt));
}

export function tick(session: Session, env: Env): Step {
  if (deadline(session) > env.now) return [session, []];
  const isDue = ({ retryAt }: Ask) => retryAt !== undefined && retryAt <= env.now;
  const asks = session.asks.map((made) => {
    if (!isDue(made)) return made;
    const { retryAt: _now, ...again } = made;
    return again;
  });
  return [{ ...session, asks }, session.asks.filter(isDue).map(sending)];
}
