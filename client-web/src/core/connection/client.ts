/** State of one seat's client, with the inputs and effects of its steps (`step.ts`). */
import type { RetryReason, StopReason } from "./close";
import type {
  CircleId,
  Command,
  CommandId,
  Fact,
  Limits,
  MessageNo,
  Page,
  Refusal,
  RoomId,
  SeatNo,
  Stance,
  View,
} from "../wire";

/** Identity and keys for the hello. */
export interface Credentials {
  circle: CircleId;
  seatKey: string;
  /** *It wasn't me*: the key that replaces the seat's, until the server has confirmed it. */
  nextSeatKey?: string;
  /** Required for a new seat, as is the name. */
  entryKey?: string;
  name?: string;
  stance?: Stance;
}

/** A command that hasn't been answered yet. */
export interface PendingCommand {
  id: CommandId;
  command: Command;
  /** Room the command was meant for; it has no meaning in another one. */
  room: RoomId;
  /** Sent by the page itself, so a refusal isn't shown to anyone. */
  quiet: boolean;
  /** Text that must not be lost, whatever the outcome. */
  words?: string;
  /** Last message shown when the command was sent; the message it creates has a higher number. */
  after?: MessageNo;
  /** How many times the server failed to store it. */
  tries: number;
  /** When to resend it after the server failed to store it. */
  retryAt?: number;
  /** True while it is with the server. */
  sent?: boolean;
}

export type Outcome =
  | { is: "done"; at: number; message?: MessageNo }
  | { is: "page"; page: Page }
  | { is: "refused"; refusal: Refusal }
  /** The maximum number of commands is already pending. */
  | { is: "crowded" }
  /** Its room has ended, or this seat no longer belongs to it. */
  | { is: "lost" };

/** State of the connection. Times are by this device's clock. */
export type Connection =
  | { at: "connecting"; since: number; until: number; tries: number; why: RetryReason }
  | { at: "greeting"; since: number; tries: number; why: RetryReason }
  /** `back`: this connection replaces one that was lost. */
  | { at: "open"; since: number; heard: number; tries: number; back: boolean }
  | { at: "waiting"; since: number; until: number; tries: number; why: RetryReason }
  | { at: "stopped"; why: StopReason };

/** The client's whole state. Immutable. */
export interface Client {
  readonly credentials: Credentials;
  readonly connection: Connection;
  /** Everything this seat may see. Absent before the first welcome and after the session ended. */
  readonly view?: View;
  readonly epoch?: string;
  readonly limits?: Limits;
  /** When the client started reconnecting: the connection was lost then, or given up too early. */
  readonly outage?: number;
  /** The server's clock minus this device's, in milliseconds. */
  readonly skew: number;
  /** Unanswered commands, in the order they were sent. */
  readonly pending: readonly PendingCommand[];
  /** Seats that are typing, and when each signal expires. */
  readonly writing: readonly { seat: SeatNo; until: number }[];
  /** When a snapshot was last requested because a frame didn't apply. */
  readonly resynced?: number;
  /** True if the next hello must not resume. */
  readonly afresh: boolean;
}

export type Input =
  | { is: "start" }
  | { is: "opened" }
  | { is: "received"; text: string }
  | { is: "closed"; code: number }
  | { is: "tick" }
  | { is: "woke"; by: Wake }
  | { is: "ask"; id: CommandId; command: Command; quiet?: boolean }
  | { is: "writing" }
  /** The person asked to reconnect: *join here*, *try again*. */
  | { is: "again" }
  /** *It wasn't me*. */
  | { is: "not_me"; nextSeatKey: string };

/** The network is back, the page became visible, or someone typed in it or touched it. */
export type Wake = "network" | "seen" | "touch";

export type Effect =
  /** Open a new socket and discard the old one, if any. */
  | { do: "connect" }
  | { do: "hang_up" }
  | { do: "send"; text: string }
  /** A fact from the room. `at` is by the server's clock; `before` is the view until then. */
  | { do: "tell"; fact: Fact; at: number; before: View; after: View }
  /** A command was answered, or will never be. */
  | { do: "answer"; ask?: PendingCommand; outcome: Outcome };

/** What a step may use besides the client: the time, and a random number in [0, 1). */
export interface Env {
  now: number;
  random: number;
}

export type Step = [Client, Effect[]];

/**
 * Returns a client that hasn't connected yet. `unanswered` are commands kept from an earlier page.
 */
export function newClient(credentials: Credentials, unanswered: readonly PendingCommand[] = []): Client {
  const never = Number.POSITIVE_INFINITY;
  const here: Connection = { at: "waiting", since: never, until: never, tries: 0, why: "lost" };
  return { credentials, connection: here, skew: 0, pending: unanswered, writing: [], afresh: false };
}

