/** The picture on a page that has stopped. */
import type { StopReason } from "../../core/connection/close";
import { peopleOf } from "../../core/view/people";
import type { View } from "../../core/wire";
import { pictured } from "../../design/mark";

/** More people than this no longer look like a circle in so little space. */
const shown_max = 12;

/**
 * Returns the person's own mark, or the stones of a circle without light: those who were in it once it has
 * ended, and free seats otherwise. Nobody who was removed looks at a circle without them.
 */
export function stoppedPicture(why: StopReason, view: View | undefined): "me" | { seat: number; state?: "coming" }[] {
  if (view && (why === "removed" || why === "replaced" || why === "left")) return "me";
  if (view && why === "ended") {
    const people = peopleOf(view.room).filter(({ presence }) => presence !== "left");
    const mine = people.findIndex(({ seat }) => seat === view.seat);
    const inOrder = [...people.slice(Math.max(0, mine)), ...people.slice(0, Math.max(0, mine))];
    return inOrder.slice(0, shown_max).map(({ seat }) => ({ seat }));
  }
  return pictured.map((seat) => ({ seat, state: "coming" as const }));
}
