//! Whole sessions on the rules of a room alone: no sockets, no threads, and a clock that jumps.

mod simulation;

use crate::script::{GREETINGS, NO_HURRY, address};
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::{PresenceCommand, Role, Stance};
use hearth_protocol::round::{Order, RoundCommand, Start};
use hearth_protocol::session::{Phase, SessionCommand};
use hearth_protocol::signal::GestureKind;
use hearth_protocol::{SeatNo, Text};
use simulation::{Guest, Simulation};

const MINUTE: u64 = 60_000;

/// Returns whether the text is one of these phrases, addressed to Eve.
fn is_one_of(phrases: &[&str], text: &str) -> bool {
    phrases.iter().any(|phrase| address("Eve", phrase) == text)
}

#[test]
fn a_session_has_three_rounds_in_two_orders_and_ends_within_a_quarter_of_an_hour() {
    for seed in 0..12 {
        let mut session = Simulation::new(seed);
        session.gather();
        let ended = session.run(20 * MINUTE, &mut |session| session.phase() == Phase::Ended);
        assert!(ended, "session {seed} doesn't end: {:?}", session.state());
        let minutes = session.elapsed() / MINUTE;
        assert!((5..15).contains(&minutes), "session {seed} lasts {minutes} minutes");
        assert_eq!(session.rounds().len(), 3);
        assert!(session.rounds().iter().any(|order| *order != Order::GoRound));
        assert_eq!(session.refused, 0, "session {seed}");
        // Nobody is cut short: every offer and turn is ended by the person who had it.
        assert_eq!(session.offers_cut_short(), 0, "session {seed}");
        let phases = [Phase::Gathering, Phase::Open, Phase::Closing, Phase::Lingering];
        assert!(phases.iter().all(|phase| session.phases.contains(phase)));
    }
}

#[test]
fn something_visible_happens_at_least_every_twenty_seconds() {
    for seed in 0..8 {
        let mut session = Simulation::new(seed);
        session.gather();
        session.run(20 * MINUTE, &mut |session| session.phase() == Phase::Ended);
        let still = session.longest_stillness();
        assert!(still <= 20_000, "nothing happens in session {seed} for {still} ms");
    }
}

#[test]
fn a_visitor_is_greeted_once_by_name_and_offered_the_turn_within_minutes_whenever_they_join() {
    for (seed, joins_at) in (0..30).map(|n| (n, 5_000 + n * 23_000)) {
        let mut session = Simulation::new(seed);
        session.gather();
        let over = session.run(joins_at, &mut |session| session.phase() == Phase::Ended);
        if over {
            continue;
        }
        let guest = session.join("Eve", Role::Participant);
        let joined = session.now;
        let offered = session.run(6 * MINUTE, &mut |session| session.is_offered_turn(guest));
        assert!(offered, "no offer after joining at {joins_at}: {:?}", session.state());
        let waited = session.now - joined;
        assert!(waited <= 5 * MINUTE, "joined at {joins_at}, waited {waited} ms");
        session.guest = Some(Guest::Shares { seat: guest, text: "I am Eve, and glad to be here." });
        let ended = session.run(25 * MINUTE, &mut |session| session.phase() == Phase::Ended);
        assert!(ended, "{:?}", session.state());
        let greeted = session.announced().filter(|text| is_one_of(GREETINGS, text));
        let greeted: Vec<&str> = greeted.collect();
        assert_eq!(greeted.len(), 1, "who joined at {joins_at}: {greeted:?}");
    }
}

#[test]
fn a_visitors_share_gets_gestures_within_seconds_but_not_from_everyone() {
    let mut everyone = 0;
    for seed in 0..10 {
        let mut session = Simulation::new(seed);
        session.gather();
        let guest = session.join("Eve", Role::Participant);
        session.guest = Some(Guest::Shares { seat: guest, text: "It was a long week." });
        let shared = |session: &Simulation| session.gestures_for_share_of(guest).is_some();
        assert!(session.run(10 * MINUTE, &mut |session| shared(session)));
        session.run(12_000, &mut |_| false);
        let gestures = session.gestures_for_share_of(guest).unwrap();
        assert!(!gestures.is_empty(), "session {seed}: nobody responded");
        assert!(gestures.iter().all(|kind| *kind != GestureKind::Welcome));
        everyone += usize::from(gestures.len() >= 6);
    }
    assert!(everyone < 5, "nearly always everyone responds");
}

#[test]
fn an_unanswered_offer_is_left_open_and_the_visitor_is_reassured_once() {
    let mut session = Simulation::new(3);
    session.gather();
    let guest = session.join("Eve", Role::Participant);
    let offered = |session: &Simulation| session.is_offered_turn(guest);
    assert!(session.run(10 * MINUTE, &mut |session| offered(session)));
    let since = session.now;
    assert!(session.run(3 * MINUTE, &mut |session| !offered(session)));
    let waited = session.now - since;
    assert!(waited >= 90_000, "the offer was withdrawn after {waited} ms");
    let reassuring = |text: &&str| is_one_of(NO_HURRY, text);
    assert_eq!(session.announced().filter(reassuring).count(), 1);
    assert!(session.run(30 * MINUTE, &mut |session| session.phase() == Phase::Ended));
}

#[test]
fn a_silent_turn_moves_on_only_after_five_minutes() {
    let mut session = Simulation::new(4);
    session.gather();
    let guest = session.join("Eve", Role::Participant);
    session.guest = Some(Guest::StaysSilent { seat: guest });
    let holds = |session: &Simulation| session.holds_turn(guest);
    assert!(session.run(10 * MINUTE, &mut |session| holds(session)));
    let since = session.now;
    assert!(session.run(10 * MINUTE, &mut |session| !holds(session)));
    assert!(session.now - since >= 5 * MINUTE, "{} ms", session.now - since);
}

#[test]
fn a_visitor_who_joins_after_the_end_still_gets_a_turn() {
    let mut session = Simulation::new(5);
    session.gather();
    assert!(session.run(20 * MINUTE, &mut |session| session.is_ending()));
    let guest = session.join("Eve", Role::Participant);
    let offered = session.run(MINUTE, &mut |session| session.is_offered_turn(guest));
    assert!(offered, "{:?}", session.state());
    session.guest = Some(Guest::Shares { seat: guest, text: "Thank you for waiting." });
    assert!(session.run(5 * MINUTE, &mut |session| session.phase() == Phase::Ended));
}

#[test]
fn listeners_are_greeted_and_nobody_waits_for_them_or_for_people_resting() {
    let mut session = Simulation::new(6);
    session.gather();
    session.join("Eve", Role::Listener);
    let resting = session.join("Gus", Role::Participant);
    session.send(resting, PresenceCommand::Stance { stance: Stance::Resting });
    assert!(session.run(20 * MINUTE, &mut |session| session.phase() == Phase::Ended));
    assert!(session.announced().any(|words| words.contains("Eve")));
    assert_eq!(session.offers_to(resting), 0);
}

#[test]
fn a_visiting_facilitator_can_lead_and_the_session_continues_without_them() {
    let mut session = Simulation::new(7);
    session.gather();
    let guest = session.join("Eve", Role::Facilitator);
    let question = Text::plain("What made you laugh?");
    let open = RoundCommand::OpenRound {
        prompt: Some(question),
        order: Some(Order::Facilitator),
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: Start::Facilitator,
        slow_ms: None,
        closing: false,
    };
    session.run(10_000, &mut |_| false);
    session.send(guest, open);
    session.guest = Some(Guest::Shares { seat: guest, text: "A goat on a roof." });
    assert!(session.run(30 * MINUTE, &mut |session| session.phase() == Phase::Ended));
    assert_eq!(session.rounds().first(), Some(&Order::Facilitator));
    assert!(session.rounds().len() >= 3);
}

#[test]
fn a_pause_is_left_to_the_host_who_asked_for_it_and_lifted_once_they_leave() {
    let mut session = Simulation::new(8);
    session.gather();
    let guest = session.join("Eve", Role::Facilitator);
    session.run(10_000, &mut |_| false);
    session.send(guest, SessionCommand::Pause { message: None });
    let resumed = |session: &Simulation| !session.is_paused();
    assert!(!session.run(2 * MINUTE, &mut |session| resumed(session)), "lifted at once");
    session.send(guest, PresenceCommand::Leave {});
    assert!(session.run(MINUTE, &mut |session| resumed(session)));
}

#[test]
fn the_moderator_ends_the_session_if_a_visitor_takes_over_as_facilitator_and_leaves() {
    let mut session = Simulation::new(9);
    session.gather();
    let guest = session.join("Eve", Role::Facilitator);
    session.run(10_000, &mut |_| false);
    session.send(guest, ModerationCommand::SetRole { seat: SeatNo(1), role: Role::Participant });
    session.send(guest, PresenceCommand::Leave {});
    assert!(session.run(15 * MINUTE, &mut |session| session.phase() == Phase::Ended));
}

#[test]
fn muted_members_hold_nobody_up() {
    let mut session = Simulation::new(10);
    session.gather();
    let guest = session.join("Eve", Role::Moderator);
    session.send(guest, ModerationCommand::Mute { seat: SeatNo(4), for_ms: None });
    session.guest = Some(Guest::Shares { seat: guest, text: "I keep an eye on things." });
    assert!(session.run(30 * MINUTE, &mut |session| session.phase() == Phase::Ended));
    assert!(session.is_everyone_present() && session.is_token_at_centre());
}
