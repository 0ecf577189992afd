import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" });
const english = files
  .filter((name) => name.endsWith(".en.ts"))
  .map((name) => readFileSync(source + name, "utf8"));
const views = files.filter((name) => name.endsWith(".svelte"));

/** The texts between quotes or backticks, without placeholders. */
function texts(code: string): string[] {
  const quoted = code.match(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
  return quoted.map((text) => text.slice(1, -1).replace(/\$\{[^}]*\}/g, "…"));
}

describe("the words of the page", () => {
  it("speak of turns, people and hosts, never of seats, rooms, tokens or staff", () => {
    const found = english
      .flatMap(texts)
      .filter((text) => text.includes(" ") && /\b(seat|room|token|staff|user|error|whoever|somebody)s?\b/i.test(text));
    expect(found).toEqual([]);
    expect(english.flatMap(texts).length).toBeGreaterThan(200);
  });

  it("are the only source of text: no view has a sentence of its own", () => {
    const own = views.flatMap((name) => {
      const code = readFileSync(source + name, "utf8");
      const markup = code
        .replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<!--[\s\S]*?-->/g, "")
        .replace(/=>/g, "");
      const shown = [...markup.matchAll(/>([^<>{}]*)</g)].map((match) => match[1]?.trim() ?? "");
      const named = [...markup.matchAll(/\b(?:aria-label|title|placeholder|alt)="([^"{]+)"/g)].map(
        (match) => match[1] ?? "",
      );
      return [...shown, ...named].filter((text) => /\p{L}{2}/u.test(text)).map((text) => `${name}: ${text}`);
    });
    expect(own).toEqual([]);
    expect(views.length).toBeGreaterThan(20);
  });

  it("are all used", () => {
    const code = files
      .filter((name) => /(\.svelte|\.svelte\.ts|\.en\.ts)$/.test(name))
      .map((name) => readFileSync(source + name, "utf8"))
      .join("\n");
    const names = english.flatMap((text) =>
      [...text.matchAll(/^export (?:const|function) (\w+)/gm)].map((match) => match[1] ?? ""),
    );
    const unused = names.filter((name) => (code.match(new RegExp(`\\b${name}\\b`, "g")) ?? []).length < 2);
    expect(unused).toEqual([]);
  });
});
