import { memo } from "./memo";
import { textOf } from "./text";
import type { Person, Role, RoomView, SeatNo, View } from "../wire";

/** A person with their seat. */
export type Seated = Person & { seat: SeatNo };

const seated = memo((people: RoomView["people"]): readonly Seated[] =>
  Object.entries(people).map(([seat, person]) => ({ ...person, seat: Number(seat) })),
);

/** Returns everyone who has a seat, in the order they joined. */
export function peopleOf({ people }: RoomView): readonly Seated[] {
  return seated(people);
}

export function isHost(role: Role): boolean {
  return role === "facilitator" || role === "moderator";
}

/** Returns the person whose page this is. */
export function meOf({ room, seat }: View): Person | undefined {
  return room.people[seat];
}

export function isHostHere(room: RoomView): boolean {
  return peopleOf(room).some(({ role, presence }) => presence === "here" && isHost(role));
}

/**
 * Present, sharing, and not a listener. Ignores mutes, which only hosts and the muted person see.
 */
export function isEligible(person: Person | undefined): boolean {
  return person?.presence === "here" && person.stance === "sharing" && person.role !== "listener";
}

/** Letters that look alike: enough to notice a copied name, no more. */
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
 * Returns the display name of each seat. Names need not be unique: anyone whose name is equal or
 * similar to that of someone who joined earlier gets a number.
 */
export function namesOf(view: Pick<View, "room" | "texts">, unnamed: string): Map<SeatNo, string> {
  const seen = new Map<string, number>();
  return new Map(
    peopleOf(view.room).map(({ seat, name }) => {
      const words = textOf(view, name) ?? unnamed;
      const key = skeleton(words);
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      return [seat, count === 1 ? words : `${words} (${count})`] as const;
    }),
  );
}
