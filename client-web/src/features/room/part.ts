import { Part } from "../../design/part.svelte";

/**
 * What the tools beside the words open, and what can wait a moment. It is fetched ahead, so that it is there when someone
 * asks for it.
 */
export const later = new Part(() => import("./later"));
