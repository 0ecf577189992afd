/** Whether something in the log is in sight. */
export class Sight {
  inSight: boolean = $state.raw(false);

  /** Watches the element that this is attached to. */
  readonly watch = (element: HTMLElement) => {
    const observer = new IntersectionObserver((seen) => (this.inSight = seen.at(-1)?.isIntersecting ?? false), {
      root: element.closest("[data-log]"),
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      this.inSight = false;
    };
  };
}
