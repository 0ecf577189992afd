/** What the parts of the log need to know about the person who reads it. Each part takes only what it shows. */
import type { MessageNo, SeatNo } from "../../core/wire";

export interface Reader {
  readonly me: SeatNo;
  /** The turn with the light. */
  readonly lit: string | undefined;
  /** Others' words are hidden until they're asked for. */
  readonly folded: boolean;
  readonly mayRespond: boolean;
  /** Own messages from this one on can be taken back. */
  readonly backFrom: MessageNo | undefined;
  /** For hosts: returns whether they may hide what this person says. */
  mayHide: (seat: SeatNo) => boolean;
  /** For hosts: returns the words of a hidden message that can be shown again. */
  kept: (message: MessageNo) => string | undefined;
  /** Returns whether this person has left. */
  isGone: (seat: SeatNo) => boolean;
}
