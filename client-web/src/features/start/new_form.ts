/** What the maker of a circle entered so far. */
import type { FormatName, Ways } from "./formats";

export interface NewForm {
  title: string;
  format: FormatName;
  /** Only what the maker chose: choosing another format discards nothing. */
  chosen: Partial<Ways>;
  /** Absent if the format's own agreements are unchanged. */
  agreements?: string;
  heldBy: string;
  /** Start time of the next session, in the maker's time zone. */
  hour: string;
}

export function emptyForm(): NewForm {
  return { title: "", format: "support", chosen: {}, heldBy: "", hour: "" };
}
