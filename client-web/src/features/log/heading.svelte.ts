/** Whether the open round's heading, with its question, is in sight in the log. */
class Heading {
  inSight: boolean = $state.raw(false);

  /** Watches the heading that this is attached to. */
  readonly watch = (heading: HTMLElement) => {
    const observer = new IntersectionObserver((seen) => (this.inSight = seen.at(-1)?.isIntersecting ?? false), {
      root: heading.closest("[data-log]"),
    });
    observer.observe(heading);
    return () => {
      observer.disconnect();
      this.inSight = false;
    };
  };
}

export const heading = new Heading();
