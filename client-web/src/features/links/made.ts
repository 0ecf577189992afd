import { linkOf } from "../../core/address";
import type { CircleId, LinkRole } from "../../core/wire";

/** A circle that was just created. Its secrets are stored nowhere else. */
export interface Made {
  title: string;
  circle: CircleId;
  secrets: Record<LinkRole, string>;
}

/** One link, as a card shows it. */
export interface Link {
  title: string;
  role: LinkRole;
  href: string;
}

export function linkTo(title: string, circle: CircleId, role: LinkRole, secret: string): Link {
  return { title, role, href: linkOf(location.origin, circle, secret) };
}

/** What the maker entered in the form. */
export interface Wrote {
  title: string;
  /** Absent if the format's own agreements are unchanged. */
  agreements?: string;
  heldBy: string;
  /** Start time of the next session, in the maker's time zone. */
  hour: string;
}
