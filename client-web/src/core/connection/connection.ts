/** How a client's connection is made, kept, lost and made again. Called by `step.ts`. */
import * as pending from "./pending";
import { backoff, reconnectBackoff } from "./backoff";
import { type RetryReason, comeBack, retryReasonOf, stopReasonOf } from "./close";
import { helloText } from "./frame";
import type { Effect, Env, Connection, Client, Step, Wake, Credentials } from "./client";
import type { Hello, Welcome } from "../wire";

/** A connection must be there, and a welcome have come, within this. */
const connect_ms = 10_000;
/** Soon after a connection was lost, a try that hangs holds up the next one, which may well succeed. */
const eager_for_ms = 30_000;
const eager_connect_ms = 2_000;
/** Every third of these tries has more time, for connections that are slow. */
const slow_connect_ms = 5_000;
/** A touch asks for a try no sooner than this after the last. */
const touch_ms = 1_000;
/** A timer that comes later than this was asleep with its machine. */
const slept_ms = 5_000;
/** After a *restarting* this long ago, a server that is still not there is just not there. */
const restart_ms = 60_000;
/** The server gives a sign of life after 20 s of quiet: a connection silent for this long is dead. */
const silence_ms = 35_000;
/** As `silence_ms`, for a page that slept and is looked at again: one missed sign of life is enough. */
const woken_silence_ms = 22_000;
/** A connection that held this long starts the back-off anew. */
const held_ms = 10_000;
/** A frame that does not fit twice within this is no accident: the page itself is too old. */
const resync_again_ms = 60_000;

/** How long it is said that the connection is back. */
const back_told_ms = 5_000;

/** Returns whether the connection has come back a moment ago, after a drop. */
export function isJustBack(connection: Connection, now: number): boolean {
  return connection.at === "open" && connection.back && now - connection.since < back_told_ms;
}

/** Returns the time of the connection's next duty. */
export function deadline(connection: Connection): number {
  switch (connection.at) {
    case "greeting":
      return connection.since + connect_ms;
    case "open":
      return connection.heard + silence_ms;
    case "connecting":
    case "waiting":
      return connection.until;
    case "stopped":
      return Number.POSITIVE_INFINITY;
  }
}

export function connect(client: Client, env: Env): Step {
  const tries = triesOf(client.connection, env);
  const until = env.now + patienceOf(client, tries, env);
  const connection: Connection = { at: "connecting", since: env.now, until, tries, why: whyOf(client.connection) };
  return [{ ...client, connection, writing: [] }, [{ do: "connect" }]];
}

/** There is reason to think that the connection can be had now: try as if it had just been lost. */
export function tryAgain(client: Client, env: Env): Step {
  return connect({ ...client, outage: env.now }, env);
}

function patienceOf({ outage }: Client, tries: number, env: Env): number {
  if (outage === undefined || env.now - outage >= eager_for_ms) return connect_ms;
  return tries % 3 === 2 ? slow_connect_ms : eager_connect_ms;
}

function triesOf(connection: Connection, env: Env): number {
  return connection.at === "stopped" || hasHeld(connection, env) ? 0 : connection.tries;
}

function hasHeld(connection: Connection, env: Env): boolean {
  return connection.at === "open" && env.now - connection.since >= held_ms;
}

function whyOf(connection: Connection): RetryReason {
  return "why" in connection && connection.at !== "stopped" ? connection.why : "lost";
}

export function opened(client: Client, env: Env): Step {
  if (client.connection.at !== "connecting") return [client, []];
  const { tries, why } = client.connection;
  const connection: Connection = { at: "greeting", since: env.now, tries, why };
  return [{ ...client, connection }, [{ do: "send", text: helloText(helloOf(client)) }]];
}

function helloOf({ credentials, view, epoch, afresh }: Client): Hello {
  const resume =
    view && epoch && !afresh ? { room: view.room.id, epoch, cursor: view.cursor } : undefined;
  return {
    circle: credentials.circle,
    seat_key: credentials.seatKey,
    ...(credentials.entryKey && { entry_key: credentials.entryKey }),
    ...(credentials.name && { name: { plain: credentials.name } }),
    ...(credentials.stance && { stance: credentials.stance }),
    ...(credentials.nextSeatKey && { new_seat_key: credentials.nextSeatKey }),
    ...(resume && { resume }),
  };
}

export function welcomed(client: Client, welcome: Welcome, env: Env): Step {
  const view = welcome.snapshot ?? client.view;
  if (!view) return resync(client, env);
  const tries = "tries" in client.connection ? client.connection.tries : 0;
  // In a store that was restored the room is the same, and what was said since the copy is gone.
  const same = client.view?.room.id === view.room.id && client.epoch === welcome.epoch;
  const back = !client.afresh && same;
  const here: Client = {
    ...client,
    view,
    epoch: welcome.epoch,
    limits: welcome.limits,
    skew: welcome.now - env.now,
    connection: { at: "open", since: env.now, heard: env.now, tries, back },
    credentials: rekeyed(client.credentials),
    afresh: false,
  };
  return pending.resumed(here);
}

/** Once the server has spoken to the new key, the old one is worth nothing. */
function rekeyed({ nextSeatKey, ...credentials }: Credentials): Credentials {
  return nextSeatKey ? { ...credentials, seatKey: nextSeatKey } : credentials;
}

export function closed(client: Client, code: number, env: Env): Step {
  const before = client.connection;
  if (before.at === "stopped" || before.at === "waiting") return [client, []];
  const when = comeBack(code);
  if (when === "no") return stopped(client, code, env);
  const tries = triesOf(before, env);
  const outage = hasHeld(before, env) ? env.now : (client.outage ?? env.now);
  const gone_ms = env.now - outage;
  const wait = when === "now" ? reconnectBackoff(gone_ms, tries, env.random) : backoff("later", tries, env.random);
  // A try that hung has waited already.
  const waited = before.at === "connecting" ? env.now - before.since : 0;
  const until = env.now + Math.max(wait - waited, backoff("now", 0, env.random));
  const why = whyLost(code, before, gone_ms);
  const connection: Connection = { at: "waiting", since: env.now, until, tries: tries + 1, why };
  return [{ ...client, outage, connection, writing: [] }, []];
}

/** A server that said it restarts is restarting until it is there again. */
function whyLost(code: number, before: Connection, gone_ms: number): RetryReason {
  const why = retryReasonOf(code);
  const restarting = whyOf(before) === "restarting" && gone_ms < restart_ms;
  return why === "lost" && restarting ? "restarting" : why;
}

function stopped(client: Client, code: number, env: Env): Step {
  const why = stopReasonOf(code);
  // The answer to *it wasn't me* may have been lost with the connection: then the new key is the seat's.
  if (why === "not_admitted" && client.credentials.nextSeatKey) {
    return connect({ ...client, credentials: rekeyed(client.credentials) }, env);
  }
  const connection: Connection = { at: "stopped", why };
  const still: Client = { ...client, connection, writing: [] };
  // Another screen goes on with the seat; every other stop is the end of what may be seen here.
  if (why === "replaced" || why === "broken") return [still, []];
  const { view: _unseen, epoch: _past, ...bare } = still;
  return pending.lost(bare);
}

/** Gives up a connection that does not answer, and tries again after the usual wait. */
function giveUp(client: Client, env: Env): Step {
  const [waiting, effects] = closed(client, 1006, env);
  return [waiting, [{ do: "hang_up" }, ...effects]];
}

export function tick(client: Client, env: Env): Step {
  const due = deadline(client.connection);
  if (env.now < due) return [client, []];
  // Asleep, no try was made: what counts is how long the connection has been missing since.
  const awake = env.now - due >= slept_ms ? { ...client, outage: env.now } : client;
  return awake.connection.at === "waiting" ? connect(awake, env) : giveUp(awake, env);
}

export function woke(client: Client, by: Wake, env: Env): Step {
  return isWorthATry(client.connection, by, env) ? tryAgain(client, env) : [client, []];
}

function isWorthATry(connection: Connection, by: Wake, env: Env): boolean {
  switch (connection.at) {
    case "stopped":
      return false;
    case "waiting":
      // A server that asked for patience gets it; anything else may well be over by now.
      if (connection.why === "full" || connection.why === "busy") return false;
      return by !== "touch" || (connection.why !== "not_yet" && env.now - connection.since >= touch_ms);
    case "connecting":
      return by === "network" || (by === "seen" && env.now - connection.since >= eager_connect_ms);
    case "greeting":
      return by === "network";
    case "open":
      // A socket from before the network changed may look open for minutes: a resume costs less.
      return by === "network" || env.now - connection.heard >= woken_silence_ms;
  }
}

/** Fetches a snapshot anew; where that has not helped a moment ago, asks for a newer page. */
export function resync(client: Client, env: Env): Step {
  const hangUp: Effect = { do: "hang_up" };
  if (client.resynced !== undefined && env.now - client.resynced < resync_again_ms) {
    return [{ ...client, connection: { at: "stopped", why: "outdated" }, writing: [] }, [hangUp]];
  }
  const [connecting, effects] = connect({ ...client, resynced: env.now, afresh: true }, env);
  return [connecting, [hangUp, ...effects]];
}

export function heard(client: Client, env: Env): Client {
  return client.connection.at === "open" ? { ...client, connection: { ...client.connection, heard: env.now } } : client;
}

/** A sign of life tells the time: the least delayed one is nearest to it, unless a clock was set. */
export function clocked(client: Client, serverNow: number, env: Env): Client {
  const skew = serverNow - env.now;
  const set = Math.abs(skew - client.skew) > 5_000;
  return { ...client, skew: set ? skew : Math.max(skew, client.skew) };
}
