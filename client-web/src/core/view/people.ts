import { type Isolated, named } from "./isolated";
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

/** Returns whether they may do what facilitators may: as one, or as a moderator who acts for them. */
export function guides(person: Person | undefined, { session }: RoomView): boolean {
  return person?.role === "facilitator" || (person?.role === "moderator" && session.moderators_act);
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
  return [...bare(name)].map((char) => asThese[alike.indexOf(char)] ?? char).join("");
}

function bare(name: string): string {
  const letters = name
    .normalize("NFKD")
    .replace(/\p{M}|\p{Cf}/gu, "")
    .toUpperCase()
    .toLowerCase();
  return letters.replace(/\s+/g, " ").trim();
}

/** A number at the end of a name, like those that the page adds: "Sam (2)", "Sam #2", "Sam²". */
const numbered = /^(.*?[^\s\p{P}\p{S}\d])[\s\p{P}\p{S}]*?0*([1-9]\d*)[\s\p{P}\p{S}]*$/u;

/** Returns what a name is compared by, and the number that it claims: 1 if there is none. */
function claimOf(name: string): { key: string; claim: number } {
  const [, base, number] = numbered.exec(bare(name)) ?? [];
  const claim = Number(number ?? 1);
  // The page never adds the number 1, so it is part of the name.
  return base && claim > 1 ? { key: skeleton(base), claim } : { key: skeleton(name), claim: 1 };
}

/** The page's own words beside a name. */
export interface NameWords {
  unnamed: string;
  host: string;
  roles: Record<Role, string>;
}

/** A name as others see it. */
export interface ShownName {
  /** As the person typed it. */
  name: string;
  /** Present if the name is like that of someone who joined earlier. Drawn as a mark of its own. */
  number?: number;
  /** What the person is. Every host has one, and everyone whose name claims to be something. */
  badge?: string;
  /** The name inside a sentence. */
  plain: Isolated;
}

/**
 * Returns the name of each seat. Names need not be unique: anyone whose name is equal or similar to
 * that of someone who joined earlier gets a number, which nobody else has or claims: after "Sam" and
 * a "Sam (2)" who typed that, the next Sam is number 3. In plain text, number and badge stand in
 * parentheses at the end. A name that itself ends in a closing bracket always has a badge, so the
 * last parentheses are never part of a name.
 */
export function namesOf(view: Pick<View, "room" | "texts">, words: NameWords): Map<SeatNo, ShownName> {
  const people = peopleOf(view.room).map(({ seat, name, role }) => ({ seat, role, typed: textOf(view, name) ?? words.unnamed }));
  // Names change seldom, and everything that shows one depends on the result.
  const from = JSON.stringify([people, words]);
  if (from !== lastNames?.from) lastNames = { from, names: shownNames(people, words) };
  return lastNames.names;
}

let lastNames: { from: string; names: Map<SeatNo, ShownName> } | undefined;

function shownNames(all: { seat: SeatNo; role: Role; typed: string }[], words: NameWords): Map<SeatNo, ShownName> {
  const people = all.map((one) => ({ ...one, like: skeleton(one.typed), ...claimOf(one.typed) }));
  const titles = [words.host, words.roles.facilitator, words.roles.moderator].map(skeleton);
  const counts = new Map<string, number>();
  for (const { key } of people) counts.set(key, (counts.get(key) ?? 0) + 1);
  const taken = new Set<string>();
  return new Map(
    people.map(({ seat, role, typed, like, key, claim }) => {
      const place = (count: number) => `${count} ${key}`;
      let number: number | undefined;
      if (taken.has(place(claim))) for (number = 2; taken.has(place(number)); ) number += 1;
      taken.add(place(number ?? claim));
      const bracketed = /\p{Pe}$/u.test(like);
      const claims = bracketed || titles.some((title) => like.split(/[^\p{L}]+/u).includes(title));
      const host = isHost(role);
      const badge = host ? words.host : claims ? words.roles[role] : undefined;
      // A sentence mentions a host only if someone could be mistaken for another.
      const spoken = claims || (host && counts.get(key) !== 1) ? badge?.toLowerCase() : undefined;
      const aside = [spoken, number].filter((part) => part !== undefined).join(", ");
      return [seat, { name: typed, plain: named(typed, aside), ...(number && { number }), ...(badge && { badge }) }] as const;
    }),
  );
}
