//! Who may open a session and when, who comes late, and what is seen from the door.

use super::support::*;
use crate::config::Limits;
use crate::connection::ConnectionTimers as LineTimers;
use hearth_journal::Journal;
use hearth_protocol::api::RoomAtDoor;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::{Command, Late, RefusalCode, Role, SeatNo, Settings, Text};
use std::time::Duration;

const HOUR: u64 = START + 600_000;

async fn before_the_hour() -> World {
    let world = World::new().await;
    world.journal.set_next_at(world.circle, Some(HOUR)).await.unwrap();
    world
}

async fn closed_once_begun() -> World {
    let settings = Settings { late: Late::Closed, ..Settings::default() };
    World::with(settings, Limits::default(), LineTimers::default()).await
}

async fn turned_away(world: &World, role: Role) -> (Option<u16>, Option<RefusalCode>) {
    let closed = world.come(world.hello(role, "Dan")).await.unwrap_err();
    (closed.code, closed.refused)
}

async fn seen(world: &World) -> RoomAtDoor {
    world.rooms.peek(world.circle).await.unwrap().expect("a session is under way")
}

/// Looks at the door until it shows these names: what is published is shown a moment later.
async fn staff_becomes(world: &World, names: &[&str]) {
    let names: Vec<Text> = names.iter().map(|name| Text::plain(*name)).collect();
    for _ in 0..200 {
        if seen(world).await.staff == names {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?} instead of {} names", seen(world).await, names.len());
}

#[tokio::test]
async fn before_the_hour_members_wait_and_staff_open_for_everyone() {
    for staff in [Role::Facilitator, Role::Moderator] {
        let world = before_the_hour().await;
        for role in [Role::Participant, Role::Listener] {
            assert_eq!(turned_away(&world, role).await, (Some(4103), None), "{role:?}");
        }
        assert_eq!(world.rooms.peek(world.circle).await.unwrap(), None, "nothing was opened");
        let _early = world.join(staff, "Fay").await;
        for role in [Role::Participant, Role::Listener] {
            world.join(role, "Ana").await;
        }
    }
}

#[tokio::test]
async fn from_the_hour_on_anyone_opens_a_session() {
    let world = before_the_hour().await;
    world.hands.set(HOUR - 1);
    assert_eq!(turned_away(&world, Role::Participant).await, (Some(4103), None));
    world.hands.set(HOUR);
    world.join(Role::Participant, "Ana").await;
}

#[tokio::test]
async fn an_hour_that_is_cleared_or_past_holds_nobody_back() {
    for next_at in [None, Some(START), Some(1)] {
        let world = before_the_hour().await;
        world.journal.set_next_at(world.circle, next_at).await.unwrap();
        world.join(Role::Listener, "Ana").await;
    }
}

#[tokio::test]
async fn a_session_under_way_is_open_before_the_hour_even_while_it_rests_outside_memory() {
    let world = before_the_hour().await;
    drop(world.join(Role::Facilitator, "Fay").await);
    world.pass(Duration::from_secs(45)).await;
    assert_eq!(world.rooms.in_memory(), 0);
    world.join(Role::Participant, "Ana").await;
}

#[tokio::test]
async fn after_a_session_that_ended_early_the_hour_still_holds() {
    let world = before_the_hour().await;
    let mut fay = world.join(Role::Facilitator, "Fay").await;
    let ana = world.join(Role::Participant, "Ana").await.drops();
    fay.does(Command::End {}).await;
    world.pass(Duration::from_secs(121)).await;
    assert_eq!(fay.wire.closed().await.code, Some(4202));
    assert_eq!(world.come(ana.hello.clone()).await.unwrap_err().code, Some(4103));
    assert_eq!(world.resume(ana).await.unwrap_err().code, Some(4202), "that session is over");
}

#[tokio::test]
async fn whoever_may_not_come_in_at_all_is_not_told_to_come_later() {
    let world = before_the_hour().await;
    let mut hello = world.hello(Role::Participant, "Ana");
    hello.entry_key = None;
    assert_eq!(world.come(hello).await.unwrap_err().code, Some(4203));
}

#[tokio::test]
async fn where_nobody_comes_late_the_first_round_closes_the_door_to_new_people_alone() {
    let world = closed_once_begun().await;
    let mut fay = world.join(Role::Facilitator, "Fay").await;
    let hello = world.hello(Role::Participant, "Ana");
    let ana = world.come(hello.clone()).await.unwrap();
    assert!(!seen(&world).await.closed);
    fay.does(open_round()).await;
    assert!(seen(&world).await.closed);
    let begun = (Some(4208), Some(RefusalCode::Begun));
    for role in [Role::Participant, Role::Listener] {
        assert_eq!(turned_away(&world, role).await, begun, "{role:?}");
    }
    world.join(Role::Moderator, "Mo").await;
    let ana = world.resume(ana.drops()).await.unwrap();
    assert!(!ana.fresh);
    let ana = world.come(hello).await.unwrap();
    assert_eq!(ana.seat(), SeatNo(2), "the same key is the same seat");

    world.stop.cancel();
    let world = world.restarted().await;
    assert!(seen(&world).await.closed, "as the journal has it");
    assert_eq!(turned_away(&world, Role::Participant).await, begun);
    world.resume(ana.drops()).await.unwrap();
}

#[tokio::test]
async fn a_first_round_opened_by_mistake_and_closed_again_opens_the_door_again() {
    let world = closed_once_begun().await;
    let mut fay = world.join(Role::Facilitator, "Fay").await;
    fay.does(open_round()).await;
    assert!(seen(&world).await.closed);
    fay.does(Command::CloseRound {}).await;
    assert!(!seen(&world).await.closed);

    let fay = fay.drops();
    world.stop.cancel();
    let world = world.restarted().await;
    assert!(!seen(&world).await.closed, "as the journal has it");
    let mut fay = world.resume(fay).await.unwrap();
    world.join(Role::Participant, "Ana").await;
    fay.does(open_round()).await;
    let r#move = fay.mv();
    fay.does(Command::Pass { r#move }).await;
    fay.does(Command::CloseRound {}).await;
    assert!(seen(&world).await.closed, "a pass has begun it");
}

#[tokio::test]
async fn the_next_session_of_a_closed_circle_lets_everyone_in_again() {
    let world = closed_once_begun().await;
    let mut fay = world.join(Role::Facilitator, "Fay").await;
    fay.does(open_round()).await;
    fay.does(Command::End {}).await;
    world.pass(Duration::from_secs(121)).await;
    assert_eq!(fay.wire.closed().await.code, Some(4202));
    world.join(Role::Participant, "Dan").await;
    assert!(!seen(&world).await.closed);
}

#[tokio::test]
async fn the_door_names_staff_who_are_here_and_nobody_else() {
    let world = World::new().await;
    let _ana = world.join(Role::Participant, "Ana").await;
    let _lio = world.join(Role::Listener, "Lio").await;
    staff_becomes(&world, &[]).await;
    let mut fay = world.join(Role::Facilitator, "Fay").await;
    let mo = world.join(Role::Moderator, "Mo").await;
    staff_becomes(&world, &["Fay", "Mo"]).await;
    assert_eq!(seen(&world).await.here, 4);
    fay.does(Command::Rename { name: Text::plain("Fay B.") }).await;
    staff_becomes(&world, &["Fay B.", "Mo"]).await;
    fay.does(Command::SetRole { seat: mo.seat(), role: Role::Participant }).await;
    staff_becomes(&world, &["Fay B."]).await;
    fay.does(Command::SetRole { seat: mo.seat(), role: Role::Moderator }).await;
    staff_becomes(&world, &["Fay B.", "Mo"]).await;
    drop(mo);
    world.pass(Duration::from_secs(4)).await;
    fay.until(|event| matches!(event, RoomEvent::Away { .. })).await;
    staff_becomes(&world, &["Fay B."]).await;
}

#[tokio::test]
async fn after_a_restart_the_door_names_staff_again_once_they_are_back() {
    let world = World::new().await;
    let fay = world.join(Role::Facilitator, "Fay").await;
    let ana = world.join(Role::Participant, "Ana").await;
    world.stop.cancel();
    let world = world.restarted().await;
    assert_eq!((seen(&world).await.staff, seen(&world).await.here), (Vec::new(), 0));
    let _ana = world.resume(ana.drops()).await.unwrap();
    staff_becomes(&world, &[]).await;
    let _fay = world.resume(fay.drops()).await.unwrap();
    staff_becomes(&world, &["Fay"]).await;
}
