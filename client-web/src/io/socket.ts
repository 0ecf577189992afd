/**
 * One WebSocket at a time. When to connect, wait or give up is decided by `core/step.ts`, where
 * it can be tested with a clock of one's own; a reconnecting-socket library would decide it twice.
 */

export interface Listener {
  opened(): void;
  received(text: string): void;
  closed(code: number): void;
}

/** The part of a WebSocket that is used here. */
export type SocketLike = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">;

export class Socket {
  readonly #open: () => SocketLike;
  readonly #listener: Listener;
  #current: SocketLike | undefined;

  constructor(open: () => SocketLike, listener: Listener) {
    this.#open = open;
    this.#listener = listener;
  }

  /** Opens a new socket. Whatever the one before may still say is not heard. */
  connect(): void {
    this.hangUp();
    const socket = this.#open();
    this.#current = socket;
    const isCurrent = () => this.#current === socket;
    socket.onopen = () => {
      if (isCurrent()) this.#listener.opened();
    };
    socket.onmessage = ({ data }: MessageEvent) => {
      if (isCurrent() && typeof data === "string") this.#listener.received(data);
    };
    socket.onclose = ({ code }: CloseEvent) => {
      if (!isCurrent()) return;
      this.#current = undefined;
      this.#listener.closed(code);
    };
  }

  send(text: string): void {
    this.#current?.send(text);
  }

  hangUp(): void {
    const socket = this.#current;
    this.#current = undefined;
    socket?.close();
  }
}

export function openWebSocket(place: Pick<Location, "protocol" | "host">): WebSocket {
  const scheme = place.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${place.host}/ws`, "hearth.v1");
}
