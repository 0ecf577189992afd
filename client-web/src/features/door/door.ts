/** Derives what the door shows from the server's response. The words themselves are elsewhere. */
import { type Isolated, isolated } from "../../core/view/isolated";
import { plain } from "../../core/view/text";
import { pictured } from "../../design/mark";
import type { Door, LinkRole, Phase } from "../../core/wire";

/** If a session is under way, a start time closer than this is most likely its own. */
const early_ms = 30 * 60_000;
/** Agreements with more lines or characters than these are collapsed after their beginning. */
const agreed_lines_max = 7;
const agreed_chars_max = 420;
const agreed_lines_shown = 4;
const agreed_chars_shown = 260;

export type Screen =
  /** The keeper's page, which doesn't lead into the circle. */
  | "keeper"
  /** The session's start time hasn't come. */
  | "waiting"
  /** A session is under way and closed to newcomers. */
  | "begun"
  | "door";

export function isHostLink(role: LinkRole): boolean {
  return role === "facilitator" || role === "moderator";
}

/** Returns whether this link may schedule the next session. */
export function maySetHour(role: LinkRole): boolean {
  return role === "facilitator" || role === "keeper";
}

/**
 * Returns the screen to show. `hasPlace`: this device has a place in the session; `now` is the
 * server's time.
 */
export function screenOf(door: Door, hasPlace: boolean, now: number): Screen {
  if (door.role === "keeper") return "keeper";
  if (isHostLink(door.role)) return "door";
  if (door.session) return door.session.closed && !hasPlace ? "begun" : "door";
  return nextHour(door, now) === undefined ? "door" : "waiting";
}

/** Returns the start time of the next session, if one is scheduled. */
export function nextHour({ next_at, session }: Door, now: number): number | undefined {
  if (next_at === undefined || next_at <= now) return undefined;
  return session && next_at - now < early_ms ? undefined : next_at;
}

export type Holders =
  /** They are present. */
  { is: "here"; names: Isolated[] } | { is: "told"; by: Isolated } | { is: "untold" };

/** Returns the hosts who are present, or else the circle's own line about who holds it. */
export function holdersOf({ held_by, session }: Door): Holders {
  const names = (session?.hosts ?? []).flatMap((name) => plain(name) ?? []).map(isolated);
  if (names.length > 0) return { is: "here", names };
  const by = plain(held_by);
  return by ? { is: "told", by: isolated(by) } : { is: "untold" };
}

export type Meanwhile = { is: "nobody" } | { is: Phase; here: number };

/** Returns the state of the session. */
export function meanwhileOf({ session }: Door): Meanwhile {
  if (!session || (session.phase === "gathering" && session.here === 0)) return { is: "nobody" };
  return { is: session.phase, here: session.here };
}

export type Late =
  /** Listens until the next round. */
  | "next_round"
  | "at_end"
  /** The session is closed to newcomers once the first round has begun. */
  | "closes";

/** Returns what arriving late means here, or nothing if it doesn't matter to this role. */
export function lateOf({ role, settings, session }: Door): Late | undefined {
  if (isHostLink(role)) return undefined;
  const begun = session !== undefined && session.phase !== "gathering";
  if (settings.late === "closed") return begun ? undefined : "closes";
  // Only in a go-round can anyone be late for their turn, and a listener has none.
  if (role === "listener" || settings.order !== "go_round") return undefined;
  return session?.phase === "open" || session?.phase === "closing" ? settings.late : undefined;
}

/** A mark at the door: with a host's name, without one, or dotted for a free seat. */
export interface DoorStone {
  seat: number;
  name?: string;
  state?: "coming";
}

/** More people than this are shown as this many. */
const stones_max = 11;
/** With nobody here, this many free seats are shown. */
const stones_free = 6;
/** Marks at the door only tell people apart: which seats they have is known inside. */
const [visitor = 0, ...others] = pictured;
const doorSeats = [...others, 1, 13, 9, 14, 2];

/** Returns the circle at the door: the visitor's free seat first, then hosts by name, then the others. */
export function stonesOf(door: Door): DoorStone[] {
  const { session } = door;
  const here = Math.min(session?.here ?? 0, stones_max);
  const hosts = (session?.hosts ?? []).flatMap((name) => plain(name) ?? []);
  const mine: DoorStone = { seat: visitor, state: "coming" };
  if (here === 0) {
    return [mine, ...doorSeats.slice(0, stones_free - 1).map((seat) => ({ seat, state: "coming" as const }))];
  }
  return [mine, ...doorSeats.slice(0, here).map((seat, at) => ({ seat, ...(hosts[at] && { name: hosts[at] }) }))];
}

/** Returns the single agreements, without the numbers or dashes that someone wrote before them. */
export function agreementsIn(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const one = line.trim().replace(/^(?:[-*•–]|\d{1,2}[.)])\s+/, "");
    return one === "" ? [] : [one];
  });
}

/** Splits long lists of agreements into a beginning and the rest. */
export function foldItems(items: string[]): { head: string[]; rest: string[] } {
  const chars = items.reduce((sum, item) => sum + item.length, 0);
  const shown = items.length <= agreed_lines_max && chars <= agreed_chars_max ? items.length : agreed_lines_shown;
  return { head: items.slice(0, shown), rest: items.slice(shown) };
}

/** Splits long agreements into a beginning and the rest, between lines if possible. */
export function foldAgreements(text: string): { head: string; rest?: string } {
  const whole = text.trim();
  const lines = whole.split("\n");
  if (lines.length <= agreed_lines_max && whole.length <= agreed_chars_max) return { head: whole };
  const first = lines.slice(0, agreed_lines_shown).join("\n");
  const head = first.length <= agreed_chars_shown ? first : cutAt(first);
  return { head: head.trimEnd(), rest: whole.slice(head.length).trimStart() };
}

/** Cuts after the last line, sentence or word that fits. */
function cutAt(text: string): string {
  const fitting = text.slice(0, agreed_chars_shown);
  for (const mark of ["\n", ". ", " "]) {
    const end = fitting.lastIndexOf(mark);
    if (end > agreed_chars_shown / 3) return fitting.slice(0, end + mark.length);
  }
  // Without spaces any place will do, but don't split a surrogate pair.
  return [...text.slice(0, agreed_chars_shown + 1)].slice(0, -1).join("");
}
