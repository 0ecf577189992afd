import { linkOf } from "../../core/address";
import type { CircleId, LinkRole } from "../../core/wire";

/** A circle that was just made. Its secrets are nowhere else. */
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

/** What a maker wrote, as its fields have it. */
export interface Wrote {
  title: string;
  /** Absent while the format's own agreements stand. */
  agreements?: string;
  heldBy: string;
  /** The hour of the next session, in the maker's own time. */
  hour: string;
}
