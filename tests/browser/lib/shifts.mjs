// Layout shifts: what moves on a page without its person having done anything.
import assert from "node:assert/strict";

/** The largest cumulative layout shift of a whole session. */
const shift_max = 0.05;

/** Starts recording on a person's page. Reloading the page loses the record. */
export async function recordShifts({ page }) {
  await page.evaluate(() => {
    window.shifts = [];
    const nameOf = ({ node }) => {
      const element = node instanceof Element ? node : node?.parentElement;
      return element ? `${element.localName}.${element.className}`.slice(0, 60) : "";
    };
    new PerformanceObserver((list) => {
      for (const { hadRecentInput, startTime, value, sources } of list.getEntries()) {
        if (!hadRecentInput) window.shifts.push({ at: startTime, value, moved: sources.map(nameOf) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** Returns the largest window of shifts: less than a second apart, and five seconds at most, as Web Vitals defines it. */
function largestWindow(shifts) {
  let largest = { sum: 0, shifts: [] };
  let window = { sum: 0, shifts: [] };
  for (const shift of shifts) {
    const [first, last] = [window.shifts[0], window.shifts.at(-1)];
    if (!last || shift.at - last.at >= 1_000 || shift.at - first.at >= 5_000) window = { sum: 0, shifts: [] };
    window = { sum: window.sum + shift.value, shifts: [...window.shifts, shift] };
    if (window.sum > largest.sum) largest = window;
  }
  return largest;
}

/** Fails if more moved on a person's page than may. */
export async function standsStill({ page, name }) {
  const { sum, shifts } = largestWindow(await page.evaluate(() => window.shifts));
  const told = shifts.map(({ value, moved }) => `${value.toFixed(3)}: ${moved.join(", ")}`);
  assert.ok(sum <= shift_max, `${name}: a layout shift of ${sum.toFixed(3)}\n${told.join("\n")}`);
  return sum;
}
