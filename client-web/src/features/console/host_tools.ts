/** What only hosts use, loaded as one part of the page. */
export { default as ConsolePanel } from "./ConsolePanel.svelte";
export { default as NextAct } from "./NextAct.svelte";
export { undoOf } from "./undo";
export { default as PersonDialog } from "../moderation/PersonDialog.svelte";
