import type { Attachment } from "svelte/attachments";

/** Hands a value to the styles of an element; nothing takes it away. */
export function styled(name: `--${string}`, value: string | number | undefined): Attachment<HTMLElement> {
  return ({ style }) => {
    if (value === undefined) style.removeProperty(name);
    else style.setProperty(name, String(value));
  };
}
