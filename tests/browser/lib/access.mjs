// What WCAG asks of a screen, measured in the browser.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const target_px = 44;
/** What is left on each side of a button's words. */
const beside_px = 4;

/** No violations that axe knows of, nothing wider than the screen, and no target too small for a thumb. */
export async function isAccessible(person, where) {
  const told = `${person.name}, ${where}`;
  // Of targets, axe counts what scrolling would bring out from behind the foot of the page.
  await isWithoutViolations(axe(person).withTags(tags).disableRules(["target-size"]), told);
  await fits(person, told);
  assert.deepEqual(await smallTargets(person), [], `${told}: targets of less than ${target_px} px`);
}

/** The same screen in other colours: what can be told apart is all that may have changed. */
export function isLegible(person, where) {
  return isWithoutViolations(axe(person).withRules(["color-contrast"]), `${person.name}, ${where}`);
}

/** There are no frames in the page: axe need not open a page of its own for them. */
function axe({ page }) {
  return new AxeBuilder({ page }).setLegacyMode(true);
}

async function isWithoutViolations(builder, told) {
  const { violations } = await builder.analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  assert.deepEqual(found, [], told);
}

/** Nothing has to be scrolled sideways, and no button is too narrow for its words. */
export async function fits({ page }, told) {
  const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  assert.ok(scroll <= inner, `${told}: ${scroll} px wide on a screen of ${inner}`);
  assert.deepEqual(await tightButtons(page), [], `${told}: buttons whose words stick out, or nearly`);
}

function tightButtons(page) {
  return page.evaluate((least) => {
    const isTight = (button) => {
      const words = document.createRange();
      words.selectNodeContents(button);
      return words.getBoundingClientRect().width > button.getBoundingClientRect().width - 2 * least;
    };
    const buttons = [...document.querySelectorAll("button, a.button")].filter((button) => !button.firstElementChild);
    return buttons.filter(isTight).map((button) => button.textContent.trim());
  }, beside_px);
}

/** Controls that are lower or narrower than a thumb needs; a link within a sentence may be. */
function smallTargets({ page }) {
  return page.evaluate((least) => {
    const controls = "button, summary, input, select, textarea, a.button, [role=button]";
    const small = [];
    for (const control of document.querySelectorAll(controls)) {
      // A radio button or a box to tick is pressed by its label as well.
      const target = control.matches("[type=radio], [type=checkbox]") ? (control.labels?.[0] ?? control) : control;
      const { width, height } = target.getBoundingClientRect();
      if (width === 0 || Math.min(width, height) >= least - 0.5) continue;
      small.push(`${target.outerHTML.slice(0, 120)}: ${Math.round(width)} × ${Math.round(height)}`);
    }
    return small;
  }, target_px);
}
