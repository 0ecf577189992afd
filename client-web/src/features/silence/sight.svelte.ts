import { Sight } from "../../design/sight.svelte";

/** Whether the circle is in sight in the log, where it stands during a silence. It isn't shown twice. */
export const silentCircle = new Sight();
