/** The guide for first-time hosts, until it is dismissed on this device. */
import { deviceStorage } from "../../io/storage";

/** Says only that the guide was dismissed here, so it needs no time and stays after leaving. */
export const guideAt = "hearth/guide";

export class Guide {
  /** Whether it is still to be shown. */
  shown: boolean = $state.raw(deviceStorage().getItem(guideAt) === null);

  /** Dismisses it for good: if the browser forbids storage, for as long as the page is open. */
  dismiss(): void {
    this.shown = false;
    try {
      deviceStorage().setItem(guideAt, "off");
    } catch {
      // Then it is shown again at the next visit.
    }
  }
}

export const guide = new Guide();
