import { Part } from "../../design/part.svelte";

/** What the tools beside the words open. It is fetched ahead, so that it is there when someone asks for it. */
export const toolDialog = new Part(() => import("./ToolDialog.svelte"));
