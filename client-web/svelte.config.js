import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

const views = fileURLToPath(new URL("src/ui/", import.meta.url));
const files = readdirSync(views, { recursive: true, encoding: "utf8" }).sort();

/** @type {import("@sveltejs/vite-plugin-svelte").SvelteConfig} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    // Short names for the components' styles: hashes do not compress, and there are many.
    cssHash: ({ filename }) => `s${files.findIndex((file) => filename.endsWith(`ui/${file}`)).toString(36)}`,
  },
};
