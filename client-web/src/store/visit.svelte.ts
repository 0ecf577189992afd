/** The way from a link to a seat: look at the door, choose a name, come in. */
import type { Address } from "../core/place";
import { begin } from "../core/session";
import type { Door, Stance } from "../core/wire";
import { lookAtDoor } from "../io/http";
import { entryKey, newKey } from "../io/keys";
import { type Keys, type Shelf, Kept } from "../io/storage";
import { Circle } from "./circle.svelte";

type Place = Extract<Address, { at: "circle" }>;

export type Stage =
  | { at: "looking" }
  | { at: "door"; door: Door; known?: string }
  | { at: "inside"; circle: Circle }
  /** `say` is the server's own sentence, where it gave one. */
  | { at: "shut"; why: Shut; say?: string };

export type Shut = "no_link" | "no_circle" | "busy" | "unreachable" | "insecure";

export class Visit {
  readonly #place: Place;
  readonly #kept: Kept;
  #entryKey: string | undefined;
  stage: Stage = $state.raw({ at: "looking" });

  constructor(place: Place, shelf: Shelf) {
    this.#place = place;
    this.#kept = new Kept(shelf, place.circle);
  }

  /** Goes as far as it goes without a question: to the door, or back to a seat that is known. */
  async arrive(): Promise<void> {
    if (!isSecureContext) return this.#shut("insecure");
    const { secret } = this.#place;
    const keys = this.#kept.keys;
    if (secret) return this.#look(secret);
    if (keys?.taken) return this.#enter(keys);
    this.#shut("no_link");
  }

  async #look(secret: string): Promise<void> {
    this.stage = { at: "looking" };
    this.#entryKey = await entryKey(secret);
    const reply = await lookAtDoor(this.#place.circle, this.#entryKey);
    if ("unreachable" in reply) return this.#shut("unreachable");
    if ("problem" in reply) return this.#shut(shutBy(reply.problem.code), reply.problem.say);
    const known = this.#kept.keys;
    this.stage = { at: "door", door: reply.ok, ...(known?.taken && known.name && { known: known.name }) };
  }

  #shut(why: Shut, say?: string): void {
    this.stage = { at: "shut", why, ...(say && { say }) };
  }

  /** Comes in by a name, on the seat of an earlier try where there was one. */
  comeIn(name: string, stance: Stance): void {
    const known = this.#kept.keys;
    // The key is kept before it is first sent: a retry of joining must not make a second seat.
    const seatKey = known && !known.taken ? known.seatKey : newKey();
    this.#enter({ seatKey, name, taken: false }, stance);
  }

  /** Comes back to the seat that this device has already. */
  comeBack(): void {
    const known = this.#kept.keys;
    if (known) this.#enter(known);
  }

  #enter(keys: Keys, stance?: Stance): void {
    this.#kept.keys = keys;
    const session = begin(
      {
        circle: this.#place.circle,
        seatKey: keys.seatKey,
        ...(keys.nextSeatKey && { nextSeatKey: keys.nextSeatKey }),
        ...(this.#entryKey && { entryKey: this.#entryKey }),
        ...(keys.name && { name: keys.name }),
        ...(stance && { stance }),
      },
      this.#kept.asks,
    );
    this.stage = { at: "inside", circle: new Circle(session, this.#kept) };
  }
}

/** A circle that is unknown and a key that does not open it are one answer. */
function shutBy(code: string): Shut {
  return ["no_circle", "key_needed", "nothing_here"].includes(code) ? "no_circle" : "busy";
}
