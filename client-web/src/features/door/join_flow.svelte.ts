/** The steps from a link to a seat: read the door, wait for the start time, choose a name, join. */
import { type Screen, isHostLink, nextHour, screenOf } from "./door";
import type { Address } from "../../core/address";
import { newClient } from "../../core/connection/client";
import type { Door, NextSession, Stance } from "../../core/wire";
import { isReloaded, onWake } from "../../io/browser";
import { takeOff } from "../../io/exit";
import { type Reply, deleteCircle, lookAtDoor, setNextSession } from "../../io/http";
import { entryKey, newKey } from "../../io/keys";
import { type Secrets, openLocker } from "../../io/locker";
import { SavedCircles } from "../../io/saved_circles";
import { type Keys, type StorageLike, CircleStorage, forgetPerson, tabStorage } from "../../io/storage";
import { words } from "../../words";
import { keepInvite } from "../links/invite";
import { CircleStore, type Link } from "../room/circle.svelte";
import { unanswered } from "../room/persist";

type Place = Extract<Address, { at: "circle" }>;

export interface AtDoor {
  at: "door";
  door: Door;
  /** The name this device uses in the current session. */
  known?: string;
  /** The name it used before. */
  name?: string;
  /** The one known was removed from this session. */
  removed?: boolean;
}

export type Stage =
  | { at: "looking" }
  | AtDoor
  /** This device has a seat, and the address has no secret. `name`: who has the seat. */
  | { at: "asking"; name: string }
  | { at: "inside"; circle: CircleStore }
  /** `say` is the server's own sentence, if it sent one. */
  | { at: "shut"; why: Shut; say?: string };

export type Shut = "no_link" | "no_circle" | "busy" | "unreachable" | "insecure" | "deleted";

const tick_ms = 1_000;
/**
 * Interval between refreshes of the door, plus up to a quarter at random. Longer after failures.
 */
const look_every_ms = 20_000;
/** At the start time, everyone who is waiting refreshes within this time. */
const hour_spread_ms = 3_000;

export class JoinFlow {
  readonly #place: Place;
  readonly #device: StorageLike;
  readonly #kept: CircleStorage;
  readonly #mine: SavedCircles;
  #entryKey: string | undefined;
  #skew = 0;
  #looks = 0;
  #failures = 0;
  #lookAt = Number.POSITIVE_INFINITY;
  #seen = "";
  stage: Stage = $state.raw({ at: "looking" });
  /** Estimated server time, updated every second. */
  now = $state.raw(Date.now());
  /** False after a request to the server failed. */
  isReached = $state.raw(true);
  /** The last change at the door, for screen readers. */
  said = $state.raw("");
  readonly screen: Screen | undefined = $derived(
    this.stage.at === "door"
      ? screenOf(this.stage.door, this.stage.known !== undefined, this.now)
      : undefined,
  );

  constructor(place: Place, storage: StorageLike) {
    this.#place = place;
    this.#device = storage;
    this.#kept = new CircleStorage(storage, place.circle);
    this.#mine = new SavedCircles(storage);
  }

  /** Starts the flow. The returned function stops it. */
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

  /** Goes as far as possible without asking: to the door, or after a reload back to the seat. */
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
    const wasHere = this.#kept.wasHere(Date.now());
    if (keys?.taken && keys.gone !== "left") {
      if (wasHere && isReloaded()) return this.#enter(keys);
      this.stage = { at: "asking", name: keys.name ?? words.common.unnamed };
      return;
    }
    this.#shut(this.#place.broken ? "no_circle" : "no_link");
  }

  /** Refreshes the door in the background. */
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
    // A newer request is under way, or the visitor has joined.
    if (look !== this.#looks || this.stage.at === "inside") return;
    // Another tab may have joined a newer session in the meantime.
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
    // Keep showing an outdated door, unless the circle is gone.
    if (this.stage.at === "door" && why !== "no_circle") return;
    this.#shut(why, "problem" in reply ? reply.problem.detail : undefined);
  }

  #show(door: Door): void {
    this.#skew = door.now - Date.now();
    this.now = door.now;
    const keys = this.#kept.keys;
    // A key stored without its session may belong to this one.
    const isHere = keys?.taken && door.session && (keys.room ?? door.session.room) === door.session.room;
    const removed = isHere && keys.gone === "removed";
    const name = keys?.name ?? (removed ? words.common.unnamed : undefined);
    this.stage = {
      ...{ at: "door", door },
      ...(name && (isHere ? { known: name } : { name })),
      ...(removed && { removed }),
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

  /** Announces once that the door has changed its state. */
  #tell(): void {
    if (this.stage.at !== "door") return;
    const { session } = this.stage.door;
    const before = this.#seen;
    this.#seen = `${this.screen} ${session ? "open" : ""}`;
    if (before === "" || before === this.#seen || this.screen === "keeper") return;
    if (this.screen === "begun") this.said = words.door.begunTitle;
    else if (this.screen === "waiting") this.said = words.door.turned.notYet;
    else if (session) this.said = words.door.turned.opened;
    else this.said = before.startsWith("waiting") ? words.door.turned.timeCame : words.door.turned.over;
  }

  #shut(why: Shut, say?: string): void {
    this.#looks += 1;
    this.stage = { at: "shut", why, ...(say && { say }) };
  }

  /** Schedules the next session, or clears the schedule. */
  async setHour(at: number | undefined): Promise<"kept" | "unfit" | "failed"> {
    if (!this.#entryKey) return "failed";
    const next: NextSession = at === undefined ? {} : { at };
    const reply = await setNextSession(this.#place.circle, this.#entryKey, next);
    if ("problem" in reply && reply.problem.code === "out_of_range") return "unfit";
    if (!("ok" in reply)) return "failed";
    // Ignore a response under way: it may contain the earlier time.
    this.#looks += 1;
    this.#planLook();
    if (this.stage.at === "door") {
      const { next_at: _before, ...door } = this.stage.door;
      this.stage = { ...this.stage, door: { ...door, ...(reply.ok.at && { next_at: reply.ok.at }) } };
    }
    return "kept";
  }

  /** Returns the secrets of the links that this link's locker holds. */
  async heldSecrets(): Promise<Secrets> {
    const { secret } = this.#place;
    if (!secret || this.stage.at !== "door") return {};
    return openLocker(secret, this.stage.door.locker);
  }

  /** Deletes the circle and everything in it. Returns whether that succeeded. */
  async deleteCircle(): Promise<boolean> {
    if (!this.#entryKey) return false;
    const { circle } = this.#place;
    const reply = await deleteCircle(circle, this.#entryKey);
    if (!("ok" in reply)) return false;
    this.#mine.forget(circle);
    this.#shut("deleted");
    return true;
  }

  /** Joins under a name, on the seat of an earlier attempt if there was one. */
  comeIn(name: string, stance: Stance): void {
    // This person may have been removed in another tab since the door was shown. Someone who was removed gets no second seat.
    if (this.stage.at === "door" && this.#kept.keys?.gone === "removed") {
      this.#show(this.stage.door);
      if (this.stage.removed) return;
    }
    // The next person on this device must not get someone else's unsent text.
    if (this.#kept.keys?.taken) forgetPerson(this.#place.circle, [this.#device, tabStorage()]);
    const known = this.#kept.keys;
    // The key is stored before it is sent, so that retrying a join doesn't create a second seat.
    const seatKey = known?.seatKey ?? newKey();
    const since = known?.room ? known.since : Date.now();
    // Keep the session: there may be a draft for it.
    this.#enter({ seatKey, name, room: known?.room, taken: false, ...(since && { since }) }, stance);
  }

  /** Returns to the seat that this device already has. */
  comeBack(): void {
    const known = this.#kept.keys;
    if (known) this.#enter(known);
    else this.#shut("no_link");
  }

  /** Takes the person who was here off this device. */
  notMe(): void {
    takeOff(this.#place.circle);
  }

  #keepInvite(seatKey: string): void {
    const link = this.#link();
    if (!link || !isHostLink(link.role) || this.stage.at !== "door") return;
    const { locker } = this.stage.door;
    void keepInvite(this.#kept, { ...link, locker }, () => this.#kept.keys?.seatKey === seatKey);
  }

  /** Returns the link that was opened, if it is known. */
  #link(): Link | undefined {
    const { circle, secret } = this.#place;
    return secret && this.stage.at === "door" ? { circle, secret, role: this.stage.door.role } : undefined;
  }

  #enter(keys: Keys, stance?: Stance): void {
    this.#kept.keys = keys;
    this.#keepInvite(keys.seatKey);
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

/** Shows the same page for an unknown circle and for a key that doesn't open it. */
function shutBy(code: string): Shut {
  return ["no_circle", "key_needed", "nothing_here"].includes(code) ? "no_circle" : "busy";
}
