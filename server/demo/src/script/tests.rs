use super::*;
use hearth_protocol::Text;
use hearth_protocol::limits::{
    AGREEMENTS_CHARS_MAX, NAME_CHARS_MAX, PROMPT_CHARS_MAX, SHARE_CHARS_MAX, TITLE_CHARS_MAX,
};
use hearth_protocol::round::Order;
use std::collections::BTreeSet;

fn spoken(session: &SessionScript) -> Vec<&'static str> {
    let turns = session.rounds.iter().flat_map(|round| &round.turns);
    let shares = turns.flat_map(|turn| match turn {
        TurnScript::Share(shares) | TurnScript::Later(shares) => *shares,
        TurnScript::Pass => &[],
    });
    let others = [session.opening, session.closing].into_iter().chain(session.transitions);
    shares.copied().chain(others).chain(session.hellos).chain(session.goodbyes).collect()
}

#[test]
fn every_text_fits_and_is_used_only_once() {
    let mut seen = BTreeSet::new();
    for session in SESSIONS {
        for text in spoken(session) {
            assert_eq!(Text::plain(text).check(SHARE_CHARS_MAX), Ok(()), "{text}");
            assert!(seen.insert(text), "said twice: {text}");
            assert!(!text.contains("  ") && !text.contains("{name}"), "{text}");
        }
        for round in &session.rounds {
            assert_eq!(Text::plain(round.prompt).check(PROMPT_CHARS_MAX), Ok(()));
            assert!(seen.insert(round.prompt), "asked twice: {}", round.prompt);
        }
    }
    assert_eq!(Text::plain(TITLE).check_line(TITLE_CHARS_MAX), Ok(()));
    assert_eq!(Text::plain(AGREEMENTS).check(AGREEMENTS_CHARS_MAX), Ok(()));
    let longest = "W".repeat(NAME_CHARS_MAX);
    assert_eq!(Text::plain(address(&longest, ONE_MORE)).check(PROMPT_CHARS_MAX), Ok(()));
}

#[test]
fn each_session_has_two_orders_someone_who_passes_or_says_later_and_ends_on_strengths() {
    for session in SESSIONS {
        let [arriving, question, closing] = &session.rounds;
        assert_eq!((arriving.order, closing.order), (Order::GoRound, Order::GoRound));
        assert!(matches!(question.order, Order::Popcorn | Order::Hands));
        assert!(closing.prompt.contains("helped you through"), "{}", closing.prompt);
        let turns = || session.rounds.iter().flat_map(|round| &round.turns);
        assert!(turns().any(|turn| matches!(turn, TurnScript::Pass)));
        assert!(turns().any(|turn| matches!(turn, TurnScript::Later(_))));
        for round in &session.rounds {
            let sharing = round.turns.iter().filter(|turn| !matches!(turn, TurnScript::Pass));
            assert!(sharing.count() >= 4, "hardly anyone shares: {}", round.prompt);
        }
    }
}

#[test]
fn every_phrase_to_a_visitor_names_them_once() {
    let lists =
        [GREETINGS, GREETINGS_TO_LISTENERS, HELLOS_TO_GUESTS, THANKS, NO_HURRY, STILL_WITH_YOU];
    for phrase in lists.into_iter().flatten() {
        assert_eq!(address("Eve", phrase).matches("Eve").count(), 1, "{phrase}");
    }
}
