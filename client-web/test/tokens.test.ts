import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { colour, contrast, declared, schemes } from "./contrast";

const file = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (name: string) => readFileSync(file(name), "utf8");
const css = read("src/design/tokens.css");

/** Least contrast of people's words, of other text, and of what isn't text. */
const [words, text, shape] = [7, 4.5, 3];
const pairs: [number, string, string[]][] = [
  [words, "ink", ["paper", "leaf", "sheet", "dusk", "wash", "flare"]],
  [text, "ink-2", ["paper", "leaf", "sheet", "dusk", "wash"]],
  [text, "pencil", ["paper", "leaf", "sheet", "dusk", "wash"]],
  [text, "ember", ["paper", "leaf", "sheet", "dusk", "wash"]],
  [text, "danger", ["paper", "leaf", "sheet", "dusk"]],
  [text, "on-light", ["wash", "flare"]],
  [text, "on-ember", ["ember"]],
  [text, "on-danger", ["danger-fill"]],
  [text, "ink", ["hover"]],
  [text, "paper", ["ink", "ink-2"]],
  [shape, "edge", ["paper", "leaf", "sheet", "dusk"]],
  [shape, "danger-fill", ["paper", "sheet"]],
];

describe.each(schemes)("the colours, %s", (_name, scheme) => {
  const tokens = declared(css, scheme);
  const of = (name: string) => colour(tokens.get(`--${name}`), scheme);
  it.each(pairs.flatMap(([least, on, grounds]) => grounds.map((ground) => [on, ground, least] as const)))(
    "%s on %s: at least %d to 1",
    (on, ground, least) => expect(contrast(of(on), of(ground))).toBeGreaterThanOrEqual(least),
  );
});

describe.each(schemes.slice(0, 2))("the letters of people's marks, %s", (_name, scheme) => {
  const source = read("src/design/Mark.svelte");
  const [old = "", known = ""] = (source.split(".stone")[0] ?? "").split("@supports");
  const hues = [...source.matchAll(/--h: (\d+); --hsl: (\d+);/g)].map(([, h, hsl]) => [Number(h), Number(hsl)] as const);
  const paper = colour(declared(css, scheme).get("--paper"), scheme);

  it("are legible in all hues", () => {
    expect(hues).toHaveLength(8);
    for (const [h, hsl] of hues) {
      for (const [properties, hue] of [[declared(known, scheme), h], [declared(old, scheme), hsl]] as const) {
        const of = (name: string) => colour(properties.get(`--${name}`), scheme, hue);
        expect(contrast(of("letter"), of("fill"))).toBeGreaterThanOrEqual(text);
        expect(contrast(of("on-lit"), of("lit"))).toBeGreaterThanOrEqual(text);
        expect(contrast(of("on-pale"), of("pale"))).toBeGreaterThanOrEqual(text);
        expect(contrast(of("on-contour"), paper)).toBeGreaterThanOrEqual(text);
        expect(contrast(of("contour"), paper)).toBeGreaterThanOrEqual(shape);
      }
    }
  });
});

describe("the style sheets", () => {
  const sources = readdirSync(file("src"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(css|svelte|ts)$/.test(name))
    .map((name) => read(`src/${name}`));

  it("use only names that exist", () => {
    const all = sources.join("\n");
    const known = new Set([...all.matchAll(/(--[\w-]+)["':]/g)].map(([, name]) => name));
    const unknown = [...all.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name).filter((name) => !known.has(name));
    expect(unknown).toEqual([]);
  });
});

it("the fonts take at most 120 kB", () => {
  const fonts = [...read("src/design/fonts.css").matchAll(/url\("(.+?)"\)/g)].map(([, path]) => `node_modules/${path}`);
  expect(fonts).toHaveLength(3);
  expect(fonts.reduce((sum, path) => sum + statSync(file(path)).size, 0)).toBeLessThanOrEqual(120_000);
});
