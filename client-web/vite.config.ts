import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { budget } from "./budget.ts";

// The page is served under `script-src 'self'; style-src 'self'; img-src 'self'`: nothing may be
// inlined into the document or into data: addresses.
export default defineConfig({
  base: "/",
  plugins: [svelte(), budget()],
  build: {
    target: "es2022",
    // Compiles colours for browsers from 2021 on.
    cssTarget: ["chrome90", "firefox88", "safari15"],
    // One style sheet, so that a part of the page that loads later needs nothing but its script.
    cssCodeSplit: false,
    // And one script for a first visit: it compresses better than several that share most of what they say.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "page", tags: ["$initial"] }] } } },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    // The policy table is in ../protocol/generated.
    fs: { allow: [".."] },
    proxy: {
      "/api": "http://127.0.0.1:8080",
      "/ws": { target: "ws://127.0.0.1:8080", ws: true },
    },
  },
});
