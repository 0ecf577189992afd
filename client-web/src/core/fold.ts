/**
 * How an event changes what the screen shows: assignment, never rules. The mirror of
 * `protocol/src/fold.rs`; recorded frames hold the two together (test/frames.test.ts).
 */
import type { Fact, RoomFact, SeatFact, StaffFact } from "./fact";
import type { Board, Common, Flow, Own, Person, Said, SeatNo, Snapshot } from "./wire";

/** An event that cannot follow what came before: a snapshot must be fetched anew. */
export class Unfoldable extends Error {}

/** Returns the snapshot after one event. The one given is not changed. */
export function fold(snapshot: Snapshot, fact: Fact): Snapshot {
  const { cursor } = snapshot;
  switch (fact.to) {
    case "room":
      follows("room", cursor.room, fact.number);
      return {
        ...snapshot,
        cursor: { ...cursor, room: fact.number },
        said: foldSaid(snapshot.said, snapshot.common, fact),
        common: foldCommon(snapshot.common, fact),
      };
    case "staff":
      if (!snapshot.board) throw new Unfoldable("a staff event reached a seat that is not staff");
      follows("staff", cursor.staff ?? 0, fact.number);
      return {
        ...snapshot,
        cursor: { ...cursor, staff: fact.number },
        board: foldBoard(snapshot.board, fact),
      };
    case "seat":
      follows("seat", cursor.seat, fact.number);
      return {
        ...snapshot,
        cursor: { ...cursor, seat: fact.number },
        own: foldOwn(snapshot.own, fact),
      };
  }
}

function follows(audience: string, last: number, got: number): void {
  if (got !== last + 1) {
    throw new Unfoldable(`an event of the ${audience} is numbered ${got}, but ${last + 1} is next`);
  }
}

/** `common` is the state before the event. */
function foldSaid(said: Said[], common: Common, fact: RoomFact): Said[] {
  switch (fact.name) {
    case "said": {
      const { words, seat, kind } = fact.body;
      const round = common.round?.number ?? 0;
      return [...said, { words, seat, kind, round, at: fact.at, taken_back: false, gestures: [] }];
    }
    case "taken_back":
      return withLast(said, fact.body.said, (entry) => ({
        ...entry,
        words: { id: entry.words.id },
        taken_back: true,
        gestures: [],
      }));
    case "gestured": {
      const { seat, kind, on } = fact.body;
      return withLast(said, fact.body.said, (entry) => {
        const others = entry.gestures.filter((made) => made.seat !== seat || made.kind !== kind);
        return { ...entry, gestures: on ? [...others, { seat, kind }] : others };
      });
    }
    default:
      return said;
  }
}

function withLast(said: Said[], id: string, change: (entry: Said) => Said): Said[] {
  const index = said.findLastIndex((entry) => entry.words.id === id);
  const entry = said[index];
  return entry ? said.with(index, change(entry)) : said;
}

function foldCommon(common: Common, fact: RoomFact): Common {
  const people = foldPeople(common.people, fact);
  const course = foldCourse(common, fact);
  const flow = "flow" in fact.body ? (fact.body.flow as Flow) : common.flow;
  return { ...course, people, flow };
}

function foldPeople(people: Person[], fact: RoomFact): Person[] {
  switch (fact.name) {
    case "joined":
      return [...people, fact.body.person];
    case "away":
      return withPerson(people, fact.body.seat, { presence: "away" });
    case "returned":
      return withPerson(people, fact.body.seat, { presence: "here" });
    case "left":
      return withPerson(people, fact.body.seat, { presence: "left" });
    case "woken":
      return fact.body.seats.reduce((all, seat) => withPerson(all, seat, { presence: "away" }), people);
    case "stance":
      return withPerson(people, fact.body.seat, { stance: fact.body.stance });
    case "role":
      return withPerson(people, fact.body.seat, { role: fact.body.role });
    case "renamed":
      return withPerson(people, fact.body.seat, { name: fact.body.name });
    default:
      return people;
  }
}

function withPerson(people: Person[], seat: SeatNo, change: Partial<Person>): Person[] {
  return people.map((person) => (person.seat === seat ? { ...person, ...change } : person));
}

function foldCourse(common: Common, fact: RoomFact): Common {
  switch (fact.name) {
    case "phase":
      return { ...common, phase: fact.body.phase };
    case "round_opened":
    case "round_changed":
      return { ...common, round: fact.body.round };
    case "round_closed":
      return common.round ? { ...common, round: { ...common.round, open: false } } : common;
    case "paused":
      return { ...common, paused: fact.body.pause };
    case "resumed":
      return without(common, "paused");
    case "ending":
      return { ...common, ending: fact.body.closes };
    case "end_undone":
      return without(common, "ending");
    case "ended":
      return { ...without(without(common, "ending"), "paused"), phase: "ended" };
    default:
      return common;
  }
}

function foldBoard(board: Board, fact: StaffFact): Board {
  switch (fact.name) {
    case "offer_clock":
      return { ...board, offer: fact.body };
    case "muted":
      return { ...board, muted: placed(board.muted, fact.body) };
    case "unmuted":
      return { ...board, muted: others(board.muted, fact.body.seat) };
    case "barred":
      return { ...board, barred: placed(board.barred, fact.body) };
    case "unbarred":
      return { ...board, barred: others(board.barred, fact.body.seat) };
    case "turns":
      return { ...board, turns: placed(board.turns, fact.body) };
    case "point_raised":
      return { ...board, points: [...board.points, fact.body.seat] };
    case "point_answered":
      return { ...board, points: board.points.filter((seat) => seat !== fact.body.seat) };
  }
}

function others<T extends { seat: SeatNo }>(entries: T[], seat: SeatNo): T[] {
  return entries.filter((entry) => entry.seat !== seat);
}

/** Returns the entries, by seat, with this one in the place of any other of its seat. */
function placed<T extends { seat: SeatNo }>(entries: T[], entry: T): T[] {
  return [...others(entries, entry.seat), entry].sort((a, b) => a.seat - b.seat);
}

function foldOwn(own: Own, fact: SeatFact): Own {
  switch (fact.name) {
    case "offer_clock":
      return { ...own, offer: fact.body };
    case "muted":
      return { ...own, muted: fact.body };
    case "unmuted":
      return without(own, "muted");
    case "removed":
      return { ...own, removed: true };
    case "restored":
      return { ...own, removed: false };
  }
}

function without<T extends object, K extends keyof T>(whole: T, key: K): Omit<T, K> & Partial<Pick<T, K>> {
  const { [key]: _gone, ...rest } = whole;
  return rest as Omit<T, K> & Partial<Pick<T, K>>;
}
