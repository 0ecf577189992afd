/** Writes the words into the components that show them, before Svelte compiles them. */
import { type Plugin, runnerImport } from "vite";

/** An attribute or a text that is one of the words and nothing else. */
const shown = /([\w-]+=)?(?<![$\w])\{words((?:\.\w+)+)\}/g;
/** The words in an expression. */
const used = /\bwords((?:\.\w+)+)\b(?!\s*\()/g;

/**
 * What Svelte finds imported may change, for all it knows: it makes an empty text, looks it up and
 * fills it in. A language is chosen when the page is built, so its words can stand in the markup.
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

/** Returns the words of that name, where they are the same whatever they are about. */
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
