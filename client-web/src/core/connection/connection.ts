/** Opens, keeps, loses and reopens a client's connection. Called by `step.ts`. */
import * as pending from "./pending";
import { backoff, reconnectBackoff } from "./backoff";
import { type RetryReason, comeBack, retryReasonOf, stopReasonOf } from "./close";
import { helloText } from "./frame";
import type { Effect, Env, Connection, Client, Step, Wake, Credentials } from "./client";
import type { Hello, Welcome } from "../wire";

/** Timeout for connecting, up to the welcome. */
const connect_ms = 10_000;
/**
 * Shorter timeout soon after a connection was lost, so that one hanging attempt doesn't delay the
 * next, which may succeed.
 */
const eager_for_ms = 30_000;
const eager_connect_ms = 2_000;
/** Every third of these attempts gets the full timeout, for slow connections. */
const slow_connect_ms = 5_000;
/** Shortest time between two attempts that a touch can trigger. */
const touch_ms = 1_000;
/** A timer that is later than this means that the machine was asleep. */
const slept_ms = 5_000;
/** If the server hasn't returned this long after a *restarting*, show it as unreachable. */
const restart_ms = 60_000;
/**
 * The server sends a beat after 20 s without other frames. A connection silent for this long is
 * dead.
 */
const silence_ms = 35_000;
/** Like `silence_ms`, for a page that becomes visible after sleeping: one missed beat is enough. */
const woken_silence_ms = 22_000;
/** After a connection has lasted this long, the backoff starts over. */
const held_ms = 10_000;
/** If two frames within this time don't apply, the page itself is too old. */
const resync_again_ms = 60_000;

/** How long the page shows that the connection is back. */
const back_told_ms = 5_000;

/** Returns whether the client reconnected a moment ago. */
export function isJustBack(connection: Connection, now: number): boolean {
  return connection.at === "open" && connection.back && now - connection.since < back_told_ms;
}

/** Returns when the connection next needs a tick. */
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

/**
 * Something suggests that connecting may succeed now: retry as if the connection had just been
 * lost.
 */
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
  // After a restore the room is the same, but messages newer than the backup are gone.
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

/** Once the server has accepted the new key, the old one is invalid. */
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
  // An attempt that timed out has waited long enough already.
  const waited = before.at === "connecting" ? env.now - before.since : 0;
  const until = env.now + Math.max(wait - waited, backoff("now", 0, env.random));
  const why = whyLost(code, before, gone_ms);
  const connection: Connection = { at: "waiting", since: env.now, until, tries: tries + 1, why };
  return [{ ...client, outage, connection, writing: [] }, []];
}

/** A server that announced a restart counts as restarting until it is back. */
function whyLost(code: number, before: Connection, gone_ms: number): RetryReason {
  const why = retryReasonOf(code);
  const restarting = whyOf(before) === "restarting" && gone_ms < restart_ms;
  return why === "lost" && restarting ? "restarting" : why;
}

function stopped(client: Client, code: number, env: Env): Step {
  const why = stopReasonOf(code);
  // The answer to *it wasn't me* may have been lost with the connection: try the new key.
  if (why === "not_admitted" && client.credentials.nextSeatKey) {
    return connect({ ...client, credentials: rekeyed(client.credentials) }, env);
  }
  const connection: Connection = { at: "stopped", why };
  const still: Client = { ...client, connection, writing: [] };
  // If another screen took over the seat, keep the view. After most other stops, nothing may be
  // shown here any more.
  if (why === "replaced" || why === "broken") return [still, []];
  const { view: _unseen, epoch: _past, ...bare } = still;
  return pending.lost(bare);
}

/** Gives up on a connection that doesn't respond, and retries after the usual wait. */
function giveUp(client: Client, env: Env): Step {
  const [waiting, effects] = closed(client, 1006, env);
  return [waiting, [{ do: "hang_up" }, ...effects]];
}

export function tick(client: Client, env: Env): Step {
  const due = deadline(client.connection);
  if (env.now < due) return [client, []];
  // No attempts were made during sleep, so the outage counts from now.
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
      // If the server asked the client to wait, do. Any other cause may already be over.
      if (["full", "busy", "not_now"].includes(connection.why)) return false;
      return by !== "touch" || (connection.why !== "not_yet" && env.now - connection.since >= touch_ms);
    case "connecting":
      return by === "network" || (by === "seen" && env.now - connection.since >= eager_connect_ms);
    case "greeting":
      return by === "network";
    case "open":
      // A socket opened before the network changed may look open for minutes; resuming is cheaper.
      return by === "network" || env.now - connection.heard >= woken_silence_ms;
  }
}

/** Requests a new snapshot. If that didn't help a moment ago, asks for a newer page. */
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

/**
 * Every beat carries the server's time. The least delayed one is the most accurate, unless a clock
 * was changed.
 */
export function clocked(client: Client, serverNow: number, env: Env): Client {
  const skew = serverNow - env.now;
  const set = Math.abs(skew - client.skew) > 5_000;
  return { ...client, skew: set ? skew : Math.max(skew, client.skew) };
}
