// Layout shifts: what moves on a page without its person having done anything.
import assert from "node:assert/strict";

/**
 * The largest cumulative layout shift of a whole session, apart from the offer. On a phone, the beginning of a round changes what is
 * above and below the conversation.
 */
const shift_max = 0.2;
/** When someone is asked, the circle makes room for the last words and the foot of their page grows: that is meant. */
const offer_max = 0.3;

/**
 * A shift so soon after an input comes from it. Browsers take half a second, but a busy machine may need longer for the answer to
 * a press.
 */
const answer_ms = 3_000;

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

/** Returns the largest window of shifts: less than a second apart, and five seconds at most, as Web Vitals defines it. */
function largestWindow(shifts) {
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
  const isOffer = ({ moved }) => moved.some((name) => name.startsWith("div.dock offered"));
  const tooMuch = [];
  for (const { page, name } of people) {
    const shifts = await page.evaluate(() => window.shifts);
    const { sum, shifts: largest } = largestWindow(shifts.filter((shift) => !isOffer(shift)));
    if (sum > shift_max) tooMuch.push([`${name}: ${sum.toFixed(3)}`, ...largest.map(told)].join("\n  "));
    tooMuch.push(...shifts.filter((shift) => isOffer(shift) && shift.value > offer_max).map((shift) => `${name}, asked: ${told(shift)}`));
  }
  assert.deepEqual(tooMuch, [], "pages moved by themselves");
}
