/** Creates the links of a new circle: one secret for each role. */
import type { Entry, LinkRole } from "../core/wire";
import { entryKey, keyHash, linkRoles, newKey } from "./keys";
import { lockersOf, sealLocker } from "./locker";

export interface NewLinks {
  secrets: Record<LinkRole, string>;
  /** The part of them that the server stores. */
  entries: Entry[];
}

export async function newLinks(): Promise<NewLinks> {
  const secrets = Object.fromEntries(linkRoles.map((role) => [role, newKey()])) as Record<LinkRole, string>;
  const lockers = lockersOf(secrets);
  const entries = linkRoles.map(async (role): Promise<Entry> => {
    const secret = secrets[role];
    const isEmpty = Object.keys(lockers[role]).length === 0;
    const locker = isEmpty ? "" : await sealLocker(secret, lockers[role]);
    return { role, entry_hash: await keyHash(await entryKey(secret)), locker };
  });
  return { secrets, entries: await Promise.all(entries) };
}
