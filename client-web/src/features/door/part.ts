import { Part } from "../../design/part.svelte";

/** The keeper's page, which only keepers load. */
export const keeperPage = new Part(() => import("./Keeper.svelte"));
