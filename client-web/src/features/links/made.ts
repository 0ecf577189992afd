import { linkOf } from "../../core/address";
import type { CircleId, LinkRole } from "../../core/wire";

/** A circle that was just created, and the secrets of its links. */
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
