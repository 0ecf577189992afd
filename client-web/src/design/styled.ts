import type { Attachment } from "svelte/attachments";

/** Sets a CSS custom property on an element; `undefined` removes it. */
export function styled(name: `--${string}`, value: string | number | undefined): Attachment<HTMLElement> {
  return ({ style }) => {
    if (value === undefined) style.removeProperty(name);
    else style.setProperty(name, String(value));
  };
}
