/**
 * Browsers that open a keyboard over the page, as on iOS, shrink only the visual viewport. Others resize the page
 * (`interactive-widget` in index.html), and nothing is needed.
 */

/** Less than this is a toolbar. */
const keyboard_px = 120;

/** Sets the height and top of what the keyboard leaves, as `--seen` and `--above`. The returned function stops it. */
export function followKeyboard(root: HTMLElement = document.documentElement, viewport = window.visualViewport): () => void {
  if (!viewport) return () => undefined;
  const follow = () => {
    // Someone who zooms in sees a part of the page on purpose.
    const covers = viewport.scale < 1.01 && root.clientHeight - viewport.height > keyboard_px;
    for (const [name, px] of [["--seen", viewport.height], ["--above", viewport.offsetTop]] as const) {
      if (covers) root.style.setProperty(name, `${px}px`);
      else root.style.removeProperty(name);
    }
  };
  viewport.addEventListener("resize", follow);
  viewport.addEventListener("scroll", follow);
  follow();
  return () => {
    viewport.removeEventListener("resize", follow);
    viewport.removeEventListener("scroll", follow);
    for (const name of ["--seen", "--above"]) root.style.removeProperty(name);
  };
}
