import type { Attachment } from "svelte/attachments";

/** Cleans text as it is pasted into a field, so that it looks there as it will when it is sent. */
export function pastes(clean: (text: string) => string): Attachment<HTMLElement> {
  return (field) => {
    const pasted = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      const fit = clean(text);
      if (fit === text) return;
      event.preventDefault();
      // Deprecated, but nothing else keeps the browser's undo.
      document.execCommand("insertText", false, fit);
    };
    field.addEventListener("paste", pasted);
    return () => field.removeEventListener("paste", pasted);
  };
}
