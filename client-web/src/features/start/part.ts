import { Part } from "../../design/part.svelte";

/** The start page, which isn't on a member's way in. */
export const startPage = new Part(() => import("./StartPage.svelte"));
