// A person without a mouse. After each key the focus is somewhere, and it is known where.
import assert from "node:assert/strict";

/** More steps than this to reach a control, and nobody would. */
const steps_max = 60;
/** So long the focus may be nowhere while a screen changes, before a screen reader has lost its place. */
const lost_ms = 150;

export class Keyboard {
  constructor(person) {
    Object.assign(this, { person, page: person.page });
  }

  /** Begins to watch: from now on the focus must not fall to the document. */
  async watch() {
    await this.page.evaluate((after_ms) => {
      window.focusLost = [];
      let since;
      let last = "the beginning";
      // After the last control of a page, and before the first, the focus is with the browser for one step.
      let stepped = false;
      addEventListener("keydown", ({ key }) => (stepped = key === "Tab"), true);
      addEventListener("focusin", () => (stepped = false), true);
      setInterval(() => {
        const { activeElement } = document;
        if (stepped) {
          since = undefined;
        } else if (activeElement !== document.body && activeElement !== null) {
          last = activeElement.outerHTML.slice(0, 160);
          since = undefined;
        } else if (since === undefined) {
          since = performance.now();
        } else if (since < Infinity && performance.now() - since > after_ms) {
          window.focusLost.push(last);
          since = Infinity;
        }
      }, 20);
    }, lost_ms);
  }

  /** Since it is watched, the focus was never lost. */
  async neverLostFocus() {
    assert.deepEqual(await this.page.evaluate(() => window.focusLost), [], "the focus was lost after these");
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(words) {
    await this.page.keyboard.type(words);
  }

  /** The name of what has the focus, as a screen reader says it. */
  focused() {
    return this.page.evaluate(() => {
      const { activeElement: it } = document;
      if (it === null || it === document.body) return undefined;
      const by = it.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id)?.textContent);
      const name = it.getAttribute("aria-label") ?? by?.join(" ") ?? it.labels?.[0]?.textContent ?? it.textContent;
      return name.replace(/\s+/g, " ").trim();
    });
  }

  /** Waits until the focus is on what has this name, wherever the page has put it. */
  async isOn(name) {
    const until = Date.now() + 5_000;
    while (Date.now() < until) {
      if (matches(await this.focused(), name)) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    assert.fail(`the focus is on ${await this.focused()}, not on ${name}`);
  }

  /** Tabs, forwards or back, until the focus is on what has this name. */
  async reach(name, key = "Tab") {
    const passed = [];
    for (let steps = 0; steps <= steps_max; steps += 1) {
      const now = await this.focused();
      if (matches(now, name)) return;
      passed.push(now);
      await this.press(key);
    }
    assert.fail(`${name} cannot be reached by ${key}: ${passed.join(" | ")}`);
  }

  /** Reaches a control and presses it. */
  async use(name, { by = "Enter", back = false } = {}) {
    await this.reach(name, back ? "Shift+Tab" : "Tab");
    await this.press(by);
  }

  /** Chooses in a list that has the focus, as the arrow keys do. */
  async choose(label) {
    for (let steps = 0; steps < steps_max; steps += 1) {
      const chosen = await this.page.evaluate(() => document.activeElement.selectedOptions?.[0]?.textContent.trim());
      if (chosen === label) return;
      await this.press("ArrowDown");
    }
    assert.fail(`${label} cannot be chosen by the arrow keys`);
  }
}

function matches(focused, name) {
  return name instanceof RegExp ? name.test(focused ?? "") : focused === name;
}
