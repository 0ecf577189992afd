/** Writes the words into the components that show them, before Svelte compiles them. */
import type { Plugin } from "vite";
import { words } from "./src/words";

/** An attribute or a text that is one of the words and nothing else. */
const shown = /([\w-]+=)?(?<![$\w])\{words((?:\.\w+)+)\}/g;

/**
 * What Svelte finds imported may change, for all it knows: it makes an empty text, looks it up and
 * fills it in. A language is chosen when the page is built, so its words can stand in the markup.
 */
export function inlineWords(): Plugin {
  return {
    name: "inline-words",
    apply: "build",
    enforce: "pre",
    transform: {
      filter: { id: /\.svelte$/ },
      handler: (code) => code.replace(shown, inMarkup),
    },
  };
}

function inMarkup(source: string, attribute: string | undefined, path: string): string {
  const text = path.slice(1).split(".").reduce<unknown>(within, words);
  if (typeof text !== "string") return source;
  return attribute ? `${attribute}"${escaped(text)}"` : escaped(text);
}

function within(parent: unknown, name: string): unknown {
  return typeof parent === "object" && parent !== null ? Reflect.get(parent, name) : undefined;
}

function escaped(text: string): string {
  return text.replace(/["&<>{}]/g, (char) => `&#${char.charCodeAt(0)};`);
}
