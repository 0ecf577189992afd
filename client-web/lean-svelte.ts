/** Leaves out of Svelte what this page never does: take over a server's HTML, and watch deep values. */
import type { Plugin } from "vite";

const hydration = "svelte/src/internal/client/dom/hydration.js";
const proxies = "svelte/src/internal/client/proxy.js";

/** Calls that do something only while a server's HTML is taken over. */
export const idleCalls = ["$.reset", "$.next"];

export function leanSvelte(): Plugin {
  return {
    name: "lean-svelte",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (id.endsWith(hydration)) return withoutHydration(code) ?? this.error(`${hydration} has changed.`);
      if (id.endsWith(proxies)) return withoutProxies;
      // Svelte would look into it, and what it finds there could not be watched.
      if (/\$state[(<]/.test(code) && !id.includes("node_modules")) this.error(`${id}: please use $state.raw`);
      return undefined;
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

const withoutProxies = `
  export const proxy = (value) => value;
  export const get_proxied_value = proxy;
  export const is = Object.is;
`;
