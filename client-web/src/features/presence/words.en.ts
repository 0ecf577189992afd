import type { Mark, Standing } from "./standing";
import type { State, Who } from "../room/where";
import type { Person, RefusalCode } from "../../core/wire";
import { span as rounded } from "../../core/clock";
import { sentences } from "../../words/refusals.en";
import { roles, presences, span, stances, you as oneself } from "../../words/common.en";

export const people = (count: number): string => (count === 1 ? "One person" : `${count} people`);

/** At most a hundred people are in a circle. */
const nth = (count: number): string =>
  count + ((count % 100 > 10 && count % 100 < 14 ? "" : ["", "st", "nd", "rd"][count % 10]) || "th");

const standings: Record<Exclude<Standing["is"], "waits">, string> = {
  turn: "has the turn",
  offered: "is asked",
  next: "next",
  heard: "heard",
  passed: "passed",
  later: "later",
  hand: "hand raised",
};

const standingWords = (standing: Standing): string =>
  standing.is === "waits" ? nth(standing.place) : standings[standing.is];
export const muted = "muted";
export const writing = "is writing …";

/** What stands under a person's name: a word or two. */
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
      return standingWords(mark);
  }
}

/** Everything that is to be said about a person, for those who do not see it. */
export function about(
  person: Person,
  standing: Standing | undefined,
  is: { muted: boolean; me: boolean },
): string {
  const waits = standing?.is === "waits" ? `waits, ${nth(standing.place)} in turn` : undefined;
  const all = [
    is.me ? oneself : undefined,
    roles[person.role],
    person.presence === "away" ? presences.away : undefined,
    person.stance === "sharing" || person.role === "listener" ? undefined : stances[person.stance],
    is.muted ? muted : undefined,
    waits ?? (standing && standingWords(standing)),
  ];
  return all.filter((words) => words !== undefined).join(", ");
}

const whose = (who: Who, yours: string, theirs: string): string[] =>
  who === "you" ? ["You", yours] : [who, theirs];

/** What stands in the centre of the ring: a name or a word, and a little more. */
export function centre(state: State): string[] {
  switch (state.is) {
    case "held": {
      const [name = "", has = ""] = whose(state.who, "have the turn", "has the turn");
      if (state.away_ms !== undefined) return [name, "away for a moment"];
      const time = state.left_ms === undefined ? [] : [`${span(rounded(state.left_ms))} left`];
      return [name, has, ...time];
    }
    case "offered":
      return whose(state.who, "would you like the turn?", "is asked");
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
      return ["Open to all"];
    case "free":
      return state.you ? ["Free to take"] : ["In the centre"];
    case "complete":
      return ["All were asked"];
    case "ending":
      return ["Ending"];
    case "ended":
      return ["Over"];
    case "between":
    case "halted":
    case "awaits_hands":
    case "awaits_facilitator":
      return ["At rest"];
  }
}

export const you = {
  title: "You",
  takePart: "Take part again",
  stance: "How are you here?",
  sitOut: "Pass this round",
  renameLabel: "The name you go by",
  keep: "Keep this circle on this device",
  kept: "Kept on this device",
  keepFailed: "This device could not keep it.",
  keepHint: "It then stands under My circles on the first page.",
  leave: "Leave the circle",
  leaveTitle: "Leave the circle?",
  leaveText: "You can come back as long as the session lasts.",
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
