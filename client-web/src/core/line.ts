/** How a session's line is made, kept, lost and made again. Steps of `session.ts`. */
import * as asks from "./asks";
import { backoff } from "./backoff";
import { comeBack, pauseOf, stopOf } from "./close";
import { helloText } from "./frame";
import type { Effect, Env, Line, Session, Step, Way } from "./session";
import type { Hello, Welcome } from "./wire";

/** A connection must be there, and a welcome have come, within this. */
const connect_ms = 10_000;
/** The server gives a sign of life after 20 s of quiet: a line silent for this long is dead. */
const silence_ms = 35_000;
/** As `silence_ms`, for a page that slept and is looked at again: one missed sign of life is enough. */
const woken_silence_ms = 22_000;
/** A line that held this long starts the back-off anew. */
const held_ms = 10_000;
/** An event that does not fit twice within this is no accident: the page itself is too old. */
const resync_again_ms = 60_000;

/** Returns the time of the line's next duty. */
export function deadline(line: Line): number {
  switch (line.at) {
    case "connecting":
    case "greeting":
      return line.since + connect_ms;
    case "open":
      return line.heard + silence_ms;
    case "waiting":
      return line.until;
    case "stopped":
      return Number.POSITIVE_INFINITY;
  }
}

export function connect(session: Session, env: Env): Step {
  const tries = triesOf(session.line, env);
  const line: Line = { at: "connecting", since: env.now, tries };
  return [{ ...session, line, writing: [] }, [{ do: "connect" }]];
}

function triesOf(line: Line, env: Env): number {
  if (line.at === "stopped") return 0;
  if (line.at === "open" && env.now - line.since >= held_ms) return 0;
  return line.tries;
}

export function opened(session: Session, env: Env): Step {
  if (session.line.at !== "connecting") return [session, []];
  const line: Line = { at: "greeting", since: env.now, tries: session.line.tries };
  return [{ ...session, line }, [{ do: "send", text: helloText(helloOf(session)) }]];
}

function helloOf({ way, snapshot, epoch, afresh }: Session): Hello {
  const resume =
    snapshot && epoch && !afresh ? { room: snapshot.common.room, epoch, cursor: snapshot.cursor } : undefined;
  return {
    circle: way.circle,
    seat_key: way.seatKey,
    ...(way.entryKey && { entry_key: way.entryKey }),
    ...(way.name && { name: { plain: way.name } }),
    ...(way.stance && { stance: way.stance }),
    ...(way.nextSeatKey && { new_seat_key: way.nextSeatKey }),
    ...(resume && { resume }),
  };
}

export function welcomed(session: Session, welcome: Welcome, env: Env): Step {
  const snapshot = welcome.snapshot ?? session.snapshot;
  if (!snapshot) return resync(session, env);
  const tries = "tries" in session.line ? session.line.tries : 0;
  const here: Session = {
    ...session,
    snapshot,
    epoch: welcome.epoch,
    limits: welcome.limits,
    skew: welcome.now - env.now,
    line: { at: "open", since: env.now, heard: env.now, tries },
    way: rekeyed(session.way),
    afresh: false,
  };
  return asks.resumed(here);
}

/** Once the server has spoken to the new key, the old one is worth nothing. */
function rekeyed({ nextSeatKey, ...way }: Way): Way {
  return nextSeatKey ? { ...way, seatKey: nextSeatKey } : way;
}

export function closed(session: Session, code: number, env: Env): Step {
  if (session.line.at === "stopped" || session.line.at === "waiting") return [session, []];
  const when = comeBack(code);
  if (when === "no") return stopped(session, code, env);
  const tries = triesOf(session.line, env);
  const until = env.now + backoff(when, tries, env.random);
  const line: Line = { at: "waiting", until, tries: tries + 1, why: pauseOf(code) };
  return [{ ...session, line, writing: [] }, []];
}

function stopped(session: Session, code: number, env: Env): Step {
  const why = stopOf(code);
  // The answer to *it wasn't me* may have been lost with the line: then the new key is the seat's.
  if (why === "not_admitted" && session.way.nextSeatKey) {
    return connect({ ...session, way: rekeyed(session.way) }, env);
  }
  const line: Line = { at: "stopped", why };
  const still: Session = { ...session, line, writing: [] };
  // Another screen goes on with the seat; every other stop is the end of what may be seen here.
  if (why === "replaced" || why === "broken") return [still, []];
  const { snapshot: _unseen, epoch: _past, ...bare } = still;
  return asks.lost(bare);
}

/** Gives up a line that does not answer, and tries again after the usual wait. */
function giveUp(session: Session, env: Env): Step {
  const [waiting, effects] = closed(session, 1006, env);
  return [waiting, [{ do: "hang_up" }, ...effects]];
}

export function tick(session: Session, env: Env): Step {
  if (env.now < deadline(session.line)) return [session, []];
  return session.line.at === "waiting" ? connect(session, env) : giveUp(session, env);
}

export function woke(session: Session, network: boolean, env: Env): Step {
  const { line } = session;
  if (line.at === "stopped") return [session, []];
  // A server that asked for patience gets it; anything else may well be over by now.
  if (line.at === "waiting") {
    return line.why === "full" || line.why === "busy" ? [session, []] : connect(session, env);
  }
  // A socket from before the network changed may look open for minutes: a resume costs less.
  if (network || env.now >= silentSince(line) + woken_silence_ms) return connect(session, env);
  return [session, []];
}

function silentSince(line: Exclude<Line, { at: "waiting" | "stopped" }>): number {
  return line.at === "open" ? line.heard : line.since;
}

/** Fetches a snapshot anew; where that has not helped a moment ago, asks for a newer page. */
export function resync(session: Session, env: Env): Step {
  const hangUp: Effect = { do: "hang_up" };
  if (session.resynced !== undefined && env.now - session.resynced < resync_again_ms) {
    return [{ ...session, line: { at: "stopped", why: "outdated" }, writing: [] }, [hangUp]];
  }
  const [connecting, effects] = connect({ ...session, resynced: env.now, afresh: true }, env);
  return [connecting, [hangUp, ...effects]];
}

export function heard(session: Session, env: Env): Session {
  return session.line.at === "open" ? { ...session, line: { ...session.line, heard: env.now } } : session;
}

/** A sign of life tells the time: the least delayed one is nearest to it, unless a clock was set. */
export function clocked(session: Session, serverNow: number, env: Env): Session {
  const skew = serverNow - env.now;
  const set = Math.abs(skew - session.skew) > 5_000;
  return { ...session, skew: set ? skew : Math.max(skew, session.skew) };
}
