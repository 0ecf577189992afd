/**
 * One WebSocket at a time. `core/step.ts` decides when to connect, wait or give up, because it can
 * be tested with a manual clock; a reconnecting-socket library would decide it a second time.
 */

export interface Listener {
  opened(): void;
  received(text: string): void;
  closed(code: number): void;
}

/** The part of the WebSocket interface that is used here. */
export type SocketLike = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">;

export class Socket {
  readonly #open: () => SocketLike;
  readonly #listener: Listener;
  #current: SocketLike | undefined;

  constructor(open: () => SocketLike, listener: Listener) {
    this.#open = open;
    this.#listener = listener;
  }

  /** Opens a new socket and ignores everything from the old one. */
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
