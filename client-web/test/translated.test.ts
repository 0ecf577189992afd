/**
 * Pages that a browser translates: a translator puts elements of its own in place of text nodes. What Svelte then
 * writes into those text nodes, or removes with them, is no longer on the page.
 */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type AST, parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../src/", import.meta.url));
// `Phrase` itself is one `{#key}`.
const views = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".svelte") && name !== "design/Phrase.svelte",
);

type Child = AST.Fragment["nodes"][number];

/** The fragments of a node that Svelte adds and removes as a whole, and those that stay with it. */
function fragmentsOf(node: Child): { blocks: AST.Fragment[]; inner: AST.Fragment[] } {
  switch (node.type) {
    case "IfBlock":
      return { blocks: [node.consequent, ...(node.alternate ? [node.alternate] : [])], inner: [] };
    case "EachBlock":
      return { blocks: [node.body, ...(node.fallback ? [node.fallback] : [])], inner: [] };
    case "KeyBlock":
      return { blocks: [node.fragment], inner: [] };
    case "SnippetBlock":
      return { blocks: [node.body], inner: [] };
    case "AwaitBlock":
      return { blocks: [node.pending, node.then, node.catch].filter((one) => one !== null), inner: [] };
    case "Component":
      return { blocks: [node.fragment], inner: [] };
    default:
      return { blocks: [], inner: "fragment" in node ? [node.fragment] : [] };
  }
}

const isText = (node: Child | undefined): boolean =>
  node !== undefined && (node.type === "ExpressionTag" || (node.type === "Text" && node.data.trim() !== ""));

/** A constant of the page's words, which never changes. */
function isConstant({ expression }: AST.ExpressionTag): boolean {
  let at: { type: string } = expression;
  while (at.type === "MemberExpression") {
    const { object, computed } = at as unknown as { object: { type: string }; computed: boolean };
    if (computed) return false;
    at = object;
  }
  return at.type === "Identifier" && (at as unknown as { name: string }).name === "words" && at !== expression;
}

function sourceOf(code: string, node: object): string {
  const { start, end } = node as { start: number; end: number };
  return code.slice(start, end);
}

/** The code of the keys of the `{#key}` blocks around it: such a block replaces its elements when the key changes. */
type Keys = readonly string[];

function* problemsIn(code: string, fragment: AST.Fragment, isBlock: boolean, keys: Keys = []): Generator<string> {
  const nodes = fragment.nodes.filter(
    (node) => node.type !== "Comment" && node.type !== "ConstTag" && !(node.type === "Text" && node.data.trim() === ""),
  );
  if (isBlock && (isText(nodes[0]) || isText(nodes.at(-1)))) yield `a block begins or ends with text at ${nodes[0]?.start}`;
  for (const node of nodes) {
    const changes = node.type === "ExpressionTag" && !isConstant(node) && !keys.includes(sourceOf(code, node.expression));
    if (changes) yield `changing text at ${node.start}`;
    const { blocks, inner } = fragmentsOf(node);
    const within = node.type === "KeyBlock" ? [...keys, sourceOf(code, node.expression)] : keys;
    for (const one of blocks) yield* problemsIn(code, one, true, within);
    for (const one of inner) yield* problemsIn(code, one, false, within);
  }
}

describe("text on a page that is translated", () => {
  it.each(views)("%s shows what changes by `Phrase` or in a `{#key}` of it, and no block begins or ends with bare text", (name) => {
    const code = readFileSync(source + name, "utf8");
    const found = [...problemsIn(code, parse(code, { modern: true }).fragment, true)];
    const lines = found.map((problem) =>
      problem.replace(/\d+$/, (at) => `line ${code.slice(0, Number(at)).split("\n").length}: ${code.slice(Number(at), Number(at) + 70).split("\n")[0]}`),
    );
    expect(lines).toEqual([]);
  });
});
