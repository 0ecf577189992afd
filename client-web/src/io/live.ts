/** Runs a session: carries out its effects on a socket, and calls it when its time has come. */
import { type Effect, type Input, type Session, deadline, step } from "../core/session";
import { Socket, type SocketLike } from "./socket";

/** What the session needs of the world; tests hand in their own. */
export interface World {
  now(): number;
  random(): number;
  openSocket(): SocketLike;
  /** Calls back once after a wait; the function returned calls it off. */
  after(ms: number, call: () => void): () => void;
}

export interface Watcher {
  changed(session: Session): void;
  told(effect: Extract<Effect, { do: "tell" }>): void;
  answered(effect: Extract<Effect, { do: "answer" }>): void;
}

/** The longest wait that timers of browsers can count. */
const timer_ms_max = 2 ** 31 - 1;

export class Live {
  readonly #world: World;
  readonly #watcher: Watcher;
  readonly #socket: Socket;
  #session: Session;
  #callOff: () => void = () => undefined;

  constructor(session: Session, world: World, watcher: Watcher) {
    this.#world = world;
    this.#watcher = watcher;
    this.#session = session;
    this.#socket = new Socket(() => world.openSocket(), {
      opened: () => this.put({ is: "opened" }),
      received: (text) => this.put({ is: "received", text }),
      closed: (code) => this.put({ is: "closed", code }),
    });
  }

  get session(): Session {
    return this.#session;
  }

  /** Puts in one input, and carries out all that follows from it. */
  put(input: Input): void {
    const env = { now: this.#world.now(), random: this.#world.random() };
    const [session, effects] = step(this.#session, input, env);
    const changed = session !== this.#session;
    this.#session = session;
    if (changed) this.#watcher.changed(session);
    for (const effect of effects) this.#carryOut(effect);
    this.#schedule();
  }

  /** Ends it: the socket is closed, and nothing more is heard. */
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
    const wait = deadline(this.#session) - this.#world.now();
    this.#callOff =
      wait === Number.POSITIVE_INFINITY
        ? () => undefined
        : this.#world.after(Math.min(Math.max(wait, 0), timer_ms_max), () => this.put({ is: "tick" }));
  }
}
