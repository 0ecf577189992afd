//! How texts, connections, rooms and servers end.

use crate::testing::*;
use crate::{ConnectionTimers, RoomsLimits};
use hearth_journal::Journal;
use hearth_journal::faults::Fault;
use hearth_protocol::moderation::{BarUntil, ModerationCommand};
use hearth_protocol::presence::{Presence, PresenceCommand, PresenceFact, Role};
use hearth_protocol::round::RoundCommand;
use hearth_protocol::session::SessionCommand;
use hearth_protocol::{ClientFrame, MessageNo, RoomId, SeatNo, Settings, Text};
use std::time::Duration;

#[tokio::test]
async fn an_ended_session_closes_its_connections_and_its_texts_are_erased() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    let absent = server.join(Role::Participant, "Cleo").await.drops();
    ana.does(announce("said in confidence")).await;
    ben.until_told("said").await;
    let room = ana.room();
    let ids = [
        ana.view.messages.get(MessageNo(1)).unwrap().text,
        ana.view.room.people.get(SeatNo(2)).unwrap().name,
    ];
    assert_eq!(server.journal.texts(room, &ids).await.unwrap().len(), 2);
    ana.does(SessionCommand::End {}).await;
    server.pass(Duration::from_secs(121)).await;
    ben.until_told("ended").await;
    assert_eq!(ben.wire.closed().await.code, Some(4202));
    assert_eq!(ana.wire.closed().await.code, Some(4202));
    assert_eq!(server.resume(absent).await.err().unwrap().code, Some(4202));
    // The connections are closed first.
    for _ in 0..100 {
        if server.journal.texts(room, &ids).await.unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(server.journal.texts(room, &ids).await.unwrap().is_empty());
    assert_eq!(server.rooms.lobby_summary(server.circle).await.unwrap(), None);
    let ana = server.come(ana.hello).await.ok().unwrap();
    assert_ne!(ana.room(), room, "a hello without resume opens the next session");
}

/// Returns every byte of the store's files.
fn stored_bytes(server: &TestServer) -> Vec<u8> {
    let files = std::fs::read_dir(server.folder.path()).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Moves the clock until the journal has no rows of the room, or fails.
async fn until_erased(server: &TestServer, room: RoomId) {
    for _ in 0..100 {
        if server.journal.read(room, 0, 1).await.unwrap().is_empty() {
            return;
        }
        server.pass(Duration::from_secs(60)).await;
    }
    panic!("the rows are still there");
}

#[tokio::test]
async fn a_day_after_a_session_nothing_says_who_was_there() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    let mut cleo = server.join(Role::Participant, "Cleo").await;
    ana.does(ModerationCommand::Remove { seat: cleo.seat(), until: Some(BarUntil::Lifted) }).await;
    cleo.wire.closed().await;
    ana.does(SessionCommand::End {}).await;
    server.pass(Duration::from_secs(121)).await;
    assert_eq!(ben.wire.closed().await.code, Some(4202));
    let room = ana.room();
    let [present, removed] = [&ben, &cleo].map(|person| person.hello.seat_key.hash().encode());
    server.pass(Duration::from_secs(23 * 3_600)).await;
    assert!(contains(&stored_bytes(&server), &present), "it is kept for a day");
    let bars = server.journal.bars(server.circle).await.unwrap();
    assert_eq!(bars.iter().map(|bar| bar.key).collect::<Vec<_>>(), [cleo.hello.seat_key.hash()]);

    server.pass(Duration::from_secs(3_600)).await;
    until_erased(&server, room).await;
    for _ in 0..100 {
        if !contains(&stored_bytes(&server), &present) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let bytes = stored_bytes(&server);
    assert!(!contains(&bytes, &present) && !contains(&bytes, &removed));
    assert_eq!(server.journal.snapshot(room).await.unwrap(), None);
    assert!(server.journal.last_batch(room).await.unwrap().is_some(), "it took place");
    assert_eq!(server.journal.bars(server.circle).await.unwrap(), bars);
    let refused = server.come(cleo.hello).await.err().unwrap();
    assert_eq!(refused.code, Some(4201), "the bar outlives the session's rows");
}

#[tokio::test]
async fn an_empty_room_is_unloaded_and_still_ends_by_itself() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let room = ana.room();
    ana.sends(new_id(), PresenceCommand::Leave {}).await;
    assert_eq!(ana.wire.closed().await.code, Some(4207));
    server.pass(Duration::from_secs(40)).await;
    assert_eq!(server.rooms.loaded_count(), 0);
    assert_eq!(server.journal.live_room(server.circle).await.unwrap(), Some(room));
    let summary = server.rooms.lobby_summary(server.circle).await.unwrap().unwrap();
    assert_eq!((summary.room, summary.here), (room, 0));
    assert_eq!(server.rooms.loaded_count(), 0, "the lobby summary loads nothing");
    server.pass(Duration::from_secs(1_800)).await;
    server.pass(Duration::from_secs(60)).await;
    assert_eq!(server.journal.live_room(server.circle).await.unwrap(), None);
}

#[tokio::test]
async fn someone_who_joins_while_the_room_is_unloaded_gets_in() {
    let server = TestServer::new().await;
    let hello = server.hello(Role::Facilitator, "Ana");
    for _ in 0..20 {
        let person = server.come(hello.clone()).await.unwrap();
        assert_eq!(person.seat(), SeatNo(1));
        drop(person);
        for _ in 0..4 {
            server.manual_clock.advance(Duration::from_secs(11));
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_stopping_server_asks_clients_to_reconnect_and_the_next_one_loads_the_room() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    ana.does(open_round()).await;
    ana.does(take(ana.turn_id())).await;
    ben.reach(ana.view.cursor.room).await;
    server.stop.cancel();
    assert_eq!(ana.wire.closed().await.code, Some(4000));
    assert_eq!(ben.wire.closed().await.code, Some(4000));
    let server = server.restarted().await;
    let mut ana = server.resume(ana.drops()).await.unwrap();
    assert!(!ana.fresh);
    let mut facts = Vec::new();
    while ana.view.room.people.get(SeatNo(1)).unwrap().presence != Presence::Here
        || facts.is_empty()
    {
        facts.extend(ana.next_decision().await.known_facts().map(|fact| fact.name()));
    }
    assert_eq!(facts[0], "server_restarted");
    assert!(!facts.contains(&"away".to_owned()), "the stop marks nobody as away");
    assert_eq!(ana.screen(), server.truth(ana.seat()).await);
    assert_eq!(ana.view.room.turn.token.holder(), Some(ana.seat()), "the turn goes on");
}

#[tokio::test]
async fn a_room_that_nobody_returns_to_after_a_restart_ends() {
    let server = TestServer::new().await;
    let ana = server.join(Role::Facilitator, "Ana").await;
    let server = server.restarted().await;
    drop(ana);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(
        server.replayed().await.view().people.get(SeatNo(1)).unwrap().presence,
        Presence::Away
    );
    server.pass(Duration::from_secs(1_801)).await;
    server.pass(Duration::from_secs(60)).await;
    assert_eq!(server.journal.live_room(server.circle).await.unwrap(), None);
}

#[tokio::test]
async fn a_room_without_a_deadline_gets_a_fallback_one() {
    let server = TestServer::new().await;
    let _ana = server.join(Role::Facilitator, "Ana").await;
    assert_eq!(server.replayed().await.next_deadline(), None);
    let due =
        server.journal.next_due().await.unwrap().expect("a killed server's room is loaded again");
    assert!(due <= START + 24 * 3_600_000);
}

#[tokio::test]
async fn a_withdrawn_text_reaches_nobody_who_had_not_read_it_yet() {
    let mut server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    server.pipe_bytes = 64;
    let hello = server.hello(Role::Participant, "Ben");
    let mut slow = server.connect().await;
    slow.send(&ClientFrame::Hello(Box::new(hello.clone()))).await;
    server.pipe_bytes = 1024 * 1024;
    ana.until_told("joined").await;
    ana.does(open_round()).await;
    ana.does(take(ana.turn_id())).await;
    ana.does(share(ana.turn_id(), "said in haste")).await;
    ana.does(take_back(1)).await;
    let mut read = String::new();
    while !read.contains("\"taken_back\":{") {
        read.push_str(&slow.next().await.unwrap());
    }
    assert!(
        read.contains("\"said\":{\"message\":1}"),
        "the share itself is reported, without its text"
    );
    assert!(!read.contains("in haste"));
    let late = server.join(Role::Participant, "Cleo").await;
    assert!(!late.has_read("in haste"));
    assert!(!format!("{:?}", server.truth(SeatNo(1)).await).contains("in haste"));
}

#[tokio::test]
async fn a_question_that_was_changed_reaches_nobody_who_had_not_read_it_yet() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let gone = server.join(Role::Participant, "Ben").await.drops();
    ana.does(ask("Asked in haste?")).await;
    let prompt = Some(Text::plain("Asked with care?"));
    ana.does(RoundCommand::SetPrompt { prompt }).await;
    let mut ben = server.resume(gone).await.unwrap();
    ben.reach(ana.view.cursor.room).await;
    assert!(ben.has_read("with care") && !ben.has_read("in haste"));
    assert_eq!(ben.view.messages.len(), 2);
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    let late = server.join(Role::Participant, "Cleo").await;
    assert!(!late.has_read("in haste"));
}

#[tokio::test]
async fn a_text_withdrawn_in_the_same_batch_reaches_nobody() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    ana.does(open_round()).await;
    ana.does(take(ana.turn_id())).await;
    // While this append runs, the others collect into one batch.
    server.journal.next_appends(1, Fault::Delayed(Duration::from_millis(200)));
    for command in [
        share(ana.turn_id(), "said with care"),
        share(ana.turn_id(), "said in haste"),
        take_back(2),
    ] {
        ana.sends(new_id(), command).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ben.until_told("taken_back").await;
    assert!(ben.has_read("said with care"));
    assert!(!ben.has_read("in haste"));
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
}

#[tokio::test]
async fn a_slow_reader_is_told_to_reconnect_and_never_slows_the_room() {
    let limits = RoomsLimits {
        broadcast_bytes: 65_536,
        commands_burst_per_seat: 1_000,
        ..RoomsLimits::default()
    };
    let mut server =
        TestServer::with(Settings::default(), limits, ConnectionTimers::default()).await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    server.pipe_bytes = 256;
    let mut slow = server.connect().await;
    slow.send(&ClientFrame::Hello(Box::new(server.hello(Role::Participant, "Ben")))).await;
    for _ in 0..60 {
        ana.does(announce("x".repeat(3_000))).await;
    }
    assert_eq!(slow.closed().await.code, Some(4001));
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_disconnected() {
    let timers =
        ConnectionTimers { write: Duration::from_millis(300), ..ConnectionTimers::default() };
    let mut server = TestServer::with(Settings::default(), RoomsLimits::default(), timers).await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    server.pipe_bytes = 64;
    let mut slow = server.connect().await;
    slow.send(&ClientFrame::Hello(Box::new(server.hello(Role::Participant, "Ben")))).await;
    ana.until_told("joined").await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    server.pass(Duration::from_secs(4)).await;
    ana.until(|fact| *fact == PresenceFact::Away { seat: SeatNo(2) }.into()).await;
}

#[tokio::test]
async fn deleting_a_circle_disconnects_everyone_for_good() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    server.rooms.delete_circle(server.circle).await.unwrap();
    assert_eq!(ana.wire.closed().await.code, Some(4204));
    assert_eq!(server.come(ana.hello).await.err().unwrap().code, Some(4203));
    assert_eq!(server.rooms.loaded_count(), 0);
}

#[tokio::test]
async fn a_long_session_is_loaded_from_its_snapshot() {
    let server = TestServer::with_many_commands().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    for number in 0..300 {
        ana.does(announce(format!("word {number}"))).await;
    }
    server.has_snapshot(ana.room()).await;
    let gone = ana.drops();
    let server = server.restarted().await;
    let mut ana = server.resume(gone).await.unwrap();
    assert!(!ana.fresh);
    ana.does(announce("and on")).await;
    assert_eq!(ana.screen(), server.truth(ana.seat()).await);
    assert_eq!(ana.view.messages.len(), 301);
}
