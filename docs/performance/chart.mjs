// Draws chart.svg from results.json: what each server costs, as a multiple of the floor.
//
//   node docs/performance/chart.mjs
import { readFileSync, writeFileSync } from "node:fs";

const here = (name) => new URL(name, import.meta.url);
const results = JSON.parse(readFileSync(here("results.json"), "utf8"));

// Each bar is a cost: where more is better, the floor's figure is divided by the server's.
const BARS = [
  ["steady", "cpu_s_per_million", "CPU, steady rooms", false],
  ["eager", "cpu_s_per_million", "CPU, eager rooms", false],
  ["eager", "deliveries_per_s", "time, eager rooms", true],
  ["large", "cpu_s_per_million", "CPU, one large room", false],
  ["large", "deliveries_per_s", "time, one large room", true],
  ["joined", "kib_per_connection", "memory, idle", false],
  ["joined", "joins_per_s", "time of joining", true],
];
const SERVERS = ["hearth", "group-commit"];

const WIDTH = 720;
const LEFT = 170;
const RIGHT = 60;
const TOP = 62;
const BAR = 14;
const GROUP = 46;

const groups = BARS.flatMap(([row, figure, label, inverse]) => {
  const times = (server) => results[row]?.servers?.[server]?.[figure]?.times_floor;
  const costs = SERVERS.map(times).map((value) => (value ? (inverse ? 1 / value : value) : null));
  return costs.some((cost) => cost !== null) ? [{ label, costs }] : [];
});
const most = Math.max(...groups.flatMap(({ costs }) => costs));
const scale = (WIDTH - LEFT - RIGHT) / most;
const height = TOP + groups.length * GROUP + 6;
const ones = Array.from({ length: Math.floor(most) }, (_, index) => index + 1);
const step = Math.ceil(ones.length / 8);
const at = (cost) => (LEFT + cost * scale).toFixed(1);

const lines = ones
  .filter((times) => times === 1 || times % step === 0)
  .map(
    (times) =>
      `<line class="${times === 1 ? "floor" : "grid"}" x1="${at(times)}" x2="${at(times)}" y1="${TOP - 8}" y2="${height - 6}"/>` +
      `<text class="faint" x="${at(times)}" y="${TOP - 14}" text-anchor="middle">${times === 1 ? "floor" : `${times} ×`}</text>`,
  );
const bars = groups.flatMap(({ label, costs }, index) => {
  const top = TOP + index * GROUP;
  const middle = top + BAR + 5;
  const bar = (cost, place) =>
    `<rect class="${SERVERS[place]}" x="${LEFT}" y="${top + place * (BAR + 2)}" width="${(cost * scale).toFixed(1)}" height="${BAR}" rx="2"/>` +
    `<text x="${Number(at(cost)) + 6}" y="${top + place * (BAR + 2) + 11}">${cost.toFixed(1)}</text>`;
  return [
    `<text x="${LEFT - 10}" y="${middle}" text-anchor="end">${label}</text>`,
    ...costs.map((cost, place) => (cost === null ? "" : bar(cost, place))),
  ];
});
const key = SERVERS.map((server, index) => {
  const left = LEFT + index * 130;
  const name = server === "hearth" ? "Hearth" : "chat, group commit";
  return `<rect class="${server}" x="${left}" y="10" width="12" height="12" rx="2"/><text x="${left + 18}" y="20">${name}</text>`;
});

writeFileSync(
  here("chart.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Costs of Hearth and of a chat with group commit, as multiples of the floor; less is better">
<style>
  text { font: 12px system-ui, sans-serif; fill: #2b2620; }
  .faint { fill: #6b6359; }
  .grid { stroke: #d8d0c4; }
  .floor { stroke: #6b6359; stroke-dasharray: 4 3; }
  .hearth { fill: #b4541f; }
  .group-commit { fill: #5b7a8c; }
  .back { fill: #fffdf9; }
  @media (prefers-color-scheme: dark) {
    text { fill: #ece5da; }
    .faint { fill: #a89f92; }
    .grid { stroke: #45403a; }
    .floor { stroke: #a89f92; }
    .hearth { fill: #e0854a; }
    .group-commit { fill: #86a9bd; }
    .back { fill: #1d1a17; }
  }
</style>
<rect class="back" width="${WIDTH}" height="${height}"/>
${[...key, ...lines, ...bars].filter(Boolean).join("\n")}
</svg>
`,
);
