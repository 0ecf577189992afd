/** Opens links. Offline, the browser would replace the page with an error, so it waits for the network. */
import { online } from "../../io/online.svelte";

export class Opening {
  /** The link that is opened as soon as there is a network. */
  waits: string | undefined = $state.raw();

  /** Opens a link, now or later. */
  open(href: string): void {
    if (online.is) location.assign(href);
    else this.waits = href;
  }

  /** Opens nothing later. */
  forget(): void {
    this.waits = undefined;
  }

  /** Opens what waits, if the network is back. */
  proceed(): void {
    if (this.waits === undefined || !online.is) return;
    const href = this.waits;
    this.waits = undefined;
    location.assign(href);
  }
}

export const opening = new Opening();
