//! How words, lines, rooms and servers end.

use super::support::*;
use crate::config::Limits;
use crate::connection::ConnectionTimers as LineTimers;
use hearth_journal::Journal;
use hearth_journal::faults::Fault;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::frame::{EventFrame, ServerFrame};
use hearth_protocol::{Command, Presence, Role, SeatNo, Settings, Text, WordsId};
use std::time::Duration;

#[tokio::test]
async fn an_ended_session_closes_its_lines_and_its_words_are_erased() {
    let world = World::new().await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    let mut ben = world.join(Role::Participant, "Ben").await;
    let absent = world.join(Role::Participant, "Cleo").await.drops();
    ana.does(Command::Announce { text: Text::plain("said in confidence") }).await;
    ben.until(|event| matches!(event, RoomEvent::Said { .. })).await;
    let room = ana.room();
    let ids = [ana.view.said[0].words.id, ana.view.common.people[1].name.id];
    assert_eq!(world.journal.texts(room, &ids).await.unwrap().len(), 2);
    ana.does(Command::End {}).await;
    world.pass(Duration::from_secs(121)).await;
    ben.until(|event| matches!(event, RoomEvent::Ended { .. })).await;
    assert_eq!(ben.wire.closed().await.code, Some(4202));
    assert_eq!(ana.wire.closed().await.code, Some(4202));
    assert_eq!(world.resume(absent).await.err().unwrap().code, Some(4202));
    // The lines are closed first.
    for _ in 0..100 {
        if world.journal.texts(room, &ids).await.unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(world.journal.texts(room, &ids).await.unwrap().is_empty());
    assert_eq!(world.rooms.peek(world.circle).await.unwrap(), None);
    let ana = world.come(ana.hello).await.ok().unwrap();
    assert_ne!(ana.room(), room, "a hello without resume opens the next session");
}

#[tokio::test]
async fn an_empty_room_leaves_memory_and_ends_itself_all_the_same() {
    let world = World::new().await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    let room = ana.room();
    ana.wire
        .send(&hearth_protocol::ClientFrame::Command {
            id: new_id(),
            command: Box::new(Command::Leave {}),
        })
        .await;
    assert_eq!(ana.wire.closed().await.code, Some(4207));
    world.pass(Duration::from_secs(40)).await;
    assert_eq!(world.rooms.in_memory(), 0);
    assert_eq!(world.journal.live_room(world.circle).await.unwrap(), Some(room));
    let at_door = world.rooms.peek(world.circle).await.unwrap().unwrap();
    assert_eq!((at_door.room, at_door.here), (room, 0));
    assert_eq!(world.rooms.in_memory(), 0, "a look at the door loads nothing");
    world.pass(Duration::from_secs(1_800)).await;
    world.pass(Duration::from_secs(60)).await;
    assert_eq!(world.journal.live_room(world.circle).await.unwrap(), None);
}

#[tokio::test]
async fn whoever_comes_while_the_room_leaves_memory_gets_in() {
    let world = World::new().await;
    let hello = world.hello(Role::Facilitator, "Ana");
    for _ in 0..20 {
        let person = world.come(hello.clone()).await.unwrap();
        assert_eq!(person.seat(), SeatNo(1));
        drop(person);
        for _ in 0..4 {
            world.hands.advance(Duration::from_secs(11));
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_stopping_server_says_come_back_and_the_next_one_wakes_the_room() {
    let world = World::new().await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    let mut ben = world.join(Role::Participant, "Ben").await;
    ana.does(open_round()).await;
    ana.does(Command::Take { r#move: ana.mv() }).await;
    ben.reach(ana.view.cursor.room).await;
    world.stop.cancel();
    assert_eq!(ana.wire.closed().await.code, Some(4000));
    assert_eq!(ben.wire.closed().await.code, Some(4000));
    let world = world.restarted().await;
    let ana = world.resume(ana.drops()).await.unwrap();
    assert!(!ana.fresh);
    let mut events = 0;
    let mut ana = ana;
    while ana.view.common.people[0].presence != Presence::Here || events == 0 {
        if let ServerFrame::Event(EventFrame::Room { event, .. }) = ana.next().await.unwrap() {
            events += 1;
            assert!(!matches!(event, RoomEvent::Away { .. }), "the stop itself is no going");
            if events == 1 {
                assert!(matches!(event, RoomEvent::Woken { .. }));
            }
        }
    }
    assert_eq!(ana.view, world.truth(ana.seat()).await);
    assert_eq!(ana.view.common.flow.token.holder(), Some(ana.seat()), "the turn goes on");
}

#[tokio::test]
async fn a_room_that_nobody_returns_to_after_a_restart_comes_to_its_end() {
    let world = World::new().await;
    let ana = world.join(Role::Facilitator, "Ana").await;
    let world = world.restarted().await;
    drop(ana);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.folded().await.common().people[0].presence, Presence::Away);
    world.pass(Duration::from_secs(1_801)).await;
    world.pass(Duration::from_secs(60)).await;
    assert_eq!(world.journal.live_room(world.circle).await.unwrap(), None);
}

#[tokio::test]
async fn a_room_that_nothing_awaits_is_looked_at_all_the_same() {
    let world = World::new().await;
    let _ana = world.join(Role::Facilitator, "Ana").await;
    assert_eq!(world.folded().await.next_deadline(), None);
    let due = world.journal.next_due().await.unwrap().expect("a killed server's room is woken");
    assert!(due <= START + 24 * 3_600_000);
}

#[tokio::test]
async fn words_taken_back_reach_nobody_who_had_not_read_them_yet() {
    let mut world = World::new().await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    world.pipe_bytes = 64;
    let hello = world.hello(Role::Participant, "Ben");
    let mut slow = world.line().await;
    slow.send(&hearth_protocol::ClientFrame::Hello(Box::new(hello.clone()))).await;
    world.pipe_bytes = 1024 * 1024;
    ana.until(|event| matches!(event, RoomEvent::Joined { .. })).await;
    ana.does(open_round()).await;
    ana.does(Command::Take { r#move: ana.mv() }).await;
    let id = new_id();
    ana.ask_as(id, share(ana.mv(), "said in haste")).await;
    ana.does(Command::TakeBack { said: WordsId(id.0) }).await;
    let mut read = String::new();
    while !read.contains("\"taken_back\":{") {
        read.push_str(&slow.next().await.unwrap());
    }
    assert!(read.contains("\"said\":{\"words\""), "the share itself is told, without words");
    assert!(!read.contains("in haste"));
    let late = world.join(Role::Participant, "Cleo").await;
    assert!(!late.has_read("in haste"));
    assert!(!format!("{:?}", world.truth(SeatNo(1)).await).contains("in haste"));
}

#[tokio::test]
async fn words_taken_back_before_anybody_could_read_them_are_told_to_nobody() {
    let world = World::new().await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    let mut ben = world.join(Role::Participant, "Ben").await;
    ana.does(open_round()).await;
    ana.does(Command::Take { r#move: ana.mv() }).await;
    // While this one is being written, the others come into one batch.
    world.journal.next_appends(1, Fault::Delayed(Duration::from_millis(200)));
    let id = new_id();
    for (id, command) in [
        (new_id(), share(ana.mv(), "said with care")),
        (id, share(ana.mv(), "said in haste")),
        (new_id(), Command::TakeBack { said: WordsId(id.0) }),
    ] {
        let command = Box::new(command);
        ana.wire.send(&hearth_protocol::ClientFrame::Command { id, command }).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ben.until(|event| matches!(event, RoomEvent::TakenBack { .. })).await;
    assert!(ben.has_read("said with care"));
    assert!(!ben.has_read("in haste"));
    assert_eq!(ben.view, world.truth(ben.seat()).await);
}

#[tokio::test]
async fn a_slow_reader_is_cut_off_with_come_back_and_never_slows_the_room() {
    let limits = Limits {
        broadcast_bytes_per_room: 65_536,
        commands_burst_per_seat: 1_000,
        ..Limits::default()
    };
    let mut world = World::with(Settings::default(), limits, LineTimers::default()).await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    world.pipe_bytes = 256;
    let mut slow = world.line().await;
    slow.send(&hearth_protocol::ClientFrame::Hello(Box::new(
        world.hello(Role::Participant, "Ben"),
    )))
    .await;
    for _ in 0..60 {
        ana.does(Command::Announce { text: Text::plain("x".repeat(3_000)) }).await;
    }
    assert_eq!(slow.closed().await.code, Some(4001));
}

#[tokio::test]
async fn a_reader_who_takes_nothing_at_all_is_cut_off() {
    let timers = LineTimers { write: Duration::from_millis(300), ..LineTimers::default() };
    let mut world = World::with(Settings::default(), Limits::default(), timers).await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    world.pipe_bytes = 64;
    let mut slow = world.line().await;
    slow.send(&hearth_protocol::ClientFrame::Hello(Box::new(
        world.hello(Role::Participant, "Ben"),
    )))
    .await;
    ana.until(|event| matches!(event, RoomEvent::Joined { .. })).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    world.pass(Duration::from_secs(4)).await;
    ana.until(|event| matches!(event, RoomEvent::Away { seat: SeatNo(2), .. })).await;
}

#[tokio::test]
async fn deleting_a_circle_sends_everyone_away_for_good() {
    let world = World::new().await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    world.rooms.delete_circle(world.circle).await.unwrap();
    assert_eq!(ana.wire.closed().await.code, Some(4204));
    assert_eq!(world.come(ana.hello).await.err().unwrap().code, Some(4204));
    assert_eq!(world.rooms.in_memory(), 0);
}

#[tokio::test]
async fn a_room_of_long_standing_is_loaded_from_its_snapshot_as_it_was() {
    let limits = Limits {
        commands_burst_per_seat: 5_000,
        commands_per_second_per_room: 10_000,
        ..Limits::default()
    };
    let world = World::with(Settings::default(), limits, LineTimers::default()).await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    for number in 0..300 {
        ana.does(Command::Announce { text: Text::plain(format!("word {number}")) }).await;
    }
    assert!(world.journal.snapshot(ana.room()).await.unwrap().is_some());
    let gone = ana.drops();
    let world = world.restarted().await;
    let mut ana = world.resume(gone).await.unwrap();
    assert!(!ana.fresh);
    ana.does(Command::Announce { text: Text::plain("and on") }).await;
    assert_eq!(ana.view, world.truth(ana.seat()).await);
    assert_eq!(ana.view.said.len(), 301);
}
