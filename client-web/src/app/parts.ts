/** The parts of the page that are not on a member's way in. */
import { Part } from "../design/part.svelte";

export const startPage = new Part(() => import("../features/start/StartPage.svelte"));
export const keeperPage = new Part(() => import("../features/door/Keeper.svelte"));
export const hostTools = new Part(() => import("./host_tools"));
