import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

const source = fileURLToPath(new URL("src/", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".svelte"))
  .sort();

/** @type {import("@sveltejs/vite-plugin-svelte").SvelteConfig} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    // Short names for the components' styles: hashes do not compress, and there are many.
    cssHash: ({ filename }) => `s${files.findIndex((file) => filename.endsWith(`src/${file}`)).toString(36)}`,
  },
};
