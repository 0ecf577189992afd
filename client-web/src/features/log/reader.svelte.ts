/**
 * What the parts of the log need to know about the person who reads it.
 *
 * Each field is state that changes only when its value does. If these were derived from the view, every event would make hundreds
 * of turns check for changes.
 */
import { firstTakeable, mayHideWordsOf, mayRespond } from "../../core/may";
import { seatsOf } from "../../core/view/keyed";
import { meOf } from "../../core/view/people";
import { textOf } from "../../core/view/text";
import type { MessageNo, SeatNo, View } from "../../core/wire";

/** What the log is read from. */
export interface Source {
  view: View;
  /** The time of the server, in milliseconds. */
  now: number;
  /** The turn with the light. */
  lit: string | undefined;
}

export class Reader {
  me: SeatNo = $state.raw(0);
  /** The turn with the light. */
  lit: string | undefined = $state.raw();
  /** Others' words are hidden until they're asked for. */
  folded = $state.raw(false);
  mayRespond = $state.raw(false);
  /** They may respond, or could before. While they can't, its place is kept, so that nothing moves. */
  keepsRespond = $state.raw(false);
  /** Own messages from this one on can be taken back. */
  backFrom: MessageNo | undefined = $state.raw();
  /** People who haven't left, and those whose words this person may hide. Each list is one text, so that an equal one changes nothing. */
  #stayed = $state.raw("");
  #hideable = $state.raw("");
  #view: View | undefined = $state.raw();

  /** Takes over what has changed. */
  update({ view, now, lit }: Source): void {
    const { people } = view.room;
    const seats = seatsOf(people);
    this.me = view.seat;
    this.lit = lit;
    this.folded = meOf(view)?.stance === "resting";
    this.mayRespond = mayRespond(view);
    if (this.mayRespond) this.keepsRespond = true;
    this.backFrom = firstTakeable(view, now);
    this.#stayed = listed(seats.filter((seat) => people[seat]?.presence !== "left"));
    this.#hideable = listed(seats.filter((seat) => mayHideWordsOf(view, seat)));
    this.#view = view;
  }

  /** Returns whether this person has left. */
  isGone(seat: SeatNo): boolean {
    return !this.#stayed.includes(listed([seat]));
  }

  /** For hosts: returns whether they may hide what this person says. */
  mayHide(seat: SeatNo): boolean {
    return this.#hideable.includes(listed([seat]));
  }

  /** For hosts: returns the words of a hidden message that can be shown again. */
  kept(message: MessageNo): string | undefined {
    const view = this.#view;
    return view && textOf(view, view.own.hidden[message]?.text);
  }
}

/** A list in which each seat stands between commas of its own: ",1,,12,". */
function listed(seats: readonly SeatNo[]): string {
  return seats.map((seat) => `,${seat},`).join("");
}
