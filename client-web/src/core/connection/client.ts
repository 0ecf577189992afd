/** The state of a client of one seat, and what goes into and comes out of its steps (`step.ts`). */
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

/** Who comes, and by which keys. */
export interface Credentials {
  circle: CircleId;
  seatKey: string;
  /** *It wasn't me*: the key that replaces the seat's, until the server has confirmed it. */
  nextSeatKey?: string;
  /** Needed to take a new seat, as is the name. */
  entryKey?: string;
  name?: string;
  stance?: Stance;
}

/** A command that was asked and not yet answered. */
export interface PendingCommand {
  id: CommandId;
  command: Command;
  /** The room it was asked in: in another one it means nothing. */
  room: RoomId;
  /** The page asked by itself: a refusal is nobody's business. */
  quiet: boolean;
  /** Words that must not be lost, whatever comes of it. */
  words?: string;
  /** The last message on the screen when it was asked: what it says comes later. */
  after?: MessageNo;
  /** How often the server could not keep it. */
  tries: number;
  /** When it is sent again, after the server could not keep it. */
  retryAt?: number;
}

export type Outcome =
  | { is: "done"; at: number; message?: MessageNo }
  | { is: "page"; page: Page }
  | { is: "refused"; refusal: Refusal }
  /** As many commands as may be are waiting already. */
  | { is: "crowded" }
  /** Its room is over, or not ours any more. */
  | { is: "lost" };

/** Where the connection stands. Times are by this device's clock. */
export type Connection =
  | { at: "connecting"; since: number; until: number; tries: number; why: RetryReason }
  | { at: "greeting"; since: number; tries: number; why: RetryReason }
  /** `back` where it goes on where an earlier connection was lost. */
  | { at: "open"; since: number; heard: number; tries: number; back: boolean }
  | { at: "waiting"; since: number; until: number; tries: number; why: RetryReason }
  | { at: "stopped"; why: StopReason };

/** Everything the page knows. Never changed in place. */
export interface Client {
  readonly credentials: Credentials;
  readonly connection: Connection;
  /** All this seat may see; absent before the first welcome and after the last word. */
  readonly view?: View;
  readonly epoch?: string;
  readonly limits?: Limits;
  /** Since when a connection is being tried for: lost then, or given up for lost too early. */
  readonly outage?: number;
  /** The server's clock minus this device's, in milliseconds. */
  readonly skew: number;
  /** Commands not yet answered, in the order they were asked. */
  readonly pending: readonly PendingCommand[];
  /** Who shows signs of writing, and until when that counts. */
  readonly writing: readonly { seat: SeatNo; until: number }[];
  /** When a snapshot was last fetched anew because a frame did not fit. */
  readonly resynced?: number;
  /** True while the next hello must not resume. */
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
  /** The person asks to come back: *join here*, *try again*. */
  | { is: "again" }
  /** *It wasn't me*. */
  | { is: "not_me"; nextSeatKey: string };

/** The network is back, the page is looked at again, or somebody types or touches it. */
export type Wake = "network" | "seen" | "touch";

export type Effect =
  /** Open a new socket; whatever socket there was is forgotten. */
  | { do: "connect" }
  | { do: "hang_up" }
  | { do: "send"; text: string }
  /** Something happened in the room, `at` by the server's clock; `before` is what was seen until then. */
  | { do: "tell"; fact: Fact; at: number; before: View; after: View }
  /** A command was answered, or will never be. */
  | { do: "answer"; ask?: PendingCommand; outcome: Outcome };

/** What a step may know besides the client: the time, and a number drawn from [0, 1). */
export interface Env {
  now: number;
  random: number;
}

export type Step = [Client, Effect[]];

/** Returns a client before its first connection; `unanswered` are commands kept from an earlier page. */
export function newClient(credentials: Credentials, unanswered: readonly PendingCommand[] = []): Client {
  const never = Number.POSITIVE_INFINITY;
  const here: Connection = { at: "waiting", since: never, until: never, tries: 0, why: "lost" };
  return { credentials, connection: here, skew: 0, pending: unanswered, writing: [], afresh: false };
}

