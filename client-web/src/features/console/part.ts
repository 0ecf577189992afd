import { Part } from "../../design/part.svelte";

/** What only hosts use. */
export const hostTools = new Part(() => import("./host_tools"));
