/** Where a host's page finds the members' link. */
import type { CircleId, LinkRole } from "../../core/wire";
import { openLocker } from "../../io/locker";
import { CircleStorage, deviceStorage } from "../../io/storage";

/** The link that this page was opened with. */
interface Opened {
  secret: string;
  role: LinkRole;
  /** What the server keeps for it. */
  locker: string;
}

/**
 * Looks up the members' secret for a host who comes in, and keeps it in this tab, since a reload takes the host's
 * own secret away. `still` says whether the host is still the one in this tab.
 */
export async function keepInvite(kept: CircleStorage, link: Opened, still: () => boolean): Promise<void> {
  const { participant } = await openLocker(link.secret, link.locker);
  if (participant && still()) kept.invite = participant;
}

/** Returns the members' secret, if this page has it. */
export function inviteFor(circle: CircleId, link: { secret: string; role: LinkRole } | undefined): string | undefined {
  // A member who became a host came in by the very link.
  return link?.role === "participant" ? link.secret : new CircleStorage(deviceStorage(), circle).invite;
}
