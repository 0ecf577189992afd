/** A state of the page that the gallery shows as a whole. */
import type { Component, ComponentProps } from "svelte";

export interface State {
  component: Component<Record<string, unknown>>;
  props: Record<string, unknown>;
  /** Buttons to press once it is shown, by their labels. */
  press?: readonly string[];
  /** What happens once it is shown, before that. */
  then?: () => void;
}

/** The time in every state. */
export const now = Date.UTC(2026, 11, 3, 18, 0);

// Any component: its own properties are checked.
export function state<C extends Component<any>>(component: C, props: ComponentProps<C>, more: Pick<State, "press" | "then"> = {}): State {
  return { component: component as unknown as State["component"], props, ...more };
}
