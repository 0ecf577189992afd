import { span as rounded } from "../../core/clock";
import type { Place, State, Where, Who } from "./where";
import { plural, span, stopped } from "../../words/common.en";

const subject = (who: Who): string => (who === "you" ? "You" : who);
const has = (who: Who): string => (who === "you" ? "have" : "has");
const time = (ms: number): string => span(rounded(ms));

/** Returns where we are in a few short sentences, the most important first. */
export function sentence(where: Where): string {
  const { headline, more } = lines(where);
  return [headline, ...more].map(stopped).join(" ");
}

/** Returns the sentence that says whose turn it is, and those about what follows. */
export function lines({ state, next, place, closing }: Where): { headline: string; more: string[] } {
  // What is long is said in two sentences, of which only the first is large.
  const [headline = "", ...rest] = stateSentences(state).split("\n");
  const isAfter = place?.is === "waits" && place.before === 1;
  const more = [
    ...rest,
    next && nextSentence(next, isAfter),
    place && !(next && isAfter) && placeSentence(place, next === "you"),
    closing && "This is the closing",
  ];
  return { headline, more: more.filter((one) => typeof one === "string") };
}

const nextSentence = (next: Who, thenYou: boolean): string => {
  if (next === "you") return "You’re next";
  return thenYou ? `${next} is next, then you` : `${next} is next`;
};

/** Returns where we were when the connection dropped. */
export function lostLines(where: Where): { headline: string; more: string[] } {
  const { state } = where;
  if (state.is === "held") return { headline: `${subject(state.who)} had the turn when the connection dropped`, more: [] };
  if (state.is === "offered") {
    const were = state.who === "you" ? "You were" : `${state.who} was`;
    return { headline: `${were} being offered the turn when the connection dropped`, more: [] };
  }
  const { headline, more } = lines(where);
  return { headline: `When the connection dropped: ${headline}`, more };
}

export const asked = "The question:";

/** Returns one sentence or several, each on its own line. */
function stateSentences(state: State): string {
  switch (state.is) {
    case "ended":
      return "This session is over";
    case "ending":
      return state.left_ms > 0 ? `This session closes in ${time(state.left_ms)}` : "This session is closing now";
    case "paused":
      return pausedSentence(state);
    case "silence":
      return silenceSentence(state);
    case "gathering":
      return state.floor
        ? "People are arriving, and anyone can write"
        : "People are arriving\nYou can write when a host is here";
    case "lingering":
      return state.floor
        ? "The rounds are over, and anyone can write a goodbye"
        : "The rounds are over, and no host is here any more";
    case "between":
      return state.you
        ? "Between rounds\nOpen the next when you’re ready"
        : "Between rounds\nA host will open the next one";
    case "floor":
      return "Anyone can write";
    case "held":
      return heldSentence(state);
    case "offered":
      return state.who === "you"
        ? "The turn is offered to you\nThere’s no hurry"
        : `The turn is offered to ${state.who}${state.away ? ", who has lost connection" : ""}`;
    case "muted":
      return "The turn has come to you, but you’re muted for now\nIt moves on by itself, as if you’d said later";
    case "free":
      return freeSentence(state);
    case "complete":
      return state.free
        ? "Everyone here has been asked\nAnyone who’d like to can take the turn again"
        : "Everyone here has been asked, and the round is complete";
    case "halted":
      return "The turn stays in the centre until a host continues the round";
    case "awaits_hands":
      return "The turn is in the centre, for anyone who raises a hand";
    case "awaits_facilitator":
      return state.you
        ? "The turn is in the centre\nOffer it to someone when you’re ready"
        : "The turn is in the centre\nA host will offer it to someone";
  }
}

function heldSentence(state: Extract<State, { is: "held" }>): string {
  const turn = `${subject(state.who)} ${has(state.who)} the turn`;
  if (state.away_ms !== undefined) {
    const wait = state.away_ms > 0 ? `we’ll wait about ${time(state.away_ms)}` : "it moves on in a moment";
    return `${turn} but ${has(state.who)} lost connection; ${wait}`;
  }
  if (state.left_ms === undefined) return turn;
  if (state.left_ms > 0) return `${turn}, with about ${time(state.left_ms)} left`;
  if (state.firm) return `${turn}, and time is up`;
  return `${turn}\nTime is up; ${state.who === "you" ? "you" : "they"} can finish gently`;
}

function freeSentence({ first, you }: Extract<State, { is: "free" }>): string {
  if (first && !you) return "The turn is open; people who haven’t spoken go first";
  return you ? "The turn is open\nYou can take it" : "The turn is open to anyone who’d like it";
}

function pausedSentence(state: Extract<State, { is: "paused" }>): string {
  const keeps = keepsSentence(state.keeps);
  if (state.reason === "no_host") {
    const ends =
      state.left_ms === undefined || state.left_ms <= 0
        ? ""
        : `\nIf nobody does, the session ends in about ${time(state.left_ms)}`;
    return `The circle is paused until a host comes back${ends}${keeps}`;
  }
  const by = state.by ? `${subject(state.by)} paused the circle` : "The circle is paused";
  return by + keeps;
}

function silenceSentence({ left_ms, keeps }: Extract<State, { is: "silence" }>): string {
  const ends = left_ms > 0 ? `We’re in silence for about ${time(left_ms)}` : "The silence ends in a moment";
  return ends + keepsSentence(keeps);
}

function keepsSentence(who: Who | undefined): string {
  return who ? `\n${who === "you" ? "You keep" : `${who} keeps`} the turn` : "";
}

function placeSentence(place: Place, next: boolean): string | undefined {
  switch (place.is) {
    case "muted":
      return "You’re muted for now";
    case "listener":
      return "You’re here as a listener";
    case "listening":
      return "You’re listening, so the turn goes past you";
    case "resting":
      return "You’re resting, so the turn goes past you";
    case "heard":
      return "You’ve spoken in this round";
    case "passed":
      return "You’ve passed this round";
    case "later":
      return next ? undefined : "The turn will come back to you";
    case "joins_next":
      return "You’ll join in from the next round";
    case "not_heard":
      return "You haven’t spoken in this round yet";
    case "hand_down":
      return "Raise your hand when you’d like the turn";
    case "waits":
      return next ? undefined : waitsSentence(place.before);
  }
}

function waitsSentence(before: number): string | undefined {
  if (before < 0) return undefined;
  if (before === 0) return "Nobody is ahead of you";
  return `${plural(before, "person is", "people are")} ahead of you`;
}
