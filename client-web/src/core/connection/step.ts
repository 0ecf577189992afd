/**
 * The state machine of one seat's connection. It is pure: it has no socket, timer, clock or random
 * numbers of its own.
 *
 * The whole contract: pass every input to `step`, carry out the effects it returns in order, and
 * call it with `{ is: "tick" }` at the time that `deadline` returns.
 */
import type { Client, Env, Input, Step } from "./client";
import * as connection from "./connection";
import { readFrame, writingText } from "./frame";
import { applyFrame } from "./merge";
import * as pending from "./pending";
import type { AudienceFrame, Fact, SeatNo, View } from "../wire";

const writing_shown_ms = 6_000;

/** Returns the client after an input, and the effects to carry out. */
export function step(client: Client, input: Input, env: Env): Step {
  switch (input.is) {
    case "start":
      return connection.connect(client, env);
    case "again":
      return connection.tryAgain(client, env);
    case "not_me":
      return connection.tryAgain({ ...client, credentials: { ...client.credentials, nextSeatKey: input.nextSeatKey } }, env);
    case "opened":
      return connection.opened(client, env);
    case "received":
      return received(client, input.text, env);
    case "closed":
      return connection.closed(client, input.code, env);
    case "woke":
      return connection.woke(client, input.by, env);
    case "tick":
      return tick(client, env);
    case "ask":
      return pending.ask(client, input);
    case "writing":
      return [client, client.connection.at === "open" ? [{ do: "send", text: writingText }] : []];
  }
}

/** Returns when the next tick is due, by this device's clock. */
export function deadline(client: Client): number {
  const times = client.writing.map(({ until }) => until);
  return Math.min(connection.deadline(client.connection), pending.deadline(client), ...times);
}

function tick(client: Client, env: Env): Step {
  const writing = client.writing.filter(({ until }) => until > env.now);
  const quieter = writing.length === client.writing.length ? client : { ...client, writing };
  const [kept, held] = connection.tick(quieter, env);
  const [retried, again] = pending.tick(kept, env);
  return [retried, [...held, ...again]];
}

function received(client: Client, text: string, env: Env): Step {
  const heard = connection.heard(client, env);
  const frame = readFrame(text);
  switch (frame.is) {
    case "welcome":
      return connection.welcomed(heard, frame.welcome, env);
    case "snapshot":
      return [{ ...heard, view: frame.snapshot }, []];
    case "answer":
      return pending.answered(heard, frame.answer, env);
    case "writing":
      return [seenWriting(heard, frame.seat, env), []];
    case "beat":
      return [connection.clocked(heard, frame.now, env), []];
    case "decision":
      return decided(heard, frame.decision, env);
    case "unknown":
      return connection.resync(heard, env);
  }
}

function decided(client: Client, frame: AudienceFrame, env: Env): Step {
  const before = client.view;
  const after = before && applyFrame(before, frame);
  if (!before || !after) return connection.resync(client, env);
  const { facts = [], at } = frame;
  const writing = client.writing.filter(({ seat }) => !facts.some((fact) => hasStopped(fact, seat, after)));
  return [
    { ...client, view: after, writing },
    facts.map((fact) => ({ do: "tell", fact, at, before, after })),
  ];
}

/** Anyone who has sent their message, or whose turn is over, is no longer typing. */
function hasStopped(fact: Fact, seat: SeatNo, view: View): boolean {
  if ("said" in fact) return view.messages[fact.said.message]?.seat === seat;
  return "turn_ended" in fact && fact.turn_ended.seat === seat;
}

function seenWriting(client: Client, seat: SeatNo, env: Env): Client {
  const others = client.writing.filter((other) => other.seat !== seat);
  return { ...client, writing: [...others, { seat, until: env.now + writing_shown_ms }] };
}
