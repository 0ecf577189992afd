import type { GestureKind } from "../../core/wire";

/** Responses, in the order in which they are offered. */
export const kinds: readonly GestureKind[] = ["welcome", "heard", "with_you", "thank_you"];
