import { Sight } from "../../design/sight.svelte";

/** Whether the open round's heading, with its question, is in sight. */
export const heading = new Sight();
