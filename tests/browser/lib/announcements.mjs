// What a screen reader announces: everything added to the page's live regions, in order.

/** Starts recording on a person's page. Reloading the page loses the record. */
export async function recordAnnouncements(person) {
  await person.page.evaluate(() => {
    window.announced = [];
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        const element = node instanceof Element ? node : node.parentElement;
        const region = element?.closest("[aria-live], [role=status], [role=alert], [role=log]");
        const text = node.textContent?.trim();
        if (region && text) {
          const how = region.getAttribute("aria-live") ?? region.getAttribute("role");
          window.announced.push(`${how}: ${text}`);
        }
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}

/** Returns the announcements since the last call. */
export function announced(person) {
  return person.page.evaluate(() => window.announced.splice(0));
}

/** Waits until `sentence` has been announced since the last call of `announced`. */
export async function isAnnounced(person, sentence) {
  await person.page.waitForFunction((wanted) => window.announced.includes(wanted), sentence);
}
