/** Fails the build if the page's scripts and styles are larger than a slow phone can load quickly. */
import { brotliCompressSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** Maximum bytes of JS and CSS with brotli, as the server sends them: of a member's first visit, and of everything. */
const first_visit_max = 85_000;
const everything_max = 150_000;

export function budget(): Plugin {
  return {
    name: "budget",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const parts = Object.values(bundle).filter(({ fileName }) => /\.(js|css)$/.test(fileName));
        const sizes = new Map(parts.map((part) => [part.fileName, compressed(part)]));
        const sum = (files: Iterable<string>) => [...files].reduce((total, file) => total + (sizes.get(file) ?? 0), 0);
        const first = sum(firstVisit(bundle));
        const everything = sum(sizes.keys());
        const said = `JS and CSS with brotli: ${first} of ${first_visit_max} bytes on a first visit, ${everything} of ${everything_max} in all`;
        if (first > first_visit_max || everything > everything_max) {
          this.error(`${said}. Find what grew, and leave something out or load it later (part.ts of its feature).`);
        }
        this.info(said);
      },
    },
  };
}

function compressed(part: Rolldown.OutputAsset | Rolldown.OutputChunk): number {
  return brotliCompressSync(part.type === "chunk" ? part.code : part.source).length;
}

/** The files that index.html loads: the style sheet, the entry, and everything that imports at once. */
function firstVisit(bundle: Rolldown.OutputBundle): Set<string> {
  const found = new Set(Object.keys(bundle).filter((file) => file.endsWith(".css")));
  const add = (file: string) => {
    const part = bundle[file];
    if (found.has(file) || part?.type !== "chunk") return;
    found.add(file);
    part.imports.forEach(add);
  };
  for (const part of Object.values(bundle)) if (part.type === "chunk" && part.isEntry) add(part.fileName);
  return found;
}
