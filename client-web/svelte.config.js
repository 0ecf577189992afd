import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

/** Short names for the components' styles: hashes do not compress, and there are many. */
const names = new Map();

/** @type {import("@sveltejs/vite-plugin-svelte").SvelteConfig} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    cssHash: ({ filename }) => {
      if (!names.has(filename)) names.set(filename, `s${names.size.toString(36)}`);
      return names.get(filename);
    },
  },
};
