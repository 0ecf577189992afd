// What a screen reader is told: everything that lands in the page's live regions, in order.

/** Begins to listen on a person's page, which must not be loaded again meanwhile. */
export async function listenTo(person) {
  await person.page.evaluate(() => {
    window.told = [];
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        const element = node instanceof Element ? node : node.parentElement;
        const region = element?.closest("[aria-live], [role=status], [role=alert], [role=log]");
        const text = node.textContent?.trim();
        if (region && text) {
          const how = region.getAttribute("aria-live") ?? region.getAttribute("role");
          window.told.push(`${how}: ${text}`);
        }
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}

/** Returns what was told since the last time this was asked. */
export function told(person) {
  return person.page.evaluate(() => window.told.splice(0));
}

/** Waits until this was told, among other things. */
export async function isTold(person, sentence) {
  await person.page.waitForFunction((wanted) => window.told.includes(wanted), sentence);
}
