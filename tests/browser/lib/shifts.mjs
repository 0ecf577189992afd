// Layout shifts: what moves on a page without its person having done anything.
import assert from "node:assert/strict";

/**
 * The most that may shift; Web Vitals calls 0.1 good. It is the standard CLS of a whole session: the largest burst, where a burst is
 * shifts less than a second apart and lasts five seconds at most. The most today is an offer on a small phone, 0.06.
 */
const shift_max = 0.07;

/**
 * A shift so soon after an input comes from it. Browsers take half a second, but on a busy machine the answer to a press may need
 * longer.
 */
const answer_ms = 1_000;

/** Starts recording on a person's page. Reloading the page loses the record. */
export async function recordShifts({ page }) {
  await page.evaluate((answer) => {
    window.shifts = [];
    let input = -Infinity;
    for (const type of ["pointerdown", "keydown", "input"]) addEventListener(type, ({ timeStamp }) => (input = timeStamp), true);
    const nameOf = ({ node }) => {
      const element = node instanceof Element ? node : node?.parentElement;
      return element ? `${element.localName}.${element.className}`.slice(0, 60) : "";
    };
    new PerformanceObserver((list) => {
      for (const { hadRecentInput, startTime, value, sources } of list.getEntries()) {
        if (!hadRecentInput && startTime > input + answer) window.shifts.push({ at: startTime, value, moved: sources.map(nameOf) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  }, answer_ms);
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
