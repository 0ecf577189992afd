/** The way from a link to a seat: look at the door, wait for its hour, choose a name, come in. */
import { type Screen, nextHour, screenOf } from "./door";
import type { Address } from "../../core/address";
import { newClient } from "../../core/connection/client";
import type { Door, NextSession, Stance } from "../../core/wire";
import { onWake } from "../../io/browser";
import { type Reply, deleteCircle, lookAtDoor, setNextSession } from "../../io/http";
import { entryKey, newKey } from "../../io/keys";
import { SavedCircles } from "../../io/saved_circles";
import { type Keys, type StorageLike, CircleStorage } from "../../io/storage";
import { words } from "../../words";
import { CircleStore, type Link } from "../room/circle.svelte";
import { unanswered } from "../room/persist";

type Place = Extract<Address, { at: "circle" }>;

export interface AtDoor {
  at: "door";
  door: Door;
  /** The name that this device goes by in the session under way. */
  known?: string;
  /** The name it went by before. */
  name?: string;
}

export type Stage =
  | { at: "looking" }
  | AtDoor
  | { at: "inside"; circle: CircleStore }
  /** `say` is the server's own sentence, where it gave one. */
  | { at: "shut"; why: Shut; say?: string };

export type Shut = "no_link" | "no_circle" | "busy" | "unreachable" | "insecure" | "deleted";

const tick_ms = 1_000;
/** The door is looked at again this often, by lot up to a quarter later, and less often in vain. */
const look_every_ms = 20_000;
/** At the hour itself, everyone who waits looks within this. */
const hour_spread_ms = 3_000;

export class JoinFlow {
  readonly #place: Place;
  readonly #kept: CircleStorage;
  readonly #mine: SavedCircles;
  #entryKey: string | undefined;
  #skew = 0;
  #looks = 0;
  #failures = 0;
  #lookAt = Number.POSITIVE_INFINITY;
  #seen = "";
  stage: Stage = $state.raw({ at: "looking" });
  /** The server's time, as well as it is known; moves every second. */
  now = $state.raw(Date.now());
  /** False while the server does not answer a look at the door. */
  isReached = $state.raw(true);
  /** What has changed at the door, to be read aloud. */
  said = $state.raw("");
  readonly screen: Screen | undefined = $derived(
    this.stage.at === "door"
      ? screenOf(this.stage.door, this.stage.known !== undefined, this.now)
      : undefined,
  );

  constructor(place: Place, shelf: StorageLike) {
    this.#place = place;
    this.#kept = new CircleStorage(shelf, place.circle);
    this.#mine = new SavedCircles(shelf);
  }

  /** Begins the visit; the function returned ends it. */
  start(): () => void {
    void this.arrive();
    const timer = setInterval(() => this.#tick(), tick_ms);
    const unwake = onWake((by) => {
      if (by !== "touch") void this.lookAgain();
    });
    return () => {
      clearInterval(timer);
      unwake();
    };
  }

  /** Goes as far as it goes without a question: to the door, or back to a seat that is known. */
  async arrive(): Promise<void> {
    if (!isSecureContext) return this.#shut("insecure");
    const { secret } = this.#place;
    const keys = this.#kept.keys;
    if (secret) {
      this.stage = { at: "looking" };
      this.#seen = this.said = "";
      this.#entryKey ??= await entryKey(secret);
      return this.#look();
    }
    if (keys?.taken) return this.#enter(keys);
    this.#shut(this.#place.broken ? "no_circle" : "no_link");
  }

  /** Looks at the door again, quietly: nothing moves but what has changed. */
  async lookAgain(): Promise<void> {
    const { stage } = this;
    const isWaiting = stage.at === "shut" && (stage.why === "unreachable" || stage.why === "busy");
    if (this.#entryKey && (stage.at === "door" || isWaiting)) await this.#look();
  }

  async #look(): Promise<void> {
    if (!this.#entryKey) return;
    const look = (this.#looks += 1);
    this.#lookAt = Number.POSITIVE_INFINITY;
    const before = this.#kept.keys?.room;
    const reply = await lookAtDoor(this.#place.circle, this.#entryKey);
    // A newer look is under way, or the visitor is past the door.
    if (look !== this.#looks || this.stage.at === "inside") return;
    // Another tab may have gone into a newer session meanwhile.
    const isOver = "ok" in reply && before && before !== reply.ok.session?.room;
    if (isOver && before === this.#kept.keys?.room) this.#kept.over();
    this.#take(reply);
    this.#planLook();
  }

  #take(reply: Reply<Door>): void {
    this.isReached = "ok" in reply;
    this.#failures = this.isReached ? 0 : this.#failures + 1;
    if ("ok" in reply) return this.#show(reply.ok);
    const why = "problem" in reply ? shutBy(reply.problem.code) : "unreachable";
    // What stood at the door a moment ago is better than nothing, if the circle may still be there.
    if (this.stage.at === "door" && why !== "no_circle") return;
    this.#shut(why, "problem" in reply ? reply.problem.detail : undefined);
  }

  #show(door: Door): void {
    this.#skew = door.now - Date.now();
    this.now = door.now;
    const keys = this.#kept.keys;
    // A key from before the session was written down with it may be of this one.
    const isHere = keys?.taken && door.session && (keys.room ?? door.session.room) === door.session.room;
    this.stage = {
      ...{ at: "door", door },
      ...(keys?.name && (isHere ? { known: keys.name } : { name: keys.name })),
    };
    this.#tell();
  }

  #planLook(): void {
    const wait = look_every_ms * (1 + Math.random() / 4) * 2 ** Math.min(this.#failures, 2);
    const hour = this.stage.at === "door" ? nextHour(this.stage.door, this.now) : undefined;
    const atHour = (hour ?? Number.POSITIVE_INFINITY) - this.#skew + Math.random() * hour_spread_ms;
    this.#lookAt = Math.min(Date.now() + wait, atHour);
  }

  #tick(): void {
    this.now = Date.now() + this.#skew;
    this.#tell();
    if (Date.now() >= this.#lookAt && document.visibilityState === "visible") void this.lookAgain();
  }

  /** Says aloud, once, that the door has turned into another one. */
  #tell(): void {
    if (this.stage.at !== "door") return;
    const { session } = this.stage.door;
    const before = this.#seen;
    this.#seen = `${this.screen} ${session ? "open" : ""}`;
    if (before === "" || before === this.#seen || this.screen === "keeper") return;
    if (this.screen === "begun") this.said = words.door.begunTitle;
    else if (this.screen === "waiting") this.said = words.door.waitTitle;
    else if (session) this.said = words.door.turned.opened;
    else this.said = before.startsWith("waiting") ? words.door.turned.hourCame : words.door.turned.over;
  }

  #shut(why: Shut, say?: string): void {
    this.#looks += 1;
    this.stage = { at: "shut", why, ...(say && { say }) };
  }

  /** Sets the hour of the next session, or takes it away. */
  async setHour(at: number | undefined): Promise<"kept" | "unfit" | "failed"> {
    if (!this.#entryKey) return "failed";
    const next: NextSession = at === undefined ? {} : { at };
    const reply = await setNextSession(this.#place.circle, this.#entryKey, next);
    if ("problem" in reply && reply.problem.code === "out_of_range") return "unfit";
    if (!("ok" in reply)) return "failed";
    // An answer under way may still know the hour before.
    this.#looks += 1;
    this.#planLook();
    if (this.stage.at === "door") {
      const { next_at: _before, ...door } = this.stage.door;
      this.stage = { ...this.stage, door: { ...door, ...(reply.ok.at && { next_at: reply.ok.at }) } };
    }
    return "kept";
  }

  /** Deletes the circle with everything in it; returns whether it did. */
  async deleteCircle(): Promise<boolean> {
    if (!this.#entryKey) return false;
    const { circle } = this.#place;
    const reply = await deleteCircle(circle, this.#entryKey);
    if (!("ok" in reply)) return false;
    this.#mine.forget(circle);
    this.#shut("deleted");
    return true;
  }

  /** Comes in by a name, on the seat of an earlier try where there was one. */
  comeIn(name: string, stance: Stance): void {
    const known = this.#kept.keys;
    // The key is kept before it is first sent: a retry of joining must not make a second seat.
    const seatKey = known && !known.taken ? known.seatKey : newKey();
    // The session stays noted: a draft for it may be here.
    this.#enter({ seatKey, name, room: known?.room, taken: false }, stance);
  }

  /** Comes back to the seat that this device has already. */
  comeBack(): void {
    const known = this.#kept.keys;
    if (known) this.#enter(known);
  }

  /** Returns the link one came by, while it is known. */
  #link(): Link | undefined {
    const { circle, secret } = this.#place;
    return secret && this.stage.at === "door" ? { circle, secret, role: this.stage.door.role } : undefined;
  }

  #enter(keys: Keys, stance?: Stance): void {
    this.#kept.keys = keys;
    const client = newClient(
      {
        circle: this.#place.circle,
        seatKey: keys.seatKey,
        ...(keys.nextSeatKey && { nextSeatKey: keys.nextSeatKey }),
        ...(this.#entryKey && { entryKey: this.#entryKey }),
        ...(keys.name && { name: keys.name }),
        ...(stance && { stance }),
      },
      unanswered(this.#kept, keys.seatKey),
    );
    this.said = "";
    this.stage = { at: "inside", circle: new CircleStore(client, this.#kept, this.#link()) };
  }
}

/** A circle that is unknown and a key that does not open it are one answer. */
function shutBy(code: string): Shut {
  return ["no_circle", "key_needed", "nothing_here"].includes(code) ? "no_circle" : "busy";
}
