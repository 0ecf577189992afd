// Writes the rows of results.json as tables into ../performance.md.
//
//   node docs/performance/tables.mjs
import { readFileSync, writeFileSync } from "node:fs";

const here = (name) => new URL(name, import.meta.url);
const results = JSON.parse(readFileSync(here("results.json"), "utf8"));

const ROWS = ["steady", "eager", "large", "joined"];
const SERVERS = { hearth: "Hearth", floor: "floor", "group-commit": "group commit" };
/** Figures: how they are called, and their decimals. */
const FIGURES = {
  cpu_s_per_million: ["CPU s per million deliveries", 1],
  deliveries_per_s: ["deliveries per second", 0],
  p50_ms: ["heard by all, p50 in ms", 2],
  p99_ms: ["p99", 2],
  p999_ms: ["p99.9", 2],
  kib_per_connection: ["KiB per idle connection", 1],
  joins_per_s: ["joins per second", 0],
  cpu_us_per_join: ["CPU µs per join", 0],
};
/** A row without shares has other latencies. */
const JOINED = { p50_ms: ["one join, p50 in ms", 1], p99_ms: ["p99", 1] };

const number = (value, decimals) =>
  value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

function cell({ median, times_floor: times }, decimals, server) {
  const ratio = times === null || server === "floor" ? "" : ` (${number(times, 2)} ×)`;
  return number(median, decimals) + ratio;
}

function table(name) {
  const { title, rounds, seconds, sync_p50_ms: sync, servers } = results[name];
  const shown = Object.keys(SERVERS).filter((server) => servers[server]);
  const figures = name === "joined" ? { ...FIGURES, ...JOINED } : FIGURES;
  const lines = Object.entries(figures)
    .filter(([figure]) => servers[shown[0]][figure])
    .map(([figure, [called, decimals]]) => {
      const cells = shown.map((server) => cell(servers[server][figure], decimals, server));
      return `| ${[called, ...cells].join(" | ")} |`;
    });
  const others = shown.map((server) => servers[server].others_percent).filter((found) => found);
  const most = Math.max(...others.map(({ median }) => median));
  const quiet = others.length > 0 ? ` Other processes used at most ${number(most, 0)} % of a core.` : "";
  const isTimed = name !== "joined";
  const each = isTimed ? ` of ${seconds} s` : "";
  const option = isTimed && seconds !== 10 ? ` --seconds ${seconds}` : "";
  return `### ${title[0].toUpperCase() + title.slice(1)}

\`target/release/hearth-load compare --row ${name}${option}\`; ${rounds} rounds${each}. The disk's own sync took ${number(sync, 2)} ms (p50).${quiet}

| | ${shown.map((server) => SERVERS[server]).join(" | ")} |
|${"---|".repeat(shown.length + 1)}
${lines.join("\n")}
`;
}

const file = here("../performance.md");
const text = readFileSync(file, "utf8");
const rows = ROWS.filter((name) => results[name]).map(table);
const [before, rest] = text.split("<!-- rows -->");
const [, after] = rest.split("<!-- end of rows -->");
writeFileSync(file, `${before}<!-- rows -->\n\n${rows.join("\n")}\n<!-- end of rows -->${after}`);
