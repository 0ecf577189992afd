import { span as rounded } from "../../core/clock";
import type { Place, State, Where, Who } from "../../core/where";
import { span } from "./common";

const subject = (who: Who): string => (who === "you" ? "You" : who);
const has = (who: Who): string => (who === "you" ? "have" : "has");
const about = (ms: number): string => `about ${span(rounded(ms))}`;

/** Returns the sentences that say where we are, the most important first. */
export function sentences({ state, next, place }: Where): string[] {
  const said = [stateSentence(state)];
  if (next) said.push(next === "you" ? "You are next." : `${next} is next.`);
  const own = place && placeSentence(place, next === "you");
  if (own) said.push(own);
  return said;
}

/** Returns what others have written to where we are: to a pause, and what is asked. */
export function asides({ message, asked }: Where): string[] {
  return [...(message ? [`“${message}”`] : []), ...(asked ? [`Asked: “${asked}”`] : [])];
}

function stateSentence(state: State): string {
  switch (state.is) {
    case "ended":
      return "This session is over.";
    case "ending":
      return `The session is over in ${about(state.left_ms)}, unless its staff go on.`;
    case "paused":
      return pausedSentence(state);
    case "gathering":
      return state.floor
        ? "People are arriving. Anyone may write."
        : "People are arriving. Writing begins when someone who holds this circle is here.";
    case "lingering":
      return state.floor
        ? "The rounds are over. Anyone may write a goodbye."
        : "The rounds are over. Nobody who holds this circle is here any more.";
    case "between":
      return "No round is under way. The next one begins when the facilitator opens it.";
    case "floor":
      return "Anyone may write.";
    case "held":
      return heldSentence(state);
    case "offered":
      return state.who === "you"
        ? "The turn is offered to you. There is no hurry."
        : `The turn is offered to ${state.who}.`;
    case "free":
      return freeSentence(state);
    case "complete":
      return "Everyone who is here has been asked. The round is complete.";
    case "halted":
      return "The turn rests in the centre until the facilitator goes on.";
    case "awaits_hands":
      return "The turn rests in the centre. It comes to whoever raises a hand.";
    case "awaits_facilitator":
      return state.you
        ? "The turn rests in the centre, for you to offer."
        : "The turn rests in the centre. The facilitator offers it next.";
  }
}

function heldSentence(state: Extract<State, { is: "held" }>): string {
  const turn = `${subject(state.who)} ${has(state.who)} the turn`;
  if (state.away_ms !== undefined) {
    return `${turn}, and ${state.who === "you" ? "are" : "is"} away for a moment: it waits ${about(state.away_ms)}.`;
  }
  if (state.left_ms === undefined) return `${turn}.`;
  if (state.left_ms > 0) return `${turn}, with ${about(state.left_ms)} left.`;
  return state.firm ? `${turn}. The time is over.` : `${turn}. The time is over; it may round off gently.`;
}

function freeSentence(state: Extract<State, { is: "free" }>): string {
  if (state.first && !state.you) {
    return "The turn lies in the centre. Those who have not been heard may take it first.";
  }
  return state.you
    ? "The turn lies in the centre. You may take it."
    : "The turn lies in the centre, for whoever takes it.";
}

function pausedSentence(state: Extract<State, { is: "paused" }>): string {
  const keeps = state.keeps
    ? ` ${subject(state.keeps)} ${state.keeps === "you" ? "keep" : "keeps"} the turn.`
    : "";
  if (state.why === "no_staff") {
    const ends =
      state.left_ms === undefined ? "" : ` Without them the session ends in ${about(state.left_ms)}.`;
    return `The circle waits for its facilitator to come back.${ends}${keeps}`;
  }
  const by = state.by ? `${subject(state.by)} ${has(state.by)} paused the circle.` : "The circle is paused.";
  return by + keeps;
}

function placeSentence(place: Place, next: boolean): string | undefined {
  switch (place.is) {
    case "muted":
      return "You are muted for now, and keep your place.";
    case "listener":
      return "You are here as a listener.";
    case "listening":
      return "You are listening: the turn passes you by.";
    case "resting":
      return "You are resting: the turn passes you by.";
    case "heard":
      return "You have been heard in this round.";
    case "passed":
      return "You have passed this round.";
    case "later":
      return next ? undefined : "You said later: the turn comes back to you in this round.";
    case "joins_next":
      return "You join in with the next round.";
    case "not_heard":
      return "You have not been heard in this round yet.";
    case "hand_down":
      return "Raise your hand when you would like the turn.";
    case "waits":
      return next ? undefined : waitsSentence(place.before);
  }
}

function waitsSentence(before: number): string | undefined {
  if (before < 0) return undefined;
  if (before === 0) return "Nobody waits before you.";
  return before === 1 ? "One person waits before you." : `${before} people wait before you.`;
}
