//! Mutes: only the muted person and hosts are told. To everyone else, the person seems to answer
//! themselves.

use super::*;
use hearth_protocol::settings::Offers;

fn mute(world: &mut World, seat: u16) -> Vec<Row> {
    world.ok(2, ModerationCommand::Mute { seat: SeatNo(seat), for_ms: None })
}

/// Plays the same session twice, once with a mute and once with the person acting that way
/// themselves, and compares what a bystander received.
fn looks_the_same(
    settings: &Settings,
    order: Order,
    muted: impl Fn(&mut World),
    acting: impl Fn(&mut World),
) {
    let play = |act: &dyn Fn(&mut World)| {
        let mut world = World::with(settings.clone(), &HOSTED);
        world.ok(1, open_round(order));
        act(&mut world);
        let frames = world.frames[&SeatNo(4)].clone();
        // Text ids are random; everything else must be identical.
        let ids = regex_free_ids(&frames);
        (ids, world.room.view().clone())
    };
    let (first, second) = (play(&muted), play(&acting));
    assert_eq!(first.0, second.0);
    assert_eq!(first.1.turn, second.1.turn);
    assert_eq!(first.1.queue, second.1.queue);
}

/// Replaces every text id with a number, in order of first appearance.
fn regex_free_ids(frames: &[String]) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    frames
        .iter()
        .map(|frame| {
            let mut rest = frame.as_str();
            let mut out = String::new();
            while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
                let (before, tail) = rest.split_at(at);
                out.push_str(before);
                let id = tail.get(..36).filter(|id| uuid::Uuid::parse_str(id).is_ok());
                if let Some(id) = id {
                    let index = known.iter().position(|known| known == id).unwrap_or_else(|| {
                        known.push(id.to_owned());
                        known.len() - 1
                    });
                    out.push_str(&format!("text {index}"));
                    rest = &tail[36..];
                } else {
                    out.push_str(&tail[..1]);
                    rest = &tail[1..];
                }
            }
            out.push_str(rest);
            out
        })
        .collect()
}

/// Lets time pass until the room or the person has answered the offer to seat 3.
fn until_answered(world: &mut World) {
    while world.token().seat() == Some(SeatNo(3)) {
        assert!(world.wait());
    }
}

#[test]
fn a_muted_holder_who_shared_looks_finished() {
    let begin = |world: &mut World| {
        turn(world, 1);
        turn(world, 2);
        take(world, 3);
        share(world, 3);
    };
    looks_the_same(
        &Settings::default(),
        Order::GoRound,
        |world| {
            begin(world);
            mute(world, 3);
        },
        |world| {
            begin(world);
            finish(world, 3);
        },
    );
}

#[test]
fn a_muted_holder_without_a_share_looks_like_saying_later() {
    let begin = |world: &mut World| {
        turn(world, 1);
        turn(world, 2);
        take(world, 3);
    };
    looks_the_same(
        &Settings::default(),
        Order::GoRound,
        |world| {
            begin(world);
            mute(world, 3);
        },
        |world| {
            begin(world);
            later(world, 3);
        },
    );
}

#[test]
fn a_muted_person_is_offered_the_turn_and_answers_later_after_a_while() {
    for order in [Order::GoRound, Order::Hands] {
        for offers in [Offers::Ask, Offers::AtOnce] {
            let settings = Settings { offers, ..Settings::default() };
            let begin = |world: &mut World, muted: bool| {
                if muted {
                    mute(world, 3);
                }
                if order == Order::Hands {
                    world.ok(3, QueueCommand::Raise {});
                    world.ok(4, QueueCommand::Raise {});
                } else {
                    for seat in 1..=2 {
                        if offers == Offers::Ask {
                            take(world, seat);
                        }
                        share(world, seat);
                        finish(world, seat);
                    }
                }
                assert_eq!(world.token().seat(), Some(SeatNo(3)), "offered as to anyone");
                if muted {
                    let took = world.now;
                    let turn_id = world.turn_id();
                    let take = TurnCommand::Take { turn_id };
                    if offers == Offers::Ask {
                        assert_eq!(refused(world, 3, take), RefusalCode::Muted);
                    }
                    let words = MessageCommand::Share { turn_id, text: text("but") };
                    assert_eq!(refused(world, 3, words), RefusalCode::Muted);
                    until_answered(world);
                    assert!((2_000..=8_000).contains(&(world.now - took)));
                } else {
                    // The person takes as long as the room did in the other run.
                    let mut other = world.clone();
                    mute(&mut other, 3);
                    until_answered(&mut other);
                    world.pass_time(other.now - world.now);
                    later(world, 3);
                }
            };
            // The two runs differ in when the answer is drawn, so only the shape is compared.
            let mut runs = [true, false].map(|muted| {
                let mut world = World::with(settings.clone(), &HOSTED);
                world.ok(1, open_round(order));
                begin(&mut world, muted);
                (world.queue().clone(), world.room.view().turn.turn_id, facts(&world.journal))
            });
            let [first, second] = &mut runs;
            assert_eq!(first, second, "{order:?} {offers:?}");
        }
    }
}

#[test]
fn a_second_later_of_a_muted_person_is_a_pass_and_an_unmuted_one_is_offered_the_turn_again() {
    let mut world = round_of(Order::GoRound);
    mute(&mut world, 3);
    for seat in [1, 2] {
        turn(&mut world, seat);
    }
    until_answered(&mut world);
    assert_eq!(world.later(), [SeatNo(3)]);
    let mut unmuted = world.clone();
    turn(&mut world, 4);
    assert_eq!(offered(&world), Some(3));
    until_answered(&mut world);
    assert_eq!(world.passed(), [SeatNo(3)]);
    assert!(world.queue().complete);

    unmuted.ok(2, ModerationCommand::Unmute { seat: SeatNo(3) });
    turn(&mut unmuted, 4);
    turn(&mut unmuted, 3);
    assert!(unmuted.heard().contains(&SeatNo(3)));
}

#[test]
fn a_mute_is_told_to_its_person_and_to_hosts_and_to_nobody_else() {
    let mut world = round_of(Order::GoRound);
    let before = world.frames[&SeatNo(4)].len();
    mute(&mut world, 3);
    assert_eq!(world.frames[&SeatNo(4)].len(), before, "not even an empty frame");
    assert!(world.screens[&SeatNo(3)].own.muted.is_some());
    assert!(world.screens[&SeatNo(1)].hosts.as_ref().unwrap().mutes.contains(SeatNo(3)));
}

#[test]
fn naming_a_muted_person_in_popcorn_offers_them_the_turn() {
    let mut world = round_of(Order::Popcorn);
    mute(&mut world, 3);
    take(&mut world, 1);
    share(&mut world, 1);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Finish { turn_id, to: Some(SeatNo(3)) });
    assert_eq!(offered(&world), Some(3));
    until_answered(&mut world);
    assert!(world.token().is_resting());
}

#[test]
fn a_timed_mute_ends_by_itself() {
    let mut world = round_of(Order::GoRound);
    world.ok(2, ModerationCommand::Mute { seat: SeatNo(4), for_ms: Some(60_000) });
    world.pass_time(60_000);
    assert!(!world.is_muted(SeatNo(4)));
    assert!(world.screens[&SeatNo(4)].own.muted.is_none());
}

#[test]
fn a_muted_person_who_is_away_is_waited_for_like_anyone() {
    let mut world = round_of(Order::GoRound);
    turn(&mut world, 1);
    turn(&mut world, 2);
    mute(&mut world, 3);
    disconnect(&mut world, 3);
    world.pass_time(8_000);
    assert_eq!(offered(&world), Some(3), "the room does not answer yet");
    reconnect(&mut world, 3);
    world.pass_time(8_000);
    assert_eq!(offered(&world), Some(4));

    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    share(&mut world, 1);
    disconnect(&mut world, 1);
    world.ok(2, SessionCommand::Pause { message: None });
    world.ok(2, SessionCommand::Unpause {});
    assert_eq!(holder(&world), Some(1));
}
