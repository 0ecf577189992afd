//! Joining late in a circle that is closed to newcomers once the session has begun.

use super::*;
use hearth_protocol::limits::FACILITATOR_AWAY_MS;
use hearth_protocol::presence::{Person, Presence};
use hearth_protocol::settings::{Late, Offers};

fn closed_once_begun() -> World {
    let settings = Settings { late: Late::Closed, ..Settings::default() };
    World::with(settings, &HOSTED)
}

fn new_seat(world: &mut World, role: Role) -> Result<(), RefusalCode> {
    world.try_join(role, Stance::Sharing).map(drop)
}

#[test]
fn without_late_arrivals_anyone_can_join_until_the_first_round_opens() {
    let mut world = closed_once_begun();
    for role in [Role::Participant, Role::Listener] {
        assert!(!world.room.is_closed());
        assert_eq!(new_seat(&mut world, role), Ok(()), "gathering lets everyone in");
    }
    world.ok(1, open_round(Order::GoRound));
    assert!(world.room.is_closed());
    for role in [Role::Participant, Role::Listener] {
        assert_eq!(new_seat(&mut world, role), Err(RefusalCode::Begun), "{role:?}");
    }
    for role in [Role::Facilitator, Role::Moderator] {
        assert_eq!(new_seat(&mut world, role), Ok(()), "hosts always come in");
    }
}

#[test]
fn a_room_that_has_begun_stays_closed_between_rounds_and_to_its_end() {
    let mut world = closed_once_begun();
    world.ok(1, open_round(Order::Popcorn));
    turn(&mut world, 2);
    world.ok(1, RoundCommand::CloseRound {});
    assert_eq!(new_seat(&mut world, Role::Participant), Err(RefusalCode::Begun));
    for phase in [Phase::Closing, Phase::Lingering, Phase::Open] {
        world.ok(1, SessionCommand::SetPhase { phase });
        assert_eq!(new_seat(&mut world, Role::Listener), Err(RefusalCode::Begun), "{phase:?}");
    }
}

#[test]
fn a_round_that_was_closed_before_anybody_was_heard_in_it_has_not_begun_the_session() {
    let mut world = closed_once_begun();
    for order in [Order::GoRound, Order::Popcorn, Order::Hands, Order::Facilitator, Order::Open] {
        world.ok(1, open_round(order));
        assert_eq!(new_seat(&mut world, Role::Participant), Err(RefusalCode::Begun), "{order:?}");
        world.ok(1, RoundCommand::CloseRound {});
        assert!(!world.room.is_closed());
        assert_eq!(new_seat(&mut world, Role::Participant), Ok(()), "{order:?}");
    }
    world.check_replay();
}

#[test]
fn a_turn_that_began_by_itself_and_was_cut_off_empty_has_not_begun_the_session() {
    let settings = Settings { late: Late::Closed, offers: Offers::AtOnce, ..Settings::default() };
    let mut world = World::with(settings, &HOSTED);
    world.ok(1, open_round(Order::GoRound));
    assert_eq!(holder(&world), Some(1));
    world.ok(1, RoundCommand::CloseRound {});
    assert_eq!(new_seat(&mut world, Role::Participant), Ok(()));
}

#[test]
fn a_message_or_a_pass_in_a_round_begins_the_session() {
    let begins = |order, acts: fn(&mut World)| {
        let mut world = closed_once_begun();
        world.ok(1, open_round(order));
        acts(&mut world);
        world.ok(1, RoundCommand::CloseRound {});
        assert!(world.room.is_closed(), "{order:?}");
        world.check_replay();
    };
    begins(Order::GoRound, |world| {
        take(world, 1);
        share(world, 1);
    });
    begins(Order::GoRound, |world| drop(pass(world, 1)));
    begins(Order::GoRound, |world| {
        take(world, 1);
        finish(world, 1);
    });
    begins(Order::Popcorn, |world| drop(world.ok(3, QueueCommand::SitOut {})));
    begins(Order::Popcorn, |world| {
        let turn_id = world.turn_id();
        world.ok(1, TurnCommand::Offer { turn_id, seat: SeatNo(3) });
        pass(world, 3);
    });
    begins(Order::Open, |world| {
        let turn_id = world.turn_id();
        world.ok(4, MessageCommand::Say { turn_id, text: text("I am glad to be here") });
    });
}

#[test]
fn anyone_with_a_seat_can_return_to_a_closed_room() {
    let mut world = closed_once_begun();
    let listener = world.join(Role::Listener).0;
    world.ok(1, open_round(Order::GoRound));
    disconnect(&mut world, 3);
    reconnect(&mut world, 3);
    for seat in [4, listener] {
        world.ok(seat, PresenceCommand::Leave {});
        reconnect(&mut world, seat);
    }
    world.remove(1, 3);
    world.lift_bar(1, 3);
    reconnect(&mut world, 3);
    let here = |person: &Person| person.presence == Presence::Here;
    assert!(world.room.view().people.values().all(here));
}

#[test]
fn only_the_setting_closes_a_room() {
    for late in [Late::NextRound, Late::AtEnd] {
        let mut world = World::with(Settings { late, ..Settings::default() }, &HOSTED);
        world.ok(1, open_round(Order::GoRound));
        assert!(!world.room.is_closed());
        assert_eq!(new_seat(&mut world, Role::Participant), Ok(()), "{late:?}");
    }
}

#[test]
fn a_moderator_alone_is_never_stuck() {
    let settings = Settings { order: Order::Facilitator, ..Settings::default() };
    let mut world = World::with(settings, &[Role::Moderator, Role::Participant]);
    world.ok(1, open_round(Order::Facilitator));
    let offer = |world: &World| TurnCommand::Offer { turn_id: world.turn_id(), seat: SeatNo(2) };
    let first = offer(&world);
    world.ok(1, first);
    pass(&mut world, 2);
    let role = ModerationCommand::SetRole { seat: SeatNo(1), role: Role::Facilitator };
    assert_eq!(refused(&mut world, 1, role), RefusalCode::NotAllowed, "only for as long as needed");

    world.join(Role::Facilitator);
    let second = offer(&world);
    assert_eq!(refused(&mut world, 1, second), RefusalCode::NotAllowed);
    disconnect(&mut world, 3);
    world.pass_time(FACILITATOR_AWAY_MS - 1);
    let third = offer(&world);
    assert_eq!(refused(&mut world, 1, third), RefusalCode::NotAllowed);
    world.pass_time(1);
    assert_eq!(facts(&world.journal[world.journal.len() - 1..]), ["moderators_act"]);
    let fourth = offer(&world);
    world.ok(1, fourth);
    reconnect(&mut world, 3);
    let turn_id = world.turn_id();
    assert_eq!(refused(&mut world, 1, TurnCommand::Reclaim { turn_id }), RefusalCode::NotAllowed);
}

#[test]
fn a_facilitator_who_is_back_within_a_minute_is_not_replaced() {
    let mut world = World::with(Settings::default(), &HOSTED);
    disconnect(&mut world, 1);
    world.pass_time(FACILITATOR_AWAY_MS - 1);
    reconnect(&mut world, 1);
    world.pass_time(FACILITATOR_AWAY_MS);
    assert!(!world.session().moderators_act);
}
