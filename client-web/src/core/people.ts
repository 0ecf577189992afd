import { plain } from "./text";
import type { Common, Person, Role, SeatNo, Snapshot } from "./wire";

export function isStaff(role: Role): boolean {
  return role === "facilitator" || role === "moderator";
}

export function personOf(common: Common, seat: SeatNo): Person | undefined {
  return common.people.find((person) => person.seat === seat);
}

/** Returns the person whose page this is. */
export function meOf(snapshot: Snapshot): Person | undefined {
  return personOf(snapshot.common, snapshot.seat);
}

export function isStaffHere(common: Common): boolean {
  return common.people.some(({ role, presence }) => presence === "here" && isStaff(role));
}

/** Here, sharing, and no listener. Mutes are left out, as in all that everyone sees. */
export function seemsEligible(person: Person | undefined): boolean {
  return person?.presence === "here" && person.stance === "sharing" && person.role !== "listener";
}

/** Letters that look like another one, and which: enough to notice a borrowed name, no more. */
const alike = [..."01|iı53авсеніјкморѕтухαεικνορυ"];
const asThese = "ollllseabcehljkmopstyxaelkvopu";
function skeleton(name: string): string {
  const bare = name
    .normalize("NFKD")
    .replace(/\p{M}|\p{Cf}/gu, "")
    .toLowerCase();
  return [...bare.replace(/\s+/g, " ").trim()].map((char) => asThese[alike.indexOf(char)] ?? char).join("");
}

/**
 * Returns the name to show for each seat. Names need not be unique: whoever bears the same name as
 * someone who came before, or one that looks like it, is shown with a number.
 */
export function namesOf(people: readonly Person[], unnamed: string): Map<SeatNo, string> {
  const seen = new Map<string, number>();
  return new Map(
    people.map(({ seat, name }) => {
      const words = plain(name.text) ?? unnamed;
      const key = skeleton(words);
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      return [seat, count === 1 ? words : `${words} (${count})`] as const;
    }),
  );
}
