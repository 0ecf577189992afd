/** Runs a client: carries out its effects on a socket, and calls it when a tick is due. */
import type { Client, Effect, Input } from "../core/connection/client";
import { deadline, step } from "../core/connection/step";
import { Socket, type SocketLike } from "./socket";

/** What the client needs from the platform; tests pass their own. */
export interface Platform {
  now(): number;
  random(): number;
  openSocket(): SocketLike;
  /** Calls back once after a delay. The returned function cancels it. */
  after(ms: number, call: () => void): () => void;
}

export interface Watcher {
  changed(client: Client): void;
  told(effect: Extract<Effect, { do: "tell" }>): void;
  answered(effect: Extract<Effect, { do: "answer" }>): void;
}

/** Longest delay that browser timers support. */
const timer_ms_max = 2 ** 31 - 1;

export class ClientRunner {
  readonly #platform: Platform;
  readonly #watcher: Watcher;
  readonly #socket: Socket;
  #client: Client;
  #callOff: () => void = () => undefined;

  constructor(client: Client, platform: Platform, watcher: Watcher) {
    this.#platform = platform;
    this.#watcher = watcher;
    this.#client = client;
    this.#socket = new Socket(() => platform.openSocket(), {
      opened: () => this.put({ is: "opened" }),
      received: (text) => this.put({ is: "received", text }),
      closed: (code) => this.put({ is: "closed", code }),
    });
  }

  get client(): Client {
    return this.#client;
  }

  /** Processes one input, and carries out its effects. */
  put(input: Input): void {
    const env = { now: this.#platform.now(), random: this.#platform.random() };
    const [client, effects] = step(this.#client, input, env);
    const changed = client !== this.#client;
    this.#client = client;
    if (changed) this.#watcher.changed(client);
    for (const effect of effects) this.#carryOut(effect);
    this.#schedule();
  }

  /** Stops: closes the socket and ignores everything from it. */
  stop(): void {
    this.#callOff();
    this.#socket.hangUp();
  }

  #carryOut(effect: Effect): void {
    switch (effect.do) {
      case "connect":
        return this.#socket.connect();
      case "hang_up":
        return this.#socket.hangUp();
      case "send":
        return this.#socket.send(effect.text);
      case "tell":
        return this.#watcher.told(effect);
      case "answer":
        return this.#watcher.answered(effect);
    }
  }

  #schedule(): void {
    this.#callOff();
    const wait = deadline(this.#client) - this.#platform.now();
    this.#callOff =
      wait === Number.POSITIVE_INFINITY
        ? () => undefined
        : this.#platform.after(Math.min(Math.max(wait, 0), timer_ms_max), () => this.put({ is: "tick" }));
  }
}
