// Accessibility checks that run in the browser: axe, target sizes and overflow.
import assert from "node:assert/strict";
import axe from "axe-core";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const target_px = 44;
/** Smallest space on each side of a button's label. */
const beside_px = 4;

/** Fails if axe finds a violation, the screen scrolls sideways, or a target is too small for a thumb. */
export async function isAccessible(person, where) {
  const context = `${person.name}, ${where}`;
  // axe reports targets that are only hidden behind the page's footer until the page is scrolled; we measure
  // them below.
  await isWithoutViolations(person, { runOnly: tags, rules: { "target-size": { enabled: false } } }, context);
  await fits(person, context);
  assert.deepEqual(await smallTargets(person), [], `${context}: targets of less than ${target_px} px`);
}

/** Checks contrast only, for a screen that `isAccessible` has checked in other colours. */
export function isLegible(person, where) {
  return isWithoutViolations(person, { runOnly: ["color-contrast"] }, `${person.name}, ${where}`);
}

/** Runs axe in the page, where it stays until the page is left: it is large, and there are many states. */
async function isWithoutViolations({ page }, options, context) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const found = await page.evaluate(async (how) => {
    const { violations } = await window.axe.run(document, { ...how, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }, options);
  assert.deepEqual(found, [], context);
}

/** Fails if the page scrolls sideways or a button is too narrow for its label. */
export async function fits({ page }, context) {
  const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  assert.ok(scroll <= inner, `${context}: ${scroll} px wide on a screen of ${inner}`);
  assert.deepEqual(await tightButtons(page), [], `${context}: buttons too narrow for their labels`);
}

function tightButtons(page) {
  return page.evaluate((least) => {
    const isTight = (button) => {
      if (button.getClientRects().length === 0) return false;
      const words = document.createRange();
      words.selectNodeContents(button);
      return words.getBoundingClientRect().width > button.getBoundingClientRect().width - 2 * least;
    };
    const buttons = [...document.querySelectorAll("button, a.button")].filter((button) => !button.querySelector("*:not(.said, bdi)"));
    return buttons.filter(isTight).map((button) => button.textContent.trim());
  }, beside_px);
}

/** Returns controls smaller than a thumb needs. Links within a sentence are exempt. */
function smallTargets({ page }) {
  return page.evaluate((least) => {
    const controls = "button, summary, input, select, textarea, a.button, [role=button]";
    const small = [];
    for (const control of document.querySelectorAll(controls)) {
      // The label of a radio button or checkbox is part of its target.
      const target = control.matches("[type=radio], [type=checkbox]") ? (control.labels?.[0] ?? control) : control;
      const { width, height } = target.getBoundingClientRect();
      if (width === 0 || Math.min(width, height) >= least - 0.5) continue;
      small.push(`${target.outerHTML.slice(0, 120)}: ${Math.round(width)} × ${Math.round(height)}`);
    }
    return small;
  }, target_px);
}
