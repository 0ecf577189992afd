// Layout shifts: what moves on a page without its person having done anything.
import assert from "node:assert/strict";

/**
 * The most that may shift: half of what Web Vitals calls good. It is the standard CLS of a whole session: the largest burst, where a
 * burst is shifts less than a second apart and lasts five seconds at most.
 */
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

/** Returns the largest burst of shifts. */
function largestBurst(shifts) {
  let largest = { sum: 0, shifts: [] };
  let current = { sum: 0, shifts: [] };
  for (const shift of shifts) {
    const [first, last] = [current.shifts[0], current.shifts.at(-1)];
    if (!last || shift.at - last.at >= 1_000 || shift.at - first.at >= 5_000) current = { sum: 0, shifts: [] };
    current = { sum: current.sum + shift.value, shifts: [...current.shifts, shift] };
    if (current.sum > largest.sum) largest = current;
  }
  return largest;
}

/** Fails if more moved on anyone's page than may. */
export async function standStill(people) {
  const told = ({ value, moved }) => `${value.toFixed(3)} by ${moved.join(", ")}`;
  const tooMuch = [];
  for (const { page, name } of people) {
    const { sum, shifts } = largestBurst(await page.evaluate(() => window.shifts));
    if (sum >= shift_max) tooMuch.push([`${name}: ${sum.toFixed(3)}`, ...shifts.map(told)].join("\n  "));
  }
  assert.deepEqual(tooMuch, [], "pages moved by themselves");
}
