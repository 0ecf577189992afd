/** How a session's line is made, kept, lost and made again. Steps of `session.ts`. */
import * as asks from "./asks";
import { backoff, lineBackoff } from "./backoff";
import { type Pause, comeBack, pauseOf, stopOf } from "./close";
import { helloText } from "./frame";
import type { Effect, Env, Line, Session, Step, Wake, Way } from "./session";
import type { Hello, Welcome } from "./wire";

/** A connection must be there, and a welcome have come, within this. */
const connect_ms = 10_000;
/** Soon after a line was lost, a try that hangs holds up the next one, which may well succeed. */
const eager_for_ms = 30_000;
const eager_connect_ms = 2_000;
/** Every third of these tries has more time, for lines that are slow. */
const slow_connect_ms = 5_000;
/** A touch asks for a try no sooner than this after the last. */
const touch_ms = 1_000;
/** A timer that comes later than this was asleep with its machine. */
const slept_ms = 5_000;
/** After a *restarting* this long ago, a server that is still not there is just not there. */
const restart_ms = 60_000;
/** The server gives a sign of life after 20 s of quiet: a line silent for this long is dead. */
const silence_ms = 35_000;
/** As `silence_ms`, for a page that slept and is looked at again: one missed sign of life is enough. */
const woken_silence_ms = 22_000;
/** A line that held this long starts the back-off anew. */
const held_ms = 10_000;
/** An event that does not fit twice within this is no accident: the page itself is too old. */
const resync_again_ms = 60_000;

/** How long it is said that the line is back. */
const back_told_ms = 5_000;

/** Returns whether the line has come back a moment ago, after a drop. */
export function isJustBack(line: Line, now: number): boolean {
  return line.at === "open" && line.back && now - line.since < back_told_ms;
}

/** Returns the time of the line's next duty. */
export function deadline(line: Line): number {
  switch (line.at) {
    case "greeting":
      return line.since + connect_ms;
    case "open":
      return line.heard + silence_ms;
    case "connecting":
    case "waiting":
      return line.until;
    case "stopped":
      return Number.POSITIVE_INFINITY;
  }
}

export function connect(session: Session, env: Env): Step {
  const tries = triesOf(session.line, env);
  const until = env.now + patienceOf(session, tries, env);
  const line: Line = { at: "connecting", since: env.now, until, tries, why: whyOf(session.line) };
  return [{ ...session, line, writing: [] }, [{ do: "connect" }]];
}

/** There is reason to think that the line can be had now: try as if it had just been lost. */
export function tryAgain(session: Session, env: Env): Step {
  return connect({ ...session, outage: env.now }, env);
}

function patienceOf({ outage }: Session, tries: number, env: Env): number {
  if (outage === undefined || env.now - outage >= eager_for_ms) return connect_ms;
  return tries % 3 === 2 ? slow_connect_ms : eager_connect_ms;
}

function triesOf(line: Line, env: Env): number {
  return line.at === "stopped" || hasHeld(line, env) ? 0 : line.tries;
}

function hasHeld(line: Line, env: Env): boolean {
  return line.at === "open" && env.now - line.since >= held_ms;
}

function whyOf(line: Line): Pause {
  return "why" in line && line.at !== "stopped" ? line.why : "lost";
}

export function opened(session: Session, env: Env): Step {
  if (session.line.at !== "connecting") return [session, []];
  const { tries, why } = session.line;
  const line: Line = { at: "greeting", since: env.now, tries, why };
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
  // In a store that was restored the room is the same, and what was said since the copy is gone.
  const same = session.snapshot?.common.room === snapshot.common.room && session.epoch === welcome.epoch;
  const back = !session.afresh && same;
  const here: Session = {
    ...session,
    snapshot,
    epoch: welcome.epoch,
    limits: welcome.limits,
    skew: welcome.now - env.now,
    line: { at: "open", since: env.now, heard: env.now, tries, back },
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
  const before = session.line;
  if (before.at === "stopped" || before.at === "waiting") return [session, []];
  const when = comeBack(code);
  if (when === "no") return stopped(session, code, env);
  const tries = triesOf(before, env);
  const outage = hasHeld(before, env) ? env.now : (session.outage ?? env.now);
  const gone_ms = env.now - outage;
  const wait = when === "now" ? lineBackoff(gone_ms, tries, env.random) : backoff("later", tries, env.random);
  // A try that hung has waited already.
  const waited = before.at === "connecting" ? env.now - before.since : 0;
  const until = env.now + Math.max(wait - waited, backoff("now", 0, env.random));
  const why = whyLost(code, before, gone_ms);
  const line: Line = { at: "waiting", since: env.now, until, tries: tries + 1, why };
  return [{ ...session, outage, line, writing: [] }, []];
}

/** A server that said it restarts is restarting until it is there again. */
function whyLost(code: number, before: Line, gone_ms: number): Pause {
  const why = pauseOf(code);
  const restarting = whyOf(before) === "restarting" && gone_ms < restart_ms;
  return why === "lost" && restarting ? "restarting" : why;
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
  const due = deadline(session.line);
  if (env.now < due) return [session, []];
  // Asleep, no try was made: what counts is how long the line has been missing since.
  const awake = env.now - due >= slept_ms ? { ...session, outage: env.now } : session;
  return awake.line.at === "waiting" ? connect(awake, env) : giveUp(awake, env);
}

export function woke(session: Session, by: Wake, env: Env): Step {
  return isWorthATry(session.line, by, env) ? tryAgain(session, env) : [session, []];
}

function isWorthATry(line: Line, by: Wake, env: Env): boolean {
  switch (line.at) {
    case "stopped":
      return false;
    case "waiting":
      // A server that asked for patience gets it; anything else may well be over by now.
      if (line.why === "full" || line.why === "busy") return false;
      return by !== "touch" || (line.why !== "not_yet" && env.now - line.since >= touch_ms);
    case "connecting":
      return by === "network" || (by === "seen" && env.now - line.since >= eager_connect_ms);
    case "greeting":
      return by === "network";
    case "open":
      // A socket from before the network changed may look open for minutes: a resume costs less.
      return by === "network" || env.now - line.heard >= woken_silence_ms;
  }
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
