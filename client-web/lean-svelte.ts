/**
 * Removes the parts of Svelte that this page never uses: hydration, effects that write to state,
 * async components and boundaries. Tree shaking can't prove that they are unused; together they are
 * a sixth of the runtime.
 */
import type { Plugin } from "vite";

const inSvelte = /svelte\/src\/internal\/(.+)$/;

/** Replacements for whole files of Svelte. */
const standIns: Record<string, string> = {
  "client/proxy.js": `
    export const proxy = (value) => value;
    export const get_proxied_value = proxy;
    export const is = Object.is;
  `,
  "client/dom/blocks/boundary.js": `
    import { branch } from "../../reactivity/effects.js";
    export const boundary = (anchor, _props, children) => branch(() => children(anchor));
    export const pending = () => false;
  `,
  "client/reactivity/async.js": `
    import { derived } from "./deriveds.js";
    export const flatten = (_blockers, sync, _async, run) => run(sync.map(derived));
    const unused = () => {};
    export { unused as run_after_blockers, unused as capture, unused as save, unused as unsave };
    export { unused as track_reactivity_loss, unused as for_await_track_reactivity_loss };
    export { unused as unset_context, unused as run, unused as wait, unused as increment_pending };
  `,
};

type Edit = [RegExp, string];

/**
 * Empties a method but keeps its name. Batches never overlap because nothing is async, so there is
 * no earlier batch to merge into.
 */
const emptied = (name: string): Edit => [new RegExp(`^\\t${name}\\(.*\\) \\{\\n[^]*?\\n\\t\\}`, "m"), `\t${name}() {}`];
/** Elements are appended as soon as they are created. */
const atOnce: Edit = [/var defer = should_defer_append\(\);/, "const defer = false;"];

/** Edits to Svelte's files. Constants let the bundler drop everything that depends on them. */
const edits: Record<string, Edit[]> = {
  "flags/index.js": [
    [/export let/g, "export const"],
    [/\t\w+_mode_flag = \w+;/g, ""],
  ],
  "client/dom/hydration.js": [
    [/export let hydrating/, "export const hydrating"],
    [/\thydrating = value;\n/, ""],
  ],
  "client/dom/blocks/branches.js": [atOnce],
  "client/dom/blocks/each.js": [atOnce],
  "client/reactivity/batch.js": [
    "#commit",
    "#find_earlier_batch",
    "#intersects",
    "#merge",
    "ondiscard",
    "transfer_reactions",
    "skip_effect",
    "unskip_effect",
    "increment",
    "decrement",
    "settled",
  ].map(emptied),
};

/** Features that need the removed code, and what to use instead. */
const unfit: [RegExp, string][] = [
  [/\$state[(<]/, "use $state.raw, and assign a new value instead of changing the old one"],
  [/<svelte:boundary/, "this page has no boundaries"],
  [/\{#await|\{@const [^}]*await /, "components must not await; let a store await and publish the result"],
  [/\bhydrate\(/, "the page is mounted, not hydrated"],
  [/import \{[^}]*\b(fork|settled)\b[^}]*\} from "svelte"/, "this page renders synchronously"],
];

/** Calls that only have an effect during hydration. */
export const idleCalls = ["$.reset", "$.next"];

export function leanSvelte(): Plugin {
  return {
    name: "lean-svelte",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      const file = inSvelte.exec(id)?.[1];
      if (file !== undefined) {
        const missing = edits[file]?.find(([from]) => !new RegExp(from).test(code));
        if (missing) this.error(`Svelte's ${file} has changed: no match for ${missing[0]}`);
        return standIns[file] ?? edits[file]?.reduce((done, [from, to]) => done.replace(from, to), code);
      }
      const needs = id.includes("node_modules") ? undefined : unfit.find(([needed]) => needed.test(code));
      return needs && this.error(`${id}: ${needs[1]}`);
    },
  };
}
