/** Marks on the root element for what is on the page: `<html data-has-room>` while the room is shown. */
import type { Attachment } from "svelte/attachments";

const counts = new Map<string, number>();

/**
 * Returns an attachment that marks the root element while the element is there. The style sheet could ask with `html:has(…)`,
 * but then a browser searches the whole page after each change of it.
 */
export function marksRoot(mark: "dialog" | "foot" | "room" | "stillness"): Attachment {
  const count = (by: number) => {
    const now = (counts.get(mark) ?? 0) + by;
    counts.set(mark, now);
    document.documentElement.toggleAttribute(`data-has-${mark}`, now > 0);
  };
  return () => {
    count(1);
    return () => count(-1);
  };
}
