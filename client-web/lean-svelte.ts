/**
 * Leaves out of Svelte what this page never does: take over a server's HTML, watch into a value, wait
 * in a view or behind a boundary. Svelte cannot know, and would ship it; together that is an eighth of it.
 */
import type { Plugin } from "vite";

const inSvelte = /svelte\/src\/internal\/client\/(.+)$/;
const hydration = "dom/hydration.js";

/** By what is shipped in place of a file of Svelte's. */
const standIns: Record<string, string> = {
  "proxy.js": `
    export const proxy = (value) => value;
    export const get_proxied_value = proxy;
    export const is = Object.is;
  `,
  "dom/blocks/boundary.js": `
    import { branch } from "../../reactivity/effects.js";
    export const boundary = (anchor, _props, children) => branch(() => children(anchor));
    export const pending = () => false;
  `,
  "reactivity/async.js": `
    import { derived } from "./deriveds.js";
    export const flatten = (_blockers, sync, _async, run) => run(sync.map(derived));
    const unused = () => {};
    export { unused as run_after_blockers, unused as capture, unused as save, unused as unsave };
    export { unused as track_reactivity_loss, unused as for_await_track_reactivity_loss };
    export { unused as unset_context, unused as run, unused as wait, unused as increment_pending };
  `,
};

/** What needs what is left out, and what to do instead. */
const unfit: [RegExp, string][] = [
  [/\$state[(<]/, "please use $state.raw, and put a new value in the place of the old one"],
  [/<svelte:boundary/, "there are no boundaries on this page"],
  [/\{#await|\{@const [^}]*await /, "views do not wait: the stores do, and tell what came"],
  [/\bhydrate\(/, "the page is mounted, not hydrated"],
];

/** Calls that do something only while a server's HTML is taken over. */
export const idleCalls = ["$.reset", "$.next"];

export function leanSvelte(): Plugin {
  return {
    name: "lean-svelte",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      const file = inSvelte.exec(id)?.[1];
      if (file === hydration) return withoutHydration(code) ?? this.error(`Svelte's ${hydration} has changed`);
      if (file !== undefined) return standIns[file];
      const needs = id.includes("node_modules") ? undefined : unfit.find(([needed]) => needed.test(code));
      return needs && this.error(`${id}: ${needs[1]}`);
    },
  };
}

/** With a constant, all that hangs on it falls away. */
function withoutHydration(code: string): string | undefined {
  const constant = code
    .replace("export let hydrating = false;", "export const hydrating = false;")
    .replace("\thydrating = value;\n", "");
  return constant.includes("const hydrating") && !constant.includes("hydrating = value") ? constant : undefined;
}
