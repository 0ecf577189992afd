// A tool that translates pages: it keeps putting `<font>` elements in place of the text nodes, as browsers' translators do.
const every_ms = 300;

/** Starts translating a person's page. The words stay the same, so that a story can still read them. */
export async function translate({ page }) {
  await page.evaluate((ms) => {
    const wrap = () => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) texts.push(walker.currentNode);
      for (const text of texts) {
        const skipped = text.parentElement.closest("script, style, svg, textarea, font");
        if (skipped || text.data.trim() === "") continue;
        const [outer, inner] = [document.createElement("font"), document.createElement("font")];
        inner.textContent = text.data;
        outer.append(inner);
        text.replaceWith(outer);
      }
    };
    wrap();
    setInterval(wrap, ms);
  }, every_ms);
}

/** Waits until everything that the page shows now has been translated. */
export async function isTranslated({ page }) {
  await page.waitForTimeout(2 * every_ms);
}
