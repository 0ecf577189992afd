/** What the room doesn't need at once, loaded as one part of the page. */
export { default as AskHow } from "../turn/AskHow.svelte";
export { default as ToolDialog } from "./ToolDialog.svelte";
export { followKeyboard } from "../../io/soft_keyboard";
