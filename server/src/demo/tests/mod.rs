//! Whole evenings on the rules of a room alone: no sockets, no threads, and time that leaps.

mod evening;

use evening::{Evening, Guest};
use hearth_protocol::event::RoomEvent;
use hearth_protocol::{
    Command, GestureKind, Order, PauseWhy, Phase, Presence, Role, SaidKind, SeatNo, Stance, Text,
    Token,
};

const MINUTE: u64 = 60_000;

#[test]
fn an_evening_has_three_rounds_in_two_orders_and_ends_within_a_quarter_of_an_hour() {
    for seed in 0..12 {
        let mut evening = Evening::new(seed);
        evening.gather();
        let ended = evening.run(20 * MINUTE, &mut |evening| evening.phase() == Phase::Ended);
        assert!(ended, "evening {seed} does not end: {:?}", evening.common().flow);
        let minutes = evening.lasted() / MINUTE;
        assert!((5..15).contains(&minutes), "evening {seed} lasts {minutes} minutes");
        assert_eq!(evening.rounds().len(), 3);
        assert!(evening.rounds().iter().any(|order| *order != Order::GoRound));
        assert_eq!(evening.refused, 0, "evening {seed}");
        // Nobody is cut short: every turn ends by its holder's own word.
        for event in &evening.events {
            let by_others = matches!(event, RoomEvent::OfferEnded { .. });
            assert!(!by_others, "evening {seed}: {event:?}");
        }
        let phases = [Phase::Gathering, Phase::Open, Phase::Closing, Phase::Lingering];
        assert!(phases.iter().all(|phase| evening.phases.contains(phase)));
    }
}

#[test]
fn something_is_to_be_seen_at_least_every_twenty_seconds() {
    for seed in 0..8 {
        let mut evening = Evening::new(seed);
        evening.gather();
        evening.run(20 * MINUTE, &mut |evening| evening.phase() == Phase::Ended);
        let quiet = evening.longest_quiet();
        assert!(quiet <= 20_000, "evening {seed} lies still for {quiet} ms");
    }
}

#[test]
fn a_visitor_is_greeted_once_by_name_and_offered_a_turn_within_minutes_whenever_they_come() {
    for (seed, comes_at) in (0..30).map(|n| (n, 5_000 + n * 23_000)) {
        let mut evening = Evening::new(seed);
        evening.gather();
        let over = evening.run(comes_at, &mut |evening| evening.phase() == Phase::Ended);
        if over {
            continue;
        }
        let guest = evening.comes("Eve", Role::Participant);
        let came = evening.now;
        let offered = evening
            .run(6 * MINUTE, &mut |evening| evening.common().flow.token.seat() == Some(guest));
        assert!(offered, "who came at {comes_at} waits still: {:?}", evening.common().flow);
        let waited = evening.now - came;
        assert!(waited <= 5 * MINUTE, "who came at {comes_at} waited {waited} ms");
        evening.guest = Some(Guest::Takes { seat: guest, says: "I am Eve, and glad to be here." });
        let ended = evening.run(25 * MINUTE, &mut |evening| evening.phase() == Phase::Ended);
        assert!(ended, "{:?}", evening.common().flow);
        let greeted = evening.announced().filter(|words| {
            words.contains("Eve") && (words.contains("elcome") || words.contains("Hello"))
        });
        let greeted: Vec<&str> = greeted.collect();
        assert_eq!(greeted.len(), 1, "who came at {comes_at}: {greeted:?}");
    }
}

#[test]
fn a_visitors_share_is_answered_by_signs_within_seconds_but_not_by_everyone() {
    let mut everyone = 0;
    for seed in 0..10 {
        let mut evening = Evening::new(seed);
        evening.gather();
        let guest = evening.comes("Eve", Role::Participant);
        evening.guest = Some(Guest::Takes { seat: guest, says: "It was a long week." });
        let shared = |evening: &Evening| {
            evening.said().iter().any(|said| said.seat == guest && said.kind == SaidKind::Share)
        };
        assert!(evening.run(10 * MINUTE, &mut |evening| shared(evening)));
        evening.run(12_000, &mut |_| false);
        let signs = evening.said().iter().find(|said| said.seat == guest).unwrap().gestures.clone();
        assert!(!signs.is_empty(), "evening {seed}: nobody showed that they heard");
        assert!(signs.iter().all(|sign| sign.kind != GestureKind::Welcome));
        everyone += usize::from(signs.len() >= 6);
    }
    assert!(everyone < 5, "everyone signs nearly always");
}

#[test]
fn who_does_not_answer_is_waited_for_told_so_once_and_never_skipped_or_reclaimed() {
    let mut evening = Evening::new(3);
    evening.gather();
    let guest = evening.comes("Eve", Role::Participant);
    let offered = |evening: &Evening| evening.common().flow.token.offered() == Some(guest);
    assert!(evening.run(10 * MINUTE, &mut |evening| offered(evening)));
    let since = evening.now;
    assert!(evening.run(3 * MINUTE, &mut |evening| !offered(evening)));
    let waited = evening.now - since;
    assert!(waited >= 90_000, "{waited} ms, and the room itself has not given up");
    let no_hurry = |words: &&str| words.contains("wait");
    assert_eq!(evening.announced().filter(no_hurry).count(), 1);
    assert!(evening.run(30 * MINUTE, &mut |evening| evening.phase() == Phase::Ended));
}

#[test]
fn who_holds_the_turn_has_five_minutes_of_silence_before_it_moves_on() {
    let mut evening = Evening::new(4);
    evening.gather();
    let guest = evening.comes("Eve", Role::Participant);
    evening.guest = Some(Guest::Holds { seat: guest });
    let holds = |evening: &Evening| evening.common().flow.token.holder() == Some(guest);
    assert!(evening.run(10 * MINUTE, &mut |evening| holds(evening)));
    let since = evening.now;
    assert!(evening.run(10 * MINUTE, &mut |evening| !holds(evening)));
    assert!(evening.now - since >= 5 * MINUTE, "{} ms", evening.now - since);
}

#[test]
fn who_comes_after_the_last_word_is_given_a_turn_all_the_same() {
    let mut evening = Evening::new(5);
    evening.gather();
    assert!(evening.run(20 * MINUTE, &mut |evening| evening.common().ending.is_some()));
    let guest = evening.comes("Eve", Role::Participant);
    let offered =
        evening.run(MINUTE, &mut |evening| evening.common().flow.token.offered() == Some(guest));
    assert!(offered, "{:?}", evening.common());
    evening.guest = Some(Guest::Takes { seat: guest, says: "Thank you for waiting." });
    assert!(evening.run(5 * MINUTE, &mut |evening| evening.phase() == Phase::Ended));
}

#[test]
fn who_only_listens_is_welcomed_and_nobody_waits_for_them() {
    let mut evening = Evening::new(6);
    evening.gather();
    evening.comes("Eve", Role::Listener);
    let resting = evening.comes("Gus", Role::Participant);
    evening.does(resting, Command::Stance { stance: Stance::Resting });
    assert!(evening.run(20 * MINUTE, &mut |evening| evening.phase() == Phase::Ended));
    assert!(evening.announced().any(|words| words.contains("Eve")));
    let turns = evening.events.iter().filter(|event| match event {
        RoomEvent::Offered { seat, .. } => *seat == resting,
        _ => false,
    });
    assert_eq!(turns.count(), 0);
}

#[test]
fn a_visitor_who_facilitates_may_lead_and_all_goes_on_without_them() {
    let mut evening = Evening::new(7);
    evening.gather();
    let guest = evening.comes("Eve", Role::Facilitator);
    let own = Text::plain("What made you laugh?");
    let open = Command::OpenRound {
        prompt: Some(own),
        order: Some(Order::Facilitator),
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: hearth_protocol::Start::Facilitator,
        slow_ms: None,
        closing: false,
    };
    evening.run(10_000, &mut |_| false);
    evening.does(guest, open);
    evening.guest = Some(Guest::Takes { seat: guest, says: "A goat on a roof." });
    assert!(evening.run(30 * MINUTE, &mut |evening| evening.phase() == Phase::Ended));
    assert_eq!(evening.rounds().first(), Some(&Order::Facilitator));
    assert!(evening.rounds().len() >= 3);
}

#[test]
fn a_pause_is_left_to_whoever_asked_for_it_and_lifted_when_they_are_gone() {
    let mut evening = Evening::new(8);
    evening.gather();
    let guest = evening.comes("Eve", Role::Facilitator);
    evening.run(10_000, &mut |_| false);
    evening.does(guest, Command::Pause { message: None });
    let goes_on = |evening: &Evening| evening.common().paused.is_none();
    assert!(!evening.run(2 * MINUTE, &mut |evening| goes_on(evening)), "lifted at once");
    evening.does(guest, Command::Leave {});
    assert!(evening.run(MINUTE, &mut |evening| goes_on(evening)));
    assert!(evening.common().paused.as_ref().is_none_or(|pause| pause.why == PauseWhy::Staff));
}

#[test]
fn where_a_visitor_took_the_facilitators_part_and_left_the_moderator_ends_the_evening() {
    let mut evening = Evening::new(9);
    evening.gather();
    let guest = evening.comes("Eve", Role::Facilitator);
    evening.run(10_000, &mut |_| false);
    evening.does(guest, Command::SetRole { seat: SeatNo(1), role: Role::Participant });
    evening.does(guest, Command::Leave {});
    assert!(evening.run(15 * MINUTE, &mut |evening| evening.phase() == Phase::Ended));
}

#[test]
fn muted_members_hold_nobody_up() {
    let mut evening = Evening::new(10);
    evening.gather();
    let guest = evening.comes("Eve", Role::Moderator);
    evening.does(guest, Command::Mute { seat: SeatNo(4), for_ms: None });
    evening.guest = Some(Guest::Takes { seat: guest, says: "I keep an eye on things." });
    assert!(evening.run(30 * MINUTE, &mut |evening| evening.phase() == Phase::Ended));
    let here = evening.common().people.iter().all(|person| person.presence == Presence::Here);
    assert!(here && matches!(evening.common().flow.token, Token::Centre { .. }));
}
