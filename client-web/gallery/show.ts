/** Shows the states, one after another if need be, and stands still while it does. */
import { flushSync, mount, tick, unmount } from "svelte";
import { bare } from "../src/core/view/isolated";
import { hostTools } from "../src/features/console/part";
import { keeperPage } from "../src/features/door/part";
import { later } from "../src/features/room/part";
import { playServer } from "./played_server";
import { now } from "./state";
import { states } from "./states";

/** Loaded beforehand, so that no picture is taken while one is on its way. */
const parts = [hostTools, later, keeperPage];
let shown: Record<string, unknown> | undefined;

/**
 * Shows one state as a whole page. It is there, with its typefaces and parts, when the promise resolves. Returns the labels of
 * buttons that should have been pressed and aren't there: not all are at every width.
 */
export async function show(name: string): Promise<string[]> {
  const make = states[name];
  const target = document.getElementById("page");
  if (!make || !target) throw new Error(`there is no state ${name}`);
  await Promise.all(parts.map((part) => part.load()));
  if (shown) await unmount(shown);
  scrollTo(0, 0);
  const { component, props, press = [], then } = make();
  shown = mount(component, { target, props });
  await settled();
  then?.();
  const missing = [];
  for (const label of press) {
    if (!pressed(label)) missing.push(label);
    await settled();
  }
  return missing;
}

/** Time stands still and so does the cursor, chance has no say, and nothing goes to a server. */
export function standStill(): void {
  const style = new CSSStyleSheet();
  style.replaceSync("* { caret-color: transparent !important; }");
  document.adoptedStyleSheets.push(style);
  Date.now = () => now;
  Math.random = () => 0.5;
  playServer();
}

/** Presses the last button with this label, if there is one. */
function pressed(label: string): boolean {
  const button = [...document.querySelectorAll<HTMLElement>("button, summary")]
    .filter((one) => one.checkVisibility() && bare(one.textContent).trim().endsWith(label))
    .at(-1);
  if (button) flushSync(() => button.click());
  return button !== undefined;
}

/** Waits until what was measured has been drawn accordingly. */
async function settled(): Promise<void> {
  await tick();
  await document.fonts.ready;
  for (let frames = 0; frames < 3; frames += 1) await new Promise((done) => requestAnimationFrame(done));
}
