//! What the members of the demo say: the only place with speech in it. To give them another
//! evening, write a file like [`week`] and name it in [`SESSIONS`].

mod kindness;
mod rest;
mod week;

use hearth_protocol::Order;

/// How many members there are.
pub(super) const MEMBERS: usize = 6;
/// Their names, in the order in which they come in: the facilitator, the moderator, the others.
pub(super) const NAMES: [&str; MEMBERS] = ["Fay", "Mo", "Ana", "Ben", "Cleo", "Dan"];
/// The circle's title.
pub(super) const TITLE: &str = "Evening circle: carers and friends";
/// What its members agreed on.
pub(super) const AGREEMENTS: &str = "This is a demonstration. The six members are simulated; \
whoever else comes is real, as you are.\n\n\
One person speaks at a time; the rest of us listen.\n\
You never have to speak. Pass, or say later, whenever you like.\n\
We speak of ourselves, and give no advice.\n\
What is said here stays here, and is erased when the session ends.";

/// One evening.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Session {
    /// What each says on arriving.
    pub(super) hellos: [&'static str; MEMBERS],
    /// The facilitator's opening words.
    pub(super) opening: &'static str,
    /// The rounds: arriving, the evening's question, closing.
    pub(super) rounds: [Question; 3],
    /// The facilitator's words after each round but the last.
    pub(super) between: [&'static str; 2],
    /// What each says on going.
    pub(super) goodbyes: [&'static str; MEMBERS],
    /// The facilitator's closing words.
    pub(super) closing: &'static str,
}

/// One round.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// What is asked.
    pub(super) prompt: &'static str,
    /// How the turn travels.
    pub(super) order: Order,
    /// What each does with their turn.
    pub(super) turns: [Turn; MEMBERS],
}

/// What somebody does with a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Shares these, one after the other.
    Says(&'static [&'static str]),
    /// Asks to be offered it later, then shares these.
    Later(&'static [&'static str]),
    /// Passes.
    Passes,
}

/// The evenings, one after the other and again from the first.
pub(super) const SESSIONS: &[Session] = &[week::SESSION, kindness::SESSION, rest::SESSION];

/// The facilitator's word to somebody who has come in. `{name}` is their name.
pub(super) const GREETINGS: &[&str] = &[
    "Welcome, {name}. It is good that you are here. You never have to speak; the turn will come to you, and you can pass.",
    "Hello, {name}, and welcome. Settle in as you like. When the turn is offered to you, take it, pass, or say later.",
    "{name}, welcome among us. There is nothing you need to do. Your turn will come, and it may also stay quiet.",
];
/// The facilitator's word to somebody who has come to listen.
pub(super) const GREETINGS_TO_LISTENERS: &[&str] =
    &["Welcome, {name}, who is here to listen.", "Hello, {name}. Good to have you listening."];
/// A member's word to somebody who came while people gather.
pub(super) const HELLOS_TO_GUESTS: &[&str] =
    &["Hello {name}, nice to have you.", "Welcome, {name}.", "Hi {name}. Good to see a new name."];
/// How a share may begin when the one before it was a visitor's.
pub(super) const THANKS: &[&str] =
    &["Thank you, {name}.", "Thank you for that, {name}.", "{name}, thank you. I heard you."];
/// The facilitator's word when somebody has not answered an offer for a while.
pub(super) const NO_HURRY: &[&str] = &[
    "No hurry, {name}. Take it, pass, or say later, whichever is easiest. We wait.",
    "{name}, we are glad to wait. All three answers are good ones.",
];
/// The facilitator's word when somebody has had the turn for a while without a word.
pub(super) const STILL_WITH_YOU: &[&str] = &[
    "We are still with you, {name}. When you have finished, \"done\" passes the turn on.",
    "Take the time you need, {name}. Silence is welcome too.",
];
/// What somebody is asked who came too late for the last round.
pub(super) const ONE_MORE: &str =
    "Before we part, {name}: is there anything you would like to leave with us?";

/// What each says to a question that was not foreseen.
pub(super) const SPARE: [&[&str]; MEMBERS] = [
    &[
        "That is a good question, and I did not bring it. I notice that I would rather listen first, and am glad it was asked.",
    ],
    &[
        "I have no ready answer. What comes to me is how much easier things are since I say them aloud somewhere.",
    ],
    &["Something in that question touches me. I will carry it home and see what it turns into."],
    &["Hm. For me the honest answer is: I do not know yet. And it feels all right to say so here."],
    &["I like that. The first thing I thought of was my grandmother's kitchen, with the radio on."],
    &["Short from me: I am here, I am listening, and I am thankful that someone asks."],
];

/// Puts a name into a phrase.
pub(super) fn to(name: &str, phrase: &str) -> String {
    phrase.replace("{name}", name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_protocol::Text;
    use hearth_protocol::limits::{
        AGREEMENTS_CHARS_MAX, NAME_CHARS_MAX, PROMPT_CHARS_MAX, SHARE_CHARS_MAX, TITLE_CHARS_MAX,
    };
    use std::collections::BTreeSet;

    fn spoken(session: &Session) -> Vec<&'static str> {
        let turns = session.rounds.iter().flat_map(|round| &round.turns);
        let shares = turns.flat_map(|turn| match turn {
            Turn::Says(shares) | Turn::Later(shares) => *shares,
            Turn::Passes => &[],
        });
        let others = [session.opening, session.closing].into_iter().chain(session.between);
        shares.copied().chain(others).chain(session.hellos).chain(session.goodbyes).collect()
    }

    #[test]
    fn all_that_is_said_fits_and_is_said_only_once() {
        let mut seen = BTreeSet::new();
        for session in SESSIONS {
            for words in spoken(session) {
                assert_eq!(Text::plain(words).check(SHARE_CHARS_MAX), Ok(()), "{words}");
                assert!(seen.insert(words), "said twice: {words}");
                assert!(!words.contains("  ") && !words.contains("{name}"), "{words}");
            }
            for round in &session.rounds {
                assert_eq!(Text::plain(round.prompt).check(PROMPT_CHARS_MAX), Ok(()));
                assert!(seen.insert(round.prompt), "asked twice: {}", round.prompt);
            }
        }
        assert_eq!(Text::plain(TITLE).check_line(TITLE_CHARS_MAX), Ok(()));
        assert_eq!(Text::plain(AGREEMENTS).check(AGREEMENTS_CHARS_MAX), Ok(()));
        let longest = "W".repeat(NAME_CHARS_MAX);
        assert_eq!(Text::plain(to(&longest, ONE_MORE)).check(PROMPT_CHARS_MAX), Ok(()));
    }

    #[test]
    fn an_evening_has_two_orders_somebody_who_passes_or_waits_and_ends_with_strengths() {
        for session in SESSIONS {
            let [arriving, question, closing] = &session.rounds;
            assert_eq!((arriving.order, closing.order), (Order::GoRound, Order::GoRound));
            assert!(matches!(question.order, Order::Popcorn | Order::Hands));
            assert!(closing.prompt.contains("helped you through"), "{}", closing.prompt);
            let turns = || session.rounds.iter().flat_map(|round| &round.turns);
            assert!(turns().any(|turn| matches!(turn, Turn::Passes)));
            assert!(turns().any(|turn| matches!(turn, Turn::Later(_))));
            for round in &session.rounds {
                let sharing = round.turns.iter().filter(|turn| !matches!(turn, Turn::Passes));
                assert!(sharing.count() >= 4, "a round with hardly a word: {}", round.prompt);
            }
        }
    }

    #[test]
    fn every_phrase_to_somebody_names_them() {
        let lists = [GREETINGS, GREETINGS_TO_LISTENERS, HELLOS_TO_GUESTS, THANKS, NO_HURRY];
        let phrases = lists.into_iter().flatten().chain(STILL_WITH_YOU);
        for phrase in phrases.filter(|phrase| !phrase.contains("Silence")) {
            assert_eq!(to("Eve", phrase).matches("Eve").count(), 1, "{phrase}");
        }
    }
}
