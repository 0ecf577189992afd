/** Fails the build if scripts and styles exceed a size that a slow phone can load quickly. */
import { brotliCompressSync } from "node:zlib";
import type { Plugin } from "vite";

/**
 * Maximum size of all JS and CSS together, in bytes, compressed with brotli as the server sends
 * them. The policy table and a sentence for every refusal added about a kilobyte to the earlier
 * limit of 60,000; the bell added a little over a kilobyte, some of which still fitted within that
 * limit. Hosts' marks and numbers beside names, and the folding of tall messages, added the rest.
 */
const bytes_max = 64_000;

export function budget(): Plugin {
  return {
    name: "budget",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const counted = Object.values(bundle)
          .filter(({ fileName }) => /\.(js|css)$/.test(fileName))
          .map((part) => brotliCompressSync(part.type === "chunk" ? part.code : part.source).length);
        const bytes = counted.reduce((sum, length) => sum + length, 0);
        if (bytes > bytes_max) {
          this.error(
            `The page's JS and CSS are ${bytes} bytes with brotli, more than ${bytes_max}. ` +
              "Find what grew, and leave something out.",
          );
        }
        this.info(`JS and CSS: ${bytes} of ${bytes_max} bytes with brotli`);
      },
    },
  };
}
