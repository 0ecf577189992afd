import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Puts the gallery's words in the place of the page's. */
function ownWords(): Plugin {
  const own = `${here}words.ts`;
  return {
    name: "gallery-words",
    enforce: "pre",
    async resolveId(source, importer, options) {
      if (!/\/words(\/all)?$/.test(source) || importer === own) return undefined;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      return found && /\/src\/words\/(index|all)\.ts$/.test(found.id) ? own : undefined;
    },
  };
}

/** Serves the gallery. It is never built into the product. */
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  plugins: [ownWords(), svelte({ configFile: fileURLToPath(new URL("../svelte.config.js", import.meta.url)) })],
  server: { fs: { allow: [".."] } },
});
