//! The bell: nobody can send, turn timers stand still, and deadlines that came due take effect
//! afterwards.

use super::*;
use hearth_protocol::limits::BELL_EVERY_MS;
use hearth_protocol::silence::{Bell, SilenceCommand};

fn ring(world: &mut World, seat: u16) -> Vec<Row> {
    world.ok(seat, bell())
}

fn bell() -> SilenceCommand {
    SilenceCommand::RingBell { for_ms: None, reason: Some(text("for the one who is missing")) }
}

#[test]
fn nobody_sends_while_a_silence_is_kept_and_it_ends_by_itself() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    assert_eq!(facts(&ring(&mut world, 1)), ["silence_began"]);
    let turn_id = world.turn_id();
    let words = MessageCommand::Share { turn_id, text: text("but") };
    assert_eq!(refused(&mut world, 1, words.clone()), RefusalCode::Silence);
    let everyone = MessageCommand::Announce { text: text("a word") };
    assert_eq!(refused(&mut world, 1, everyone), RefusalCode::Silence);
    assert_eq!(refused(&mut world, 1, bell()), RefusalCode::Silence);
    world.pass_time(15_000);
    assert!(world.room.view().silence.is_none());
    world.ok(1, words);
}

#[test]
fn an_offer_and_a_firm_limit_have_the_time_left_that_they_had() {
    let mut world = round_of(Order::GoRound);
    world.pass_time(80_000);
    ring(&mut world, 1);
    world.pass_time(15_000);
    world.pass_time(9_999);
    assert_eq!(offered(&world), Some(1));
    world.pass_time(1);
    assert_eq!(offered(&world), Some(2));
}

#[test]
fn a_grace_period_a_mute_and_missing_hosts_take_effect_when_the_silence_ends() {
    let settings = Settings { bell: Bell::Everyone, ..Settings::default() };
    let mut world = World::with(settings, &HOSTED);
    world.ok(1, open_round(Order::GoRound));
    world.ok(2, ModerationCommand::Mute { seat: SeatNo(4), for_ms: Some(85_000) });
    take(&mut world, 1);
    disconnect(&mut world, 1);
    world.pass_time(80_000);
    world.ok(3, SilenceCommand::RingBell { for_ms: Some(30_000), reason: None });
    world.pass_time(29_999);
    assert_eq!(holder(&world), Some(1), "the turn is kept in the silence");
    assert!(world.is_muted(SeatNo(4)));
    world.pass_time(1);
    assert_eq!(offered(&world), Some(2), "the grace period ran out meanwhile");
    assert!(!world.is_muted(SeatNo(4)));
}

#[test]
fn a_member_rings_once_in_a_round_where_the_circle_allows_it() {
    let mut world = round_of(Order::GoRound);
    assert_eq!(refused(&mut world, 3, bell()), RefusalCode::NotAllowed);
    let settings = Settings { bell: Bell::Everyone, ..Settings::default() };
    let mut world = World::with(settings, &HOSTED);
    world.ok(1, open_round(Order::GoRound));
    ring(&mut world, 3);
    assert_eq!(refused(&mut world, 4, SilenceCommand::EndSilence {}), RefusalCode::NotAllowed);
    assert_eq!(facts(&world.ok(2, SilenceCommand::EndSilence {})), ["silence_ended"]);
    assert_eq!(refused(&mut world, 3, bell()), RefusalCode::AlreadyRung);
    world.pass_time(BELL_EVERY_MS);
    ring(&mut world, 4);
    world.pass_time(15_000 + BELL_EVERY_MS);
    world.ok(1, RoundCommand::CloseRound {});
    world.ok(1, open_round(Order::GoRound));
    ring(&mut world, 3);
    world.pass_time(15_000);
    ring(&mut world, 1);
    world.pass_time(15_000);
    ring(&mut world, 1);
}

#[test]
fn a_silence_has_its_bounds() {
    let mut world = round_of(Order::GoRound);
    for for_ms in [4_999, 120_001] {
        let ring = SilenceCommand::RingBell { for_ms: Some(for_ms), reason: None };
        assert_eq!(refused(&mut world, 1, ring), RefusalCode::OutOfRange);
    }
}

#[test]
fn the_order_stands_still_in_a_silence_and_goes_on_after_it() {
    let mut world = round_of(Order::GoRound);
    ring(&mut world, 1);
    pass(&mut world, 1);
    assert!(world.token().is_resting());
    world.pass_time(15_000);
    assert_eq!(offered(&world), Some(2));

    let mut world = round_of(Order::Popcorn);
    take(&mut world, 1);
    share(&mut world, 1);
    ring(&mut world, 1);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Finish { turn_id, to: Some(SeatNo(3)) });
    assert!(world.token().is_resting(), "nobody is offered the turn in a silence");
}

#[test]
fn a_muted_person_cannot_ring() {
    let settings = Settings { bell: Bell::Everyone, ..Settings::default() };
    let mut world = World::with(settings, &HOSTED);
    world.ok(2, ModerationCommand::Mute { seat: SeatNo(3), for_ms: None });
    assert_eq!(refused(&mut world, 3, bell()), RefusalCode::Muted);
}

#[test]
fn hosts_can_pause_and_end_the_session_in_a_silence() {
    let mut world = round_of(Order::GoRound);
    ring(&mut world, 1);
    world.ok(2, SessionCommand::Pause { message: None });
    world.pass_time(15_000);
    assert!(world.room.view().silence.is_none());
    assert!(world.session().pause.is_some());
    world.ok(2, SessionCommand::Unpause {});
    world.ok(1, SilenceCommand::RingBell { for_ms: Some(120_000), reason: None });
    world.ok(2, SessionCommand::End {});
    world.pass_time(120_000);
    assert_eq!(world.session().phase, Phase::Ended);
    assert!(world.room.view().silence.is_none());
}
