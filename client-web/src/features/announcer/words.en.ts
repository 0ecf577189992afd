import type { News } from "./news";
import type { OfferEnd, TurnEnd } from "../../core/wire";
import type { Who } from "../room/where";
import * as silence from "../silence/words.en";
import { roles } from "../../words/common.en";

type NewsOf<K extends News["is"]> = Extract<News, { is: K }>;

const subject = (who: Who): string => (who === "you" ? "You" : who);
const is = (who: Who): string => (who === "you" ? "are" : "is");

const over = (who: Who): string => (who === "you" ? "Your turn is over." : `${who}’s turn is over.`);

/** A mute can end a turn in several of these ways, so to the person who had it they all sound the same. */
const turnEnds: Record<TurnEnd, (who: Who) => string> = {
  finished: (who) => (who === "you" ? over(who) : `${who} has finished.`),
  passed: (who) => (who === "you" ? over(who) : `${who} passed.`),
  later: (who) => (who === "you" ? over(who) : `${who} said later.`),
  skipped: () => "The turn moved on.",
  reclaimed: () => "The turn went back to the centre.",
  moved: () => "The turn was offered to someone else.",
  time_up: (who) => `${who === "you" ? "Your" : `${who}’s`} time is up.`,
  connection_lost: (who) => `${subject(who)} didn’t reconnect in time, so the turn moved on.`,
  given_up: over,
};

const offerEnds: Record<OfferEnd, (who: Who) => string> = {
  unanswered: (who) => `${subject(who)} didn’t answer, so the turn moved on.`,
  skipped: () => "The turn moved on.",
  reclaimed: () => "The turn went back to the centre.",
  moved: () => "The turn was offered to someone else.",
  lapsed: (who) => `${subject(who)} ${who === "you" ? "aren’t" : "isn’t"} taking the turn just now.`,
};

/** A sentence for each kind of news. */
const sentences: { [K in News["is"]]: (news: NewsOf<K>) => string } = {
  offered: ({ who }) =>
    who === "you"
      ? "The turn is offered to you. You can take it, pass or say later. There’s no hurry."
      : `The turn is offered to ${who}.`,
  taken: ({ who }) => (who === "you" ? "It’s your turn." : `${who} has the turn.`),
  passed: ({ who }) => `${subject(who)} passed.`,
  later: ({ who }) => `${subject(who)} said later.`,
  shared: ({ who }) => `${subject(who)} shared.`,
  hand_up: ({ who }) => `${subject(who)} raised a hand.`,
  point: ({ who }) => `${subject(who)} asked the hosts for help.`,
  barred: ({ who }) => `${subject(who)} was removed.`,
  bar_lifted: ({ name }) => `${name} can come back.`,
  joined: ({ who }) => `${subject(who)} joined.`,
  left: ({ who }) => `${subject(who)} left.`,
  away: ({ who }) => `${subject(who)} ${is(who)} away.`,
  returned: ({ who }) => `${subject(who)} ${is(who)} back.`,
  turn_ended: ({ who, how }) => turnEnds[how](who),
  offer_ended: ({ who, how }) => offerEnds[how](who),
  round_opened: ({ words }) => (words ? `A round begins. The question: ${words}` : "A round begins."),
  round_changed: ({ words }) => (words ? `The question is now: ${words}` : "This round has no question now."),
  round_closed: () => "The round is over.",
  paused: ({ words }) => (words ? `The circle is paused: ${words}` : "The circle is paused."),
  resumed: () => "The pause is over.",
  silence_began: ({ by, words }) => silence.began(by, words),
  silence_ended: () => silence.ended,
  announced: ({ who, words }) => `${subject(who)} to everyone: ${words}`,
  role: ({ who, role }) => `${subject(who)} ${is(who)} now a ${roles[role].toLowerCase()}.`,
  renamed: ({ now, was }) => was ? `${was} is called ${now} now.` : `A host changed someone’s name. They’re called ${now} now.`,
  named: ({ now }) => `A host changed your name. You’re called ${now} now.`,
  limit_near: ({ who }) =>
    who === "you"
      ? "You have about a minute left. Please finish when you can."
      : "There’s about a minute left in this turn.",
  limit_over: ({ who }) =>
    who === "you" ? "Your time is up. Please finish your sentence." : "Time is up for this turn.",
  reach_open: () => "Anyone can take the turn now.",
  ending: () => "The session is about to end.",
  end_undone: () => "The session continues.",
  ended: () => "The session is over.",
  muted: () => "You’re muted for now. When the turn comes to you, it moves on by itself, as if you’d said later.",
  unmuted: () => "You can write again.",
  removed: () => "You’ve been removed from this session.",
  opened: () => "The session has begun.",
  closing: () => "The closing has begun.",
  lingering: () => "The rounds are over. There’s time for goodbyes.",
};

export function sentence(news: News): string {
  const say = sentences[news.is] as (news: News) => string;
  return say(news);
}
