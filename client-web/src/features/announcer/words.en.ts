import type { News } from "./news";
import type { OfferEnd, TurnEnd } from "../../core/wire";
import type { Who } from "../room/where";
import * as silence from "../silence/words.en";
import { roles } from "../../words/common.en";

type NewsOf<K extends News["is"]> = Extract<News, { is: K }>;

const subject = (who: Who): string => (who === "you" ? "You" : who);
const has = (who: Who): string => (who === "you" ? "have" : "has");
const is = (who: Who): string => (who === "you" ? "are" : "is");

const turnEnds: Record<TurnEnd, (who: Who) => string> = {
  finished: (who) => `${subject(who)} ${is(who)} done.`,
  passed: (who) => `${subject(who)} passed.`,
  later: (who) => `${subject(who)} said later.`,
  skipped: () => "The turn was moved on.",
  reclaimed: () => "The facilitator took the turn back to the centre.",
  moved: () => "The facilitator gave the turn to someone else.",
  time_up: (who) => `${who === "you" ? "Your" : `${who}'s`} time is over.`,
  connection_lost: (who) => `${subject(who)} ${has(who)} not come back; the turn moved on.`,
  given_up: (who) => `${subject(who)} gave up the turn.`,
};

const offerEnds: Record<OfferEnd, (who: Who) => string> = {
  unanswered: (who) => `${subject(who)} did not answer; the turn comes back later.`,
  skipped: () => "The turn was moved on.",
  reclaimed: () => "The facilitator took the turn back to the centre.",
  moved: () => "The facilitator offered the turn to someone else.",
  lapsed: (who) => `${subject(who)} cannot take the turn just now.`,
};

/** A sentence for each kind of news. */
const sentences: { [K in News["is"]]: (news: NewsOf<K>) => string } = {
  offered: ({ who }) =>
    who === "you"
      ? "The turn is offered to you. Take it, pass, or say later; there is no hurry."
      : `The turn is offered to ${who}.`,
  taken: ({ who }) => (who === "you" ? "It is your turn." : `${who} has the turn.`),
  passed: ({ who }) => `${subject(who)} passed.`,
  later: ({ who }) => `${subject(who)} said later.`,
  shared: ({ who }) => `${subject(who)} shared.`,
  hand_up: ({ who }) => `${subject(who)} raised a hand.`,
  point: ({ who }) => `${subject(who)} asks for the hosts' attention.`,
  barred: ({ who }) => `${subject(who)} was removed.`,
  bar_lifted: ({ name }) => `${name} may come back.`,
  joined: ({ who }) => `${subject(who)} came in.`,
  left: ({ who }) => `${subject(who)} left.`,
  away: ({ who }) => `${subject(who)} ${is(who)} away.`,
  returned: ({ who }) => `${subject(who)} ${is(who)} back.`,
  turn_ended: ({ who, how }) => turnEnds[how](who),
  offer_ended: ({ who, how }) => offerEnds[how](who),
  round_opened: ({ words }) => (words ? `A round begins. Asked: ${words}` : "A round begins."),
  round_changed: ({ words }) => (words ? `Asked now: ${words}` : "Nothing particular is asked any more."),
  round_closed: () => "The round is over.",
  paused: ({ words }) => (words ? `The circle is paused: ${words}` : "The circle is paused."),
  resumed: () => "The circle goes on.",
  silence_began: ({ by, words }) => silence.began(by, words),
  silence_ended: () => silence.ended,
  announced: ({ who, words }) => `${subject(who)} to all: ${words}`,
  role: ({ who, role }) => `${subject(who)} ${is(who)} ${roles[role].toLowerCase()} now.`,
  renamed: ({ now, was }) => `${now} is ${was ?? "someone"}’s new name.${was ? "" : " A host changed it."}`,
  named: ({ now }) => `A host changed your name. You’re called ${now} now.`,
  limit_near: ({ who }) =>
    who === "you"
      ? "About a minute is left. Please round off when you can."
      : "About a minute of this turn is left.",
  limit_over: ({ who }) =>
    who === "you" ? "Your time is over. Please finish your sentence." : "The time of this turn is over.",
  reach_open: () => "Anyone may take the turn now.",
  ending: () => "The session is about to end.",
  end_undone: () => "The session goes on.",
  ended: () => "The session is over.",
  muted: () => "You are muted for now. When the turn comes to you, it moves on by itself, as if you had said later.",
  unmuted: () => "You can write again.",
  removed: () => "You have been removed from this session.",
  opened: () => "The session has begun.",
  closing: () => "The closing of the session begins.",
  lingering: () => "The rounds are over. There is time for goodbyes.",
};

export function sentence(news: News): string {
  const say = sentences[news.is] as (news: News) => string;
  return say(news);
}
