/** A simulated environment in which nothing happens by itself: a manual clock and fake sockets. */
import type { Client, Credentials, Effect, PendingCommand } from "../src/core/connection/client";
import { newClient } from "../src/core/connection/client";
import type { Command, Limits, View } from "../src/core/wire";
import { ClientRunner } from "../src/io/client_runner";
import type { SocketLike } from "../src/io/socket";
import { circle, epoch } from "./build";

class PlayedSocket implements SocketLike {
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  readonly sent: unknown[] = [];
  hungUp = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.hungUp = true;
  }

  opens(): void {
    this.onopen?.call(this as unknown as WebSocket, {} as Event);
  }

  says(frame: object): void {
    this.onmessage?.call(this as unknown as WebSocket, { data: JSON.stringify(frame) } as MessageEvent);
  }

  drops(code = 1006): void {
    this.onclose?.call(this as unknown as WebSocket, { code } as CloseEvent);
  }
}

export const limits: Limits = {
  frame_bytes: 65_536,
  share_chars: 4_000,
  name_chars: 40,
  prompt_chars: 600,
  lines: 100,
  unanswered: 16,
  page_messages: 100,
};

export const credentials: Credentials = {
  circle,
  seatKey: "seat-key",
  entryKey: "entry-key",
  name: "Ana",
  stance: "sharing",
};

export class Played {
  now = 1_000_000;
  random = 0;
  readonly sockets: PlayedSocket[] = [];
  readonly told: Extract<Effect, { do: "tell" }>[] = [];
  readonly answers: Extract<Effect, { do: "answer" }>[] = [];
  readonly runner: ClientRunner;
  #timer: { at: number; call: () => void } | undefined;

  constructor(unanswered: readonly PendingCommand[] = [], by: Credentials = credentials) {
    this.runner = new ClientRunner(
      newClient(by, unanswered),
      {
        now: () => this.now,
        random: () => this.random,
        openSocket: () => {
          const socket = new PlayedSocket();
          this.sockets.push(socket);
          return socket;
        },
        after: (ms, call) => {
          const timer = { at: this.now + ms, call };
          this.#timer = timer;
          return () => {
            if (this.#timer === timer) this.#timer = undefined;
          };
        },
      },
      {
        changed: () => undefined,
        told: (effect) => this.told.push(effect),
        answered: (effect) => this.answers.push(effect),
      },
    );
  }

  get client(): Client {
    return this.runner.client;
  }

  get connection(): Client["connection"] {
    return this.client.connection;
  }

  get socket(): PlayedSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("nothing has connected yet");
    return socket;
  }

  /** Advances the clock, and fires timers at their time. */
  pass(ms: number): void {
    const end = this.now + ms;
    while (this.#timer && this.#timer.at <= end) {
      const { at, call } = this.#timer;
      this.#timer = undefined;
      this.now = Math.max(this.now, at);
      call();
    }
    this.now = end;
  }

  /** Starts the client and welcomes it with this snapshot. */
  enter(snapshot: View): void {
    this.runner.put({ is: "start" });
    this.welcome(snapshot);
  }

  /** Opens the socket that is being opened, and sends the server's welcome. */
  welcome(snapshot?: View, now = this.now, store = epoch): void {
    this.socket.opens();
    this.socket.says({ welcome: { seat: 2, epoch: store, now, limits, ...(snapshot && { snapshot }) } });
  }

  ask(id: string, command: Command): void {
    this.runner.put({ is: "ask", id, command });
  }
}
