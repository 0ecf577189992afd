//! A machine's clock that is wrong, and then set right.

use crate::actor::{DUE_SOON_MS, fallback_deadline};
use crate::testing::*;
use hearth_journal::Journal;
use hearth_protocol::Millis;
use hearth_protocol::presence::{PresenceCommand, Role};
use hearth_protocol::session::SessionCommand;
use std::time::Duration;

const DAY: Millis = 86_400_000;

/// Sends the first frame of a new connection, and returns the time that the server tells it.
async fn told_time(server: &TestServer, name: &str) -> Millis {
    server.join(Role::Facilitator, name).await.now
}

async fn ends(server: &TestServer, ana: &mut Person) {
    ana.does(SessionCommand::End {}).await;
    server.pass(Duration::from_secs(121)).await;
    assert_eq!(ana.wire.closed().await.code, Some(4202));
}

#[tokio::test]
async fn people_get_in_at_the_hour_although_the_server_started_with_its_clock_a_week_behind() {
    let server = TestServer::new().await;
    let right = START + 7 * DAY;
    server.journal.set_next_at(server.circle, Some(right)).await.unwrap();
    let early = server.come(server.hello(Role::Participant, "Ana")).await;
    assert_eq!(early.unwrap_err().code, Some(4103));
    server.manual_clock.set_wall(right);
    let ana = server.join(Role::Participant, "Ana").await;
    assert!(ana.now >= right, "{}", ana.now);
}

#[tokio::test]
async fn correcting_the_clock_neither_ends_a_turn_nor_stops_one() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    ana.does(open_round()).await;
    for wall in [START + 7 * DAY, START] {
        let offered = server.replayed().await;
        server.manual_clock.set_wall(wall);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = server.replayed().await;
        assert_eq!(now.view().turn.token, offered.view().turn.token, "{wall}");
        // The people in the room are told the room's time.
        assert!(told_time(&server, "Cleo").await < START + DAY);
    }
    let before = server.replayed().await.view().turn.token.clone();
    server.pass(Duration::from_secs(91)).await;
    ben.until_told("offer_ended").await;
    assert_ne!(server.replayed().await.view().turn.token, before);
}

#[tokio::test]
async fn a_server_that_once_ran_a_month_ahead_keeps_the_right_time_from_then_on() {
    let server = TestServer::new().await;
    server.manual_clock.set_wall(START + 30 * DAY);
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let ended = ana.room();
    ends(&server, &mut ana).await;

    let server = server.restarted_at(START).await;
    let time = told_time(&server, "Ana").await;
    assert!((START..START + DAY).contains(&time), "{time}");
    server.pass(Duration::from_secs(61)).await;
    for _ in 0..100 {
        if server.journal.read(ended, 0, 1).await.unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let kept = server.journal.read(ended, 0, 1).await.unwrap();
    assert_eq!(kept, [], "what ended in the future isn't kept until then");
}

#[tokio::test]
async fn a_session_can_be_set_for_tomorrow_although_the_clock_was_once_a_month_ahead() {
    let server = TestServer::new().await;
    server.manual_clock.set_wall(START + 30 * DAY);
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    ends(&server, &mut ana).await;
    let server = server.restarted_at(START).await;
    server.journal.set_next_at(server.circle, Some(START + DAY)).await.unwrap();
    let hello = server.hello(Role::Participant, "Ben");
    assert_eq!(server.come(hello.clone()).await.unwrap_err().code, Some(4103));
    server.manual_clock.advance(Duration::from_millis(DAY));
    server.come(hello).await.unwrap();
}

#[tokio::test]
async fn a_room_that_was_open_while_the_clock_was_ahead_still_ends_by_itself() {
    for restarts in [false, true] {
        let mut server = TestServer::new().await;
        server.manual_clock.set_wall(START + 30 * DAY);
        let mut ana = server.join(Role::Facilitator, "Ana").await;
        ana.sends(new_id(), PresenceCommand::Leave {}).await;
        assert_eq!(ana.wire.closed().await.code, Some(4207));
        // The room is unloaded when the clock is set right.
        server.pass(Duration::from_secs(40)).await;
        assert_eq!(server.rooms.loaded_count(), 0);
        if restarts {
            server = server.restarted_at(START).await;
        } else {
            server.manual_clock.set_wall(START);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.pass(Duration::from_secs(1_801)).await;
        server.pass(Duration::from_secs(60)).await;
        let live = server.journal.live_room(server.circle).await.unwrap();
        assert_eq!(live, None, "restarts: {restarts}");
    }
}

#[tokio::test]
async fn a_loaded_empty_room_still_ends_although_the_clock_is_set_back_a_month() {
    let server = TestServer::new().await;
    server.manual_clock.set_wall(START + 30 * DAY);
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    ana.sends(new_id(), PresenceCommand::Leave {}).await;
    assert_eq!(ana.wire.closed().await.code, Some(4207));
    server.manual_clock.set_wall(START);
    for _ in 0..32 {
        server.pass(Duration::from_secs(60)).await;
    }
    assert_eq!(server.journal.live_room(server.circle).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_that_ended_before_two_days_of_downtime_is_erased_at_the_start() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let room = ana.room();
    ends(&server, &mut ana).await;
    let server = server.restarted_at(START + 3 * DAY).await;
    for _ in 0..100 {
        if server.journal.read(room, 0, 1).await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the rows are still there");
}

#[tokio::test]
async fn a_room_that_is_often_loaded_again_stores_a_snapshot_all_the_same() {
    let mut server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let room = ana.room();
    for _ in 0..3 {
        for number in 0..100 {
            ana.does(announce(format!("word {number}"))).await;
        }
        let gone = ana.drops();
        server = server.restarted().await;
        ana = server.resume(gone).await.unwrap();
    }
    ana.does(announce("and on")).await;
    server.has_snapshot(room).await;
}

#[tokio::test]
async fn most_of_what_happens_leaves_the_stored_deadline_as_it_is() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut stored = Vec::new();
    for number in 0..90 {
        if number == 45 {
            ana.does(open_round()).await;
        } else {
            ana.does(announce(format!("word {number}"))).await;
        }
        let deadline = server.journal.next_due().await.unwrap().unwrap();
        let room = server.replayed().await;
        let fallback = fallback_deadline(room.at());
        let early = room.next_deadline().unwrap_or(fallback).checked_sub(deadline);
        assert!(
            early.is_some_and(|early| early < DUE_SOON_MS),
            "a room loaded so early stays loaded"
        );
        stored.push(deadline);
        server.pass(Duration::from_secs(1)).await;
    }
    stored.truncate(45);
    stored.dedup();
    assert_eq!(stored.len(), 2);
}
