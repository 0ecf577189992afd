//! Who comes late to a circle that lets nobody in once it has begun.

use super::*;
use hearth_protocol::{Late, Offers, Presence};

fn closed_once_begun() -> World {
    let settings = Settings { late: Late::Closed, ..Settings::default() };
    World::with(settings, &STAFFED)
}

fn new_seat(world: &mut World, role: Role) -> Result<(), RefusalCode> {
    world.try_join(role, Stance::Sharing).map(drop).map_err(|refusal| refusal.code)
}

#[test]
fn where_nobody_comes_late_everyone_comes_in_until_the_first_round_is_opened() {
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
        assert_eq!(new_seat(&mut world, role), Ok(()), "staff always come in");
    }
}

#[test]
fn a_room_that_has_begun_stays_closed_between_rounds_and_to_its_end() {
    let mut world = closed_once_begun();
    world.ok(1, open_round(Order::Popcorn));
    turn(&mut world, 2);
    world.ok(1, Command::CloseRound {});
    assert_eq!(new_seat(&mut world, Role::Participant), Err(RefusalCode::Begun));
    for phase in [Phase::Closing, Phase::Lingering, Phase::Open] {
        world.ok(1, Command::SetPhase { phase });
        assert_eq!(new_seat(&mut world, Role::Listener), Err(RefusalCode::Begun), "{phase:?}");
    }
}

#[test]
fn a_round_that_was_closed_before_anybody_was_heard_in_it_has_not_begun_the_session() {
    let mut world = closed_once_begun();
    for order in [Order::GoRound, Order::Popcorn, Order::Hands, Order::Facilitator, Order::Open] {
        world.ok(1, open_round(order));
        assert_eq!(new_seat(&mut world, Role::Participant), Err(RefusalCode::Begun), "{order:?}");
        world.ok(1, Command::CloseRound {});
        assert!(!world.room.is_closed());
        assert_eq!(new_seat(&mut world, Role::Participant), Ok(()), "{order:?}");
    }
    world.check_fold();
}

#[test]
fn a_turn_that_began_by_itself_and_was_cut_off_empty_has_not_begun_the_session() {
    let settings = Settings { late: Late::Closed, offers: Offers::AtOnce, ..Settings::default() };
    let mut world = World::with(settings, &STAFFED);
    world.ok(1, open_round(Order::GoRound));
    assert_eq!(holder(&world), Some(1));
    world.ok(1, Command::CloseRound {});
    assert_eq!(new_seat(&mut world, Role::Participant), Ok(()));
}

#[test]
fn words_or_a_pass_in_a_round_have_begun_the_session() {
    let begins = |order, acts: fn(&mut World)| {
        let mut world = closed_once_begun();
        world.ok(1, open_round(order));
        acts(&mut world);
        world.ok(1, Command::CloseRound {});
        assert!(world.room.is_closed(), "{order:?}");
        world.check_fold();
    };
    begins(Order::GoRound, |world| {
        take(world, 1);
        share(world, 1);
    });
    begins(Order::GoRound, |world| drop(pass(world, 1)));
    begins(Order::GoRound, |world| {
        take(world, 1);
        done(world, 1);
    });
    begins(Order::Popcorn, |world| drop(world.ok(3, Command::SitOut {})));
    begins(Order::Popcorn, |world| {
        let r#move = world.mv();
        world.ok(1, Command::Offer { r#move, seat: SeatNo(3) });
        pass(world, 3);
    });
    begins(Order::Open, |world| {
        let r#move = world.mv();
        world.ok(4, Command::Say { r#move, text: text("I am glad to be here") });
    });
}

#[test]
fn whoever_has_a_seat_always_comes_back_to_a_closed_room() {
    let mut world = closed_once_begun();
    let listener = world.join(Role::Listener).0;
    world.ok(1, open_round(Order::GoRound));
    drop_line(&mut world, 3);
    come_back(&mut world, 3);
    for seat in [4, listener] {
        world.ok(seat, Command::Leave {});
        come_back(&mut world, seat);
    }
    world.ok(1, Command::Remove { seat: SeatNo(3) });
    world.ok(1, Command::Restore { seat: SeatNo(3) });
    come_back(&mut world, 3);
    let here = |person: &hearth_protocol::Person| person.presence == Presence::Here;
    assert!(world.room.common().people.iter().all(here));
}

#[test]
fn only_the_setting_closes_a_room() {
    for late in [Late::NextRound, Late::AtEnd] {
        let mut world = World::with(Settings { late, ..Settings::default() }, &STAFFED);
        world.ok(1, open_round(Order::GoRound));
        assert!(!world.room.is_closed());
        assert_eq!(new_seat(&mut world, Role::Participant), Ok(()), "{late:?}");
    }
}
