// Drives a page by keyboard alone and watches that the focus is never lost.
import assert from "node:assert/strict";

/** The most presses of Tab that anyone should need to reach a control. */
const steps_max = 60;
/** How long nothing may have the focus while a screen changes; after that a screen reader loses its place. */
const lost_ms = 150;

export class Keyboard {
  constructor(person) {
    Object.assign(this, { person, page: person.page });
  }

  /** Starts watching: from now on the focus must not fall back to the document. */
  async watch() {
    await this.page.evaluate((after_ms) => {
      window.focusLost = [];
      let since;
      let last = "the beginning";
      // Tabbing past the last control moves the focus to the browser for one step.
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

  /** Fails if the focus was lost since `watch`. */
  async neverLostFocus() {
    assert.deepEqual(await this.page.evaluate(() => window.focusLost), [], "elements that had the focus before it was lost");
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(words) {
    await this.page.keyboard.type(words);
  }

  /** Returns the focused element's accessible name. */
  focused() {
    return this.page.evaluate(() => {
      const { activeElement: it } = document;
      if (it === null || it === document.body) return undefined;
      const by = it.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id)?.textContent);
      const name = it.getAttribute("aria-label") ?? by?.join(" ") ?? it.labels?.[0]?.textContent ?? it.textContent;
      return name.replace(/[\u2068\u2069]/g, "").replace(/\s+/g, " ").trim();
    });
  }

  /** Waits until the page has moved the focus to the control of this name. */
  async isOn(name) {
    const until = Date.now() + 5_000;
    while (Date.now() < until) {
      if (matches(await this.focused(), name)) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    assert.fail(`the focus is on ${await this.focused()}, not on ${name}`);
  }

  /** Presses `key` until the control of this name has the focus. */
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

  /** Selects an option of the focused list with the arrow keys. */
  async choose(label) {
    for (let steps = 0; steps < steps_max; steps += 1) {
      const chosen = await this.page.evaluate(() => document.activeElement.selectedOptions?.[0]?.textContent.replace(/[\u2068\u2069]/g, "").trim());
      if (chosen === label) return;
      await this.press("ArrowDown");
    }
    assert.fail(`${label} cannot be chosen by the arrow keys`);
  }
}

function matches(focused, name) {
  return name instanceof RegExp ? name.test(focused ?? "") : focused === name;
}
