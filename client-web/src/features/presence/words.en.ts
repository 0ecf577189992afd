import type { Isolated } from "../../core/view/isolated";
import type { Mark, Standing } from "./standing";
import type { State, Who } from "../room/where";
import type { Person, RefusalCode } from "../../core/wire";
import { span as rounded } from "../../core/clock";
import { sentences } from "../../words/refusals.en";
import { type Own, roles, presences, span, stances, you as oneself } from "../../words/common.en";

export { people } from "../../words/common.en";

const ordinal = new Intl.PluralRules("en-GB", { type: "ordinal" });
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
const nth = (count: number): string => count + (endings[ordinal.select(count)] ?? "th");

const standings: Record<Exclude<Standing["is"], "waits">, string> = {
  turn: "has the turn",
  offered: "being asked",
  next: "next",
  heard: "has spoken",
  passed: "passed",
  later: "later",
  hand: "hand raised",
};

const standingWords = (standing: Standing): string =>
  standing.is === "waits" ? nth(standing.place) : standings[standing.is];
export const muted = "muted";

/** The same, where there's only room for a word. */
const shortly: Partial<Record<Standing["is"], string>> = {
  turn: "speaking",
  offered: "asked",
  heard: "spoke",
  hand: "hand up",
};

/** A word or two under a person's name. */
export function markOf(mark: Mark | undefined): string {
  if (mark === undefined) return "";
  switch (mark.is) {
    case "away":
      return presences.away;
    case "muted":
      return muted;
    case "you":
      return oneself;
    case "stance":
      return stances[mark.stance];
    case "role":
      return roles[mark.role];
    default:
      return shortly[mark.is] ?? standingWords(mark);
  }
}

/** Everything about a person, for people who can't see the ring. */
export function about(
  person: Person,
  standing: Standing | undefined,
  is: { muted: boolean; me: boolean },
): string {
  const place = standing?.is === "waits" ? `waiting, ${nth(standing.place)}` : undefined;
  const offered = standing?.is === "offered" ? "is offered the turn" : undefined;
  const all = [
    is.me ? oneself : undefined,
    roles[person.role],
    person.presence === "away" ? presences.away : undefined,
    person.stance === "sharing" || person.role === "listener" ? undefined : stances[person.stance],
    is.muted ? muted : undefined,
    place ?? offered ?? (standing && standingWords(standing)),
  ];
  return all.filter((words) => words !== undefined).join(", ");
}

const whose = (who: Who, yours: Own, theirs: Own): string[] =>
  who === "you" ? ["You", yours] : [who, theirs];

/** The text in the centre of the ring: a name or a word, and a little more. */
export function centre(state: State): string[] {
  switch (state.is) {
    case "held": {
      const [name = "", has = ""] = whose(state.who, "have the turn", "has the turn");
      if (state.away_ms !== undefined) return [name, state.who === "you" ? "have lost connection" : "has lost connection"];
      const time = state.left_ms === undefined ? [] : [`${span(rounded(state.left_ms))} left`];
      return [name, has, ...time];
    }
    case "offered":
      return whose(state.who, "would you like the turn?", "is offered the turn");
    case "muted":
      return ["You", "muted for now"];
    case "paused":
      return ["Paused"];
    case "silence":
      return ["In silence"];
    case "gathering":
      return ["Arriving"];
    case "lingering":
      return ["Goodbyes"];
    case "floor":
      return ["Open"];
    case "free":
      return state.you ? ["Free to take"] : ["In the centre"];
    case "complete":
      return ["Round complete"];
    case "ending":
      return ["Closing soon"];
    case "ended":
      return ["Over"];
    case "between":
      return ["Between rounds"];
    case "halted":
    case "awaits_hands":
    case "awaits_facilitator":
      return ["In the centre"];
  }
}

export const you = {
  title: "You",
  takePart: "Take part again",
  stance: "How would you like to take part?",
  sitOut: "Pass this round",
  renameLabel: "Your name",
  keep: "Keep this circle on this device",
  kept: "Kept on this device",
  keepFailed: "This device couldn’t keep it.",
  keepHint: "You’ll find it under My circles on the start page.",
  calm: "Calm mode: nothing moves, nothing makes a sound",
  enterSends: "Enter sends, and Shift+Enter makes a new line",
  leave: "Leave the circle",
  leaveTitle: "Leave the circle?",
  leaveText: "You can come back until the session ends.",
};

export const saveName = "Save name";

const renames: Partial<Record<RefusalCode, string>> = {
  muted: "You can’t change your name while you’re muted.",
  paused: "You can change your name when the pause ends.",
  silence: "You can change your name when the silence ends.",
  ending: "You can’t change your name while the session is ending.",
  slow_down: "You can change your name again in a minute.",
};

/** Why someone can't change their own name now. */
export const renameRefused = (code: RefusalCode): string => renames[code] ?? sentences[code] ?? sentences.malformed;

export const moreAbout = (name: Isolated): string => `${name}: more`;
