/** The evening that all states of the room are moments of. */
import {
  hostView,
  held,
  type InRoom,
  message,
  messages,
  person,
  question as asks,
  round,
  type Seated,
  settings,
  texts,
  textId,
  type TurnAndQueue,
  view,
} from "../test/build";
import type { Round, View } from "../src/core/wire";
import { now } from "./state";

const minute = 60_000;
export const question = "What have you been carrying?";
export const [fay, ana, ben, cleo, dov, lee, mo] = [1, 2, 3, 4, 5, 6, 7] as const;

export const members: Seated[] = [
  person(fay, "Fay", { role: "facilitator" }),
  person(ana, "Ana"),
  person(ben, "Ben"),
  person(cleo, "Cleo"),
  person(dov, "Dov", { presence: "away" }),
  person(lee, "Lee", { role: "listener", stance: "listening" }),
  person(mo, "Mo", { role: "moderator" }),
];

/** Returns members under these names, with Fay and Ana first. */
export function membersCalled(names: readonly string[]): Seated[] {
  return [...members.slice(0, 2), ...names.map((name, at) => person(at + 3, name))];
}

export const many = (
  "Ben Cleo Dov Edith Filip Gwen Hana Ivo June Kofi Lena Marek Nadia Oskar Petra Quinn Rosa Samir Tilda Uwe Vera Wanda Ximena " +
  "Yusuf Zoe Anton Bea Carlo Dina Emre Frida Georg Helle Igor Jana Karim Livia Milo Noor"
).split(" ");

export const asked = round({ prompt: textId(question), limit: { ms: 3 * minute, firm: false } });

export const said = messages(
  message(1, fay, "Good evening, and welcome. I’m glad you’re here.", { kind: "announcement", round: 0, at: now - 21 * minute }),
  asks(2, question, { at: now - 10 * minute }),
  message(3, mo, "My sister’s dog. He’s fourteen, he sleeps on my coat, and I’ve told nobody how much I mind that he’s old.", {
    at: now - 9 * minute,
    gestures: { [ana]: ["heard"], [cleo]: ["with_you", "thank_you"] },
  }),
  message(4, ben, "His pill box.", { at: now - 3 * minute }),
  message(5, ben, "It’s filled up to Sunday and I can’t bring myself to empty it.", { at: now - 2 * minute }),
);

/** The usual moment: the second turn of a round. */
export const goRound: TurnAndQueue = { turn_id: 7, lineup: [mo, ben, cleo, ana, fay], heard: [mo], waiting: [cleo, ana, fay], next: cleo };
export const benSpeaks: TurnAndQueue = { ...goRound, token: held(ben, { since: now - 3 * minute, shares: 2 }) };

type Others = Partial<View>;

function moment(of: typeof view, more: InRoom, others: Others): View {
  const made = of(
    { people: members, round: asked, turn: benSpeaks, opened_at: now - 25 * minute, settings: { ...settings, bell: "everyone" }, ...more },
    { ...said, ...others },
  );
  const agreements = "What’s said here stays here.\nWe listen. We don’t give advice.\nEveryone can pass.";
  const { room } = made;
  return {
    ...made,
    room: { ...room, circle: { ...room.circle, agreements: textId(agreements) } },
    texts: { ...made.texts, ...texts(question, agreements) },
  };
}

/** Returns the room as Ana sees it. */
export const asAna = (more: InRoom = {}, others: Others = {}): View => moment(view, more, others);
/** Returns the room as Lee, who listens, sees it. */
export const asLee = (more: InRoom = {}, others: Others = {}): View => moment(view, more, { seat: lee, ...others });
/** Returns the room as Fay, who facilitates it, sees it. */
export const asFay = (more: InRoom = {}, others: Others = {}): View =>
  moment(hostView, more, { hosts: { mutes: {}, bars: {}, turns: { [mo]: 1, [ben]: 1 }, process_points: {} }, ...others });
/** Returns the room as Mo, who moderates it, sees it. */
export const asMo = (more: InRoom = {}, others: Others = {}): View => asFay(more, { seat: mo, ...others });

export const inOrder = (order: Round["order"], more: Partial<Round> = {}): Round => ({ ...asked, order, ...more });
export const inMinutes = (minutes: number): number => now + minutes * minute;
