/** What only hosts use, loaded as one part of the page. */
export { default as ConsolePanel } from "./ConsolePanel.svelte";
export { default as NextAct } from "./NextAct.svelte";
export { default as UndoBar } from "./UndoBar.svelte";
export { undoOf } from "./undo";
export { undoAloud } from "./words.en";
export { default as PersonDialog } from "../moderation/PersonDialog.svelte";
