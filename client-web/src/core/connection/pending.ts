/**
 * Pending commands: each is sent under one id, resent after a drop, and answered once. A person's
 * words are sent one message at a time, because a message that has to be resent must not be
 * overtaken by the next.
 */
import { backoff } from "./backoff";
import { commandText } from "./frame";
import { plain, textOf } from "../view/text";
import type { Client, Effect, Env, Outcome, PendingCommand, Step } from "./client";
import { messagesOf } from "../view/messages";
import type { Answer, Command, CommandId, MessageNo, Refusal, View } from "../wire";

/** Used until `welcome` contains the server's own limit. */
const unanswered_max = 16;
/** Attempts to send a command that the server can't store, before the person is told. */
const tries_max = 8;

export function ask(client: Client, asked: { id: CommandId; command: Command; quiet?: boolean }): Step {
  const { id, command, quiet = false } = asked;
  const { view } = client;
  const words = view && wordsOf(command, view);
  const made: PendingCommand = {
    id,
    command,
    quiet,
    room: view?.room.id ?? "",
    tries: 0,
    ...(view && { after: newestOf(view) }),
    ...(words !== undefined && { words }),
  };
  if (!view) return [client, [{ do: "answer", ask: made, outcome: { is: "lost" } }]];
  if (isCrowded(client)) return [client, [{ do: "answer", ask: made, outcome: { is: "crowded" } }]];
  return send({ ...client, pending: [...client.pending, made] });
}

/** Sends every command that isn't with the server, and needn't wait for its time or for another. */
function send(client: Client): Step {
  if (client.connection.at !== "open") return [client, []];
  const effects: Effect[] = [];
  const pending = client.pending.map((made, index, all) => {
    if (made.sent || made.retryAt !== undefined || isHeldBack(made, all.slice(0, index))) return made;
    effects.push({ do: "send", text: commandText(made.id, made.command) });
    return { ...made, sent: true };
  });
  return [{ ...client, pending }, effects];
}

/** Returns whether a command has to wait for an earlier one. Leaving and reading never wait. */
function isHeldBack({ command }: PendingCommand, earlier: readonly PendingCommand[]): boolean {
  if ("leave" in command || "page" in command) return false;
  return earlier.some((other) => other.tries > 0 || (isSpeaking(other.command) && isSpeaking(command)));
}

/** Returns whether a command says something, or ends the turn in which something may be said. */
function isSpeaking(command: Command): boolean {
  return "share" in command || "say" in command || "announce" in command || "finish" in command;
}

/** Returns whether the maximum number of commands is pending. */
export function isCrowded(client: Client): boolean {
  return client.pending.length >= (client.limits?.unanswered ?? unanswered_max);
}

/** Returns whether a command's message has arrived, though its answer hasn't. */
export function isArrived({ words, after }: PendingCommand, view: View): boolean {
  return messagesOf(view).some(
    ({ number, seat, text }) =>
      seat === view.seat && number > (after ?? 0) && textOf(view, text) === words,
  );
}

function newestOf(view: View): MessageNo {
  return messagesOf(view).at(-1)?.number ?? 0;
}

/** Returns whether a command of this name is pending. */
export function isAsked(client: Client, ...names: string[]): boolean {
  return client.pending.some(({ command }) => names.some((name) => name in command));
}

function wordsOf(command: Command, view: View): string | undefined {
  if ("share" in command) return plain(command.share.text);
  if ("say" in command) return plain(command.say.text);
  if ("announce" in command) return plain(command.announce.text);
  // Taking a message back erases its text, so this is the last moment to copy it to the draft.
  if ("take_back" in command) {
    return textOf(view, view.messages[command.take_back.message]?.text);
  }
  return undefined;
}

export function answered(client: Client, answer: Answer, env: Env): Step {
  const made = client.pending.find(({ id }) => id === answer.re);
  if (!made && answer.re !== undefined) return [client, []];
  if (made && "refused" in answer && isPassing(answer.refused) && made.tries < tries_max) {
    return [later(client, made, env), []];
  }
  const outcome = outcomeOf(answer);
  const pending = client.pending.filter((other) => other !== made);
  const view = client.view && paged(client.view, made, outcome);
  const next: Client = { ...client, pending, ...(view && { view }) };
  const [sent, effects] = send(next);
  return [sent, [{ do: "answer", ...(made && { ask: made }), outcome }, ...effects]];
}

function isPassing(refusal: Refusal): boolean {
  return refusal.code === "not_stored";
}

function later(client: Client, made: PendingCommand, env: Env): Client {
  const retry = { ...made, sent: false, tries: made.tries + 1, retryAt: env.now + backoff("now", made.tries, env.random) };
  return { ...client, pending: client.pending.map((other) => (other === made ? retry : other)) };
}

function outcomeOf(answer: Answer): Outcome {
  if ("refused" in answer) return { is: "refused", refusal: answer.refused };
  if ("page" in answer) return { is: "page", page: answer.page };
  return { is: "done", ...answer.ok };
}

/** Prepends a page of earlier messages, if it ends where the messages shown begin. */
function paged(view: View, made: PendingCommand | undefined, outcome: Outcome): View {
  if (outcome.is !== "page" || !made || !("page" in made.command)) return view;
  if (made.command.page.before !== messagesOf(view)[0]?.number) return view;
  const { messages, texts, earlier } = outcome.page;
  return {
    ...view,
    messages: { ...messages, ...view.messages },
    texts: { ...texts, ...view.texts },
    earlier,
  };
}

/** Resends everything pending under the same ids, so each command happens once. */
export function resumed(client: Client): Step {
  const room = client.view?.room.id;
  const kept = client.pending
    .filter((made) => made.room === room)
    .map(({ retryAt: _now, sent: _before, ...made }) => made);
  const gone = client.pending.filter((made) => made.room !== room);
  const [sent, effects] = send({ ...client, pending: kept });
  return [
    sent,
    [
      ...effects,
      ...gone.map((made) => ({ do: "answer" as const, ask: made, outcome: { is: "lost" as const } })),
    ],
  ];
}

/** Drops all pending commands, which will never be answered. */
export function lost(client: Client): Step {
  const effects = client.pending.map((made) => ({
    do: "answer" as const,
    ask: made,
    outcome: { is: "lost" as const },
  }));
  return [{ ...client, pending: [] }, effects];
}

export function deadline(client: Client): number {
  if (client.connection.at !== "open") return Number.POSITIVE_INFINITY;
  return Math.min(...client.pending.map(({ retryAt = Number.POSITIVE_INFINITY }) => retryAt));
}

export function tick(client: Client, env: Env): Step {
  if (deadline(client) > env.now) return [client, []];
  const isDue = ({ retryAt }: PendingCommand) => retryAt !== undefined && retryAt <= env.now;
  const pending = client.pending.map((made) => {
    if (!isDue(made)) return made;
    const { retryAt: _now, ...again } = made;
    return again;
  });
  return send({ ...client, pending });
}
