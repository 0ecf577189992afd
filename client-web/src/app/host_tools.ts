/** What only hosts use, loaded as one part of the page. */
export { default as ConsolePanel } from "../features/console/ConsolePanel.svelte";
export { default as LikelyAct } from "../features/console/LikelyAct.svelte";
export { default as PersonDialog } from "../features/moderation/PersonDialog.svelte";
