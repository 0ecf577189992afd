import { span as rounded } from "../../core/clock";
import type { Place, State, Where, Who } from "./where";
import { span } from "../../words/common.en";

const subject = (who: Who): string => (who === "you" ? "You" : who);
const has = (who: Who): string => (who === "you" ? "have" : "has");
const about = (ms: number): string => `about ${span(rounded(ms))}`;

/** Returns the one sentence that says where we are, the most important first. */
export function sentence({ state, next, place, closing }: Where): string {
  const clauses = [
    stateClause(state),
    next && (next === "you" ? "you are next" : `${next} is next`),
    place && placeClause(place, next === "you"),
    closing && "this is the closing",
  ];
  return `${clauses.filter((clause) => clause).join("; ")}.`;
}

/** Said before the sentence while the line is down. */
export const whenLost = "When the connection was lost:";

/** Returns what others have written to where we are: to a pause, and what is asked. */
export function asides({ message, asked }: Where): string[] {
  return [...(message ? [`“${message}”`] : []), ...(asked ? [`Asked: “${asked}”`] : [])];
}

function stateClause(state: State): string {
  switch (state.is) {
    case "ended":
      return "This session is over";
    case "ending":
      return `The session is over in ${about(state.left_ms)}, unless the hosts go on`;
    case "paused":
      return pausedClause(state);
    case "silence":
      return silenceClause(state);
    case "gathering":
      return state.floor
        ? "People are arriving, and anyone may write"
        : "People are arriving; writing begins when someone who holds this circle is here";
    case "lingering":
      return state.floor
        ? "The rounds are over, and anyone may write a goodbye"
        : "The rounds are over, and nobody who holds this circle is here any more";
    case "between":
      return `No round is under way; the next begins when ${state.you ? "you open" : "the facilitator opens"} it`;
    case "floor":
      return "Anyone may write";
    case "held":
      return heldClause(state);
    case "offered":
      return state.who === "you"
        ? "The turn is offered to you, and there is no hurry"
        : `The turn is offered to ${state.who}${state.away ? ", who is away for a moment" : ""}`;
    case "muted":
      return "The turn has come to you; you are muted for now, so it moves on by itself, as if you had said later";
    case "free":
      return freeClause(state);
    case "complete":
      return `Everyone who is here has been asked, and ${state.free ? "whoever likes may take the turn again" : "the round is complete"}`;
    case "halted":
      return "The turn rests in the centre until the facilitator goes on";
    case "awaits_hands":
      return "The turn rests in the centre, and comes to whoever raises a hand";
    case "awaits_facilitator":
      return state.you
        ? "The turn rests in the centre, for you to offer"
        : "The turn rests in the centre, and the facilitator offers it next";
  }
}

function heldClause(state: Extract<State, { is: "held" }>): string {
  const turn = `${subject(state.who)} ${has(state.who)} the turn`;
  if (state.away_ms !== undefined) {
    return `${turn}, and ${state.who === "you" ? "are" : "is"} away for a moment: it waits ${about(state.away_ms)}`;
  }
  if (state.left_ms === undefined) return turn;
  if (state.left_ms > 0) return `${turn}, with ${about(state.left_ms)} left`;
  return state.firm ? `${turn}, and the time is over` : `${turn}; the time is over, and it may round off gently`;
}

function freeClause(state: Extract<State, { is: "free" }>): string {
  if (state.first && !state.you) {
    return "The turn lies in the centre, first for those who have not been heard";
  }
  return state.you
    ? "The turn lies in the centre, and you may take it"
    : "The turn lies in the centre, for whoever takes it";
}

function pausedClause(state: Extract<State, { is: "paused" }>): string {
  const keeps = keepsClause(state.keeps);
  if (state.reason === "no_host") {
    const ends =
      state.left_ms === undefined ? "" : `, and without them ends in ${about(state.left_ms)}`;
    return `The circle waits for its facilitator to come back${ends}${keeps}`;
  }
  const by = state.by ? `${subject(state.by)} ${has(state.by)} paused the circle` : "The circle is paused";
  return by + keeps;
}

function silenceClause({ left_ms, keeps }: Extract<State, { is: "silence" }>): string {
  const ends = left_ms > 0 ? `We’re in silence for ${about(left_ms)}` : "The silence ends in a moment";
  return ends + keepsClause(keeps);
}

function keepsClause(who: Who | undefined): string {
  return who ? `; ${who === "you" ? "you keep" : `${who} keeps`} the turn` : "";
}

function placeClause(place: Place, next: boolean): string | undefined {
  switch (place.is) {
    case "muted":
      return "you are muted for now";
    case "listener":
      return "you are here as a listener";
    case "listening":
      return "you are listening, and the turn passes you by";
    case "resting":
      return "you are resting, and the turn passes you by";
    case "heard":
      return "you have been heard in this round";
    case "passed":
      return "you have passed this round";
    case "later":
      return next ? undefined : "you said later, and the turn comes back to you";
    case "joins_next":
      return "you join in with the next round";
    case "not_heard":
      return "you have not been heard in this round yet";
    case "hand_down":
      return "raise your hand when you would like the turn";
    case "waits":
      return next ? undefined : waitsClause(place.before);
  }
}

function waitsClause(before: number): string | undefined {
  if (before < 0) return undefined;
  if (before === 0) return "nobody waits before you";
  return before === 1 ? "one person waits before you" : `${before} people wait before you`;
}
