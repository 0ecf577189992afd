import type { Attachment } from "svelte/attachments";

/** Presses within this time and distance of each other may be one press of an unsteady hand. */
const steady_ms = 500;
const steady_px = 30;

/**
 * The response to a press can put another button under the finger. Ignore the second half of a
 * double press: it must not end the turn that the first half took, or skip one more person.
 */
export const steady: Attachment<HTMLElement> = (element) => {
  let last: { event: MouseEvent; says: string | null } | undefined;
  const clicked = (event: MouseEvent) => {
    const button = (event.target as Element).closest("button");
    if (!button) return;
    const says = button.textContent;
    if (last && says !== last.says && isSamePress(event, last.event)) return stop(event);
    last = { event, says };
  };
  // A held key repeats, even if another button has appeared in its place.
  const keyed = (event: KeyboardEvent) => {
    if (event.repeat && (event.target as Element).closest("button")) event.preventDefault();
  };
  element.addEventListener("click", clicked, true);
  element.addEventListener("keydown", keyed, true);
  return () => {
    element.removeEventListener("click", clicked, true);
    element.removeEventListener("keydown", keyed, true);
  };
};

function isSamePress(now: MouseEvent, before: MouseEvent): boolean {
  if (now.timeStamp - before.timeStamp > steady_ms) return false;
  // A key press has no coordinates.
  if (now.detail === 0) return now.target === before.target;
  return Math.hypot(now.clientX - before.clientX, now.clientY - before.clientY) < steady_px;
}

function stop(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
