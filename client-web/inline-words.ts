/** Inlines the page's words into the components that show them, before Svelte compiles them. */
import { type Plugin, runnerImport } from "vite";

/** An attribute or text that consists of a single word reference. */
const shown = /([\w-]+=)?(?<![$\w])\{words((?:\.\w+)+)\}/g;
/** A word reference inside an expression. */
const used = /\bwords((?:\.\w+)+)\b(?!\s*\()/g;

/**
 * Svelte treats every import as reactive: it renders an empty text node, looks the value up and
 * fills it in. The language is fixed at build time, so its words can be static markup.
 */
export function inlineWords(): Plugin {
  let words: unknown;
  return {
    name: "inline-words",
    apply: "build",
    enforce: "pre",
    async buildStart() {
      const { module } = await runnerImport<typeof import("./src/words")>("./src/words/index.ts");
      ({ words } = module);
    },
    transform: {
      filter: { id: /\.svelte$/ },
      handler: (code) =>
        code
          .replace(shown, (source, attribute, path) => inMarkup(words, source, attribute, path))
          .replace(used, (source, path) => inCode(words, source, path)),
    },
  };
}

function inMarkup(words: unknown, source: string, attribute: string | undefined, path: string): string {
  const text = textAt(words, path);
  if (text === undefined) return source;
  return attribute ? `${attribute}"${escaped(text)}"` : escaped(text);
}

function inCode(words: unknown, source: string, path: string): string {
  const text = textAt(words, path);
  return text === undefined ? source : JSON.stringify(text);
}

/** Returns the words of this name if they are a constant and not a function. */
function textAt(words: unknown, path: string): string | undefined {
  const text = path.slice(1).split(".").reduce(within, words);
  return typeof text === "string" ? text : undefined;
}

function within(parent: unknown, name: string): unknown {
  return typeof parent === "object" && parent !== null ? Reflect.get(parent, name) : undefined;
}

function escaped(text: string): string {
  return text.replace(/["&<>{}]/g, (char) => `&#${char.charCodeAt(0)};`);
}
