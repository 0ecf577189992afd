import type { Attachment } from "svelte/attachments";

/** Focuses the element when it appears, since the previous screen's focus is gone. */
export const takeFocus: Attachment<HTMLElement> = (element) => {
  element.focus({ preventScroll: false });
};

/** The same for the title of a new page, which begins at its top. */
export const takeFocusAtTop: Attachment<HTMLElement> = (element) => {
  element.focus({ preventScroll: true });
  scrollTo({ top: 0 });
};

/**
 * Keeps the focus from falling back to the document when a focused control is removed: it moves to
 * the element this is attached to, or to the one that `instead` returns.
 */
export function keepFocus(instead?: () => HTMLElement | null | undefined): Attachment<HTMLElement> {
  return (element) => {
    let inside = false;
    const entered = () => (inside = true);
    const left = (event: FocusEvent) => {
      if (event.relatedTarget !== null) inside = false;
    };
    // Browsers don't reliably fire an event for a removed control, so observe the removal itself.
    const watcher = new MutationObserver(() => {
      if (!inside || document.activeElement !== document.body) return;
      (instead?.() ?? element).focus({ preventScroll: true });
    });
    const pressed = (event: PointerEvent) => {
      if (!(event.target instanceof Node && element.contains(event.target))) inside = false;
    };
    element.addEventListener("focusin", entered);
    element.addEventListener("focusout", left);
    document.addEventListener("pointerdown", pressed);
    watcher.observe(element, { childList: true, subtree: true });
    return () => {
      watcher.disconnect();
      element.removeEventListener("focusin", entered);
      element.removeEventListener("focusout", left);
      document.removeEventListener("pointerdown", pressed);
    };
  };
}
