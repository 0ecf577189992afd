//! A client against a scripted server: joining, commands, lost connections and reconnects.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a broken assumption fails the test"
)]

mod fake;

use fake::{Fake, FakeConnection, decision, joined, page, room_frame, said};
use hearth_client::{
    Client, ConnectionOptions, ConnectionState, Error, Event, Events, Join, Reconnect,
};
use hearth_protocol::frame::{AudienceFrame, Done, Notice, Outcome};
use hearth_protocol::keys::SeatKey;
use hearth_protocol::message::{MessageCommand, MessageFact};
use hearth_protocol::presence::PresenceFact;
use hearth_protocol::queue::QueueCommand;
use hearth_protocol::{
    ClientFrame, CloseCode, Command, CommandId, Fact, Hello, MessageNo, RefusalCode, RoomId,
    SeatNo, ServerFrame, Text,
};
use serde_json::json;
use std::time::Duration;
use tokio::task::JoinHandle;
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(10);

async fn welcomed() -> (Fake, FakeConnection, Client, Events) {
    let fake = Fake::start().await;
    let joining = tokio::spawn(fake.join("Ana").connect());
    let mut server = fake.accept().await;
    server.hello().await;
    server.welcome(2).await;
    let (client, events) = joining.await.unwrap().unwrap();
    (fake, server, client, events)
}

fn raise() -> Command {
    QueueCommand::Raise {}.into()
}

/// Starts sending a command.
fn asks(client: &Client) -> JoinHandle<Result<Done, Error>> {
    let client = client.clone();
    tokio::spawn(async move { client.command(raise()).await })
}

async fn command_of(server: &mut FakeConnection) -> (CommandId, Command) {
    match server.read().await {
        ClientFrame::Command { id, command } => (id, *command),
        other => panic!("not a command: {other:?}"),
    }
}

#[tokio::test]
async fn the_hello_has_the_keys_of_the_link_and_the_seat() {
    let fake = Fake::start().await;
    let key = SeatKey::from_bytes([9; 32]);
    let join = fake.join("Ana").seat_key(key);
    let joining = tokio::spawn(join.connect());
    let mut server = fake.accept().await;
    let hello: Hello = server.hello().await;
    assert_eq!(hello.circle, fake.link.circle());
    assert_eq!(hello.seat_key, key);
    assert_eq!(hello.entry_key, Some(fake.link.secret().entry_key()));
    assert_eq!(hello.name, Some(Text::plain("Ana")));
    assert_eq!(hello.resume, None);
    server.welcome(2).await;
    let (client, mut events) = joining.await.unwrap().unwrap();
    assert_eq!(client.seat(), fake::SEAT);
    assert!(matches!(events.next().await, Ok(Some(Event::Reset(_)))));
}

#[tokio::test]
async fn a_command_returns_after_the_frames_before_its_answer_are_in_view() {
    let (_fake, mut server, client, _events) = welcomed().await;
    let asking = asks(&client);
    let (id, command) = command_of(&mut server).await;
    assert_eq!(command, raise());
    server.send(&joined(3, 2, "Ben")).await;
    server.ok(id).await;
    assert!(matches!(asking.await.unwrap(), Ok(Done { .. })));
    assert_eq!(client.view().snapshot.room.people.len(), 2);
    assert_eq!(client.view().snapshot.cursor.room, 3);
}

#[tokio::test]
async fn a_lost_connection_is_resumed_and_unanswered_commands_are_sent_again_under_their_ids() {
    let (fake, mut server, client, _events) = welcomed().await;
    let asking = asks(&client);
    let (id, _) = command_of(&mut server).await;
    server.send(&joined(3, 2, "Ben")).await;
    client.wait_for(SOON, |view| view.snapshot.cursor.room == 3).await.unwrap();
    drop(server);

    let mut server = fake.accept().await;
    let resume = server.hello().await.resume.unwrap();
    assert_eq!(resume.cursor.room, 3);
    assert_eq!(resume.epoch, fake::EPOCH);
    server.resumed().await;
    server.send(&said(4, 2, 1, "me too")).await;
    assert_eq!(command_of(&mut server).await, (id, raise()));
    server.ok(id).await;
    assert!(matches!(asking.await.unwrap(), Ok(Done { .. })));
    assert_eq!(client.view().snapshot.messages.len(), 1);
}

#[tokio::test]
async fn what_was_meant_for_one_room_is_never_said_in_another() {
    let (fake, mut server, client, _events) = welcomed().await;
    let asking = asks(&client);
    command_of(&mut server).await;
    drop(server);

    let mut server = fake.accept().await;
    server.hello().await;
    let mut elsewhere = fake::snapshot(1);
    elsewhere.room.id = RoomId(Uuid::from_u128(99));
    server.welcome_with(elsewhere).await;
    assert!(matches!(asking.await.unwrap(), Err(Error::OtherRoom)));
    assert!(server.is_silent(Duration::from_millis(200)).await);

    let asking = tokio::spawn(async move { client.command(raise()).await });
    let (id, _) = command_of(&mut server).await;
    server.ok(id).await;
    assert!(asking.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_gap_in_the_numbers_brings_the_client_back_for_a_snapshot() {
    let (fake, mut server, client, _events) = welcomed().await;
    server.send(&said(4, 1, 1, "a frame is missing before this")).await;
    let mut server = fake.accept().await;
    assert_eq!(server.hello().await.resume, None);
    server.welcome(4).await;
    client.wait_for(SOON, |view| view.snapshot.cursor.room == 4).await.unwrap();
    assert_eq!(client.view().connection, ConnectionState::Open);
}

#[tokio::test]
async fn a_frame_of_a_newer_server_brings_the_client_back_for_a_snapshot() {
    let (fake, mut server, client, _events) = welcomed().await;
    server.send_text(r#"{"sung":{"seat":1}}"#).await;
    let mut server = fake.accept().await;
    assert_eq!(server.hello().await.resume, None);
    server.welcome(3).await;
    client.wait_for(SOON, |view| view.snapshot.cursor.room == 3).await.unwrap();
}

#[tokio::test]
async fn facts_and_fields_of_a_newer_server_are_ignored() {
    let (_fake, mut server, client, mut events) = welcomed().await;
    let text = r#"{"room":3,"at":5,"facts":[{"sung":{}}],"patch":{"song":{"verse":2}},"tune":1}"#;
    server.send_text(text).await;
    server.send(&joined(4, 2, "Ben")).await;
    let joined = PresenceFact::Joined { seat: SeatNo(2) }.into();
    events.find_fact(SOON, |fact| (*fact == joined).then_some(())).await.unwrap();
    assert_eq!(client.view().snapshot.cursor.room, 4);
}

#[tokio::test]
async fn a_patch_that_does_not_fit_brings_the_client_back_for_a_snapshot_and_never_a_resume() {
    let fake = Fake::start().await;
    let options = ConnectionOptions { auto_reconnect: false, ..ConnectionOptions::default() };
    let joining = tokio::spawn(fake.join("Ana").options(options).connect());
    let mut server = fake.accept().await;
    server.hello().await;
    server.welcome(2).await;
    let (client, _events) = joining.await.unwrap().unwrap();
    let patch = Some(json!({ "session": { "phase": "singing" } }));
    server.send(&decision(AudienceFrame { patch, ..room_frame(3) })).await;
    client.wait_for(SOON, |view| view.connection == ConnectionState::Lost).await.unwrap();
    let reconnecting = tokio::spawn({
        let client = client.clone();
        async move { client.reconnect(Reconnect::Resume).await }
    });
    let mut server = fake.accept().await;
    assert_eq!(server.hello().await.resume, None);
    server.welcome(3).await;
    reconnecting.await.unwrap().unwrap();
}

#[tokio::test]
async fn subscribers_receive_facts_with_their_frame_and_a_reset_after_a_snapshot() {
    let (_fake, mut server, client, mut events) = welcomed().await;
    assert!(matches!(events.next().await, Ok(Some(Event::Reset(_)))));
    server.send(&said(3, 1, 1, "hello")).await;
    match events.next().await {
        Ok(Some(Event::Decision { facts, frame })) => {
            let said = MessageFact::Said { message: MessageNo(1) };
            assert_eq!(*facts, [Fact::from(said)]);
            assert_eq!(frame.room, Some(3));
        }
        other => panic!("not a decision: {other:?}"),
    }
    let (_, message) = client.view().messages().next().map(|(n, m)| (n, m.clone())).unwrap();
    assert_eq!(client.text(message.text), Some(Text::plain("hello")));

    server.send(&ServerFrame::Notice(Notice::Snapshot(Box::new(fake::snapshot(9))))).await;
    match events.next().await {
        Ok(Some(Event::Reset(snapshot))) => assert_eq!(snapshot.cursor.room, 9),
        other => panic!("not a reset: {other:?}"),
    }
    assert_eq!(client.view().messages().count(), 0);
    assert_eq!(client.view().name_of(fake::SEAT), Some(&Text::plain("Ana")));
}

#[tokio::test]
async fn raw_frames_come_before_what_they_caused() {
    let fake = Fake::start().await;
    let options = ConnectionOptions { raw_frames: true, ..ConnectionOptions::default() };
    let joining = tokio::spawn(fake.join("Ana").options(options).connect());
    let mut server = fake.accept().await;
    server.hello().await;
    server.welcome(2).await;
    let (_client, mut events) = joining.await.unwrap().unwrap();
    server.send(&joined(3, 2, "Ben")).await;
    for begins_with in ["{\"welcome\":", "{\"room\":3,"] {
        let Ok(Some(Event::Raw(text))) = events.next().await else { panic!("not a raw frame") };
        assert!(text.starts_with(begins_with), "{text}");
        let caused = events.next().await;
        assert!(matches!(caused, Ok(Some(Event::Reset(_) | Event::Decision { .. }))), "{caused:?}");
    }
}

#[tokio::test]
async fn a_command_returns_its_message_or_the_refusal() {
    let (_fake, mut server, client, _events) = welcomed().await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { (client.command(raise()).await, client.command(raise()).await) }
    });
    let done = Done { at: 9, message: Some(MessageNo(4)) };
    let (id, _) = command_of(&mut server).await;
    server.answer(id, Outcome::Ok(done)).await;
    let (id, _) = command_of(&mut server).await;
    server.answer(id, Outcome::Refused(RefusalCode::Paused.into())).await;
    let (first, second) = asking.await.unwrap();
    assert_eq!(first.unwrap(), done);
    let refused = second.unwrap_err();
    assert_eq!(refused.refusal().map(|refusal| refusal.code), Some(RefusalCode::Paused));
}

/// Reads a command for a page and returns its id and the message it names.
async fn page_command_of(server: &mut FakeConnection) -> (CommandId, MessageNo) {
    match command_of(server).await {
        (id, Command::Message(MessageCommand::Page { before })) => (id, before),
        other => panic!("not a page: {other:?}"),
    }
}

#[tokio::test]
async fn a_page_that_would_leave_a_hole_is_left_out_and_asked_for_again() {
    let (_fake, mut server, client, _events) = welcomed().await;
    let snapshot = |numbers| {
        let snapshot = fake::snapshot_with_messages(9, numbers);
        ServerFrame::Notice(Notice::Snapshot(Box::new(snapshot)))
    };
    server.send(&snapshot(50..60)).await;
    client.wait_for(SOON, |view| view.messages().count() == 10).await.unwrap();
    let paging = tokio::spawn({
        let client = client.clone();
        async move { (client.earlier_messages().await, client.earlier_messages().await) }
    });
    let (id, before) = page_command_of(&mut server).await;
    assert_eq!(before, MessageNo(50));
    server.send(&snapshot(80..90)).await;
    server.answer(id, Outcome::Page(page(40..50, true))).await;

    let (id, before) = page_command_of(&mut server).await;
    assert_eq!(before, MessageNo(80));
    server.answer(id, Outcome::Page(page(1..80, false))).await;
    let (first, second) = paging.await.unwrap();
    assert_eq!((first.unwrap(), second.unwrap()), (true, false));
    let numbers: Vec<u32> = client.view().messages().map(|(number, _)| number.0).collect();
    assert_eq!(numbers, (1..90).collect::<Vec<_>>());
}

#[tokio::test]
async fn after_a_final_close_nothing_reconnects_and_every_pending_command_fails() {
    let (fake, mut server, client, mut events) = welcomed().await;
    let asking = asks(&client);
    command_of(&mut server).await;
    server.close(CloseCode::Replaced).await;
    let refused = asking.await.unwrap().unwrap_err();
    assert_eq!(refused.close_code(), Some(CloseCode::Replaced));
    let closed = events.find(SOON, |event| match event {
        Event::Closed(reason) => Some(*reason),
        _ => None,
    });
    assert_eq!(closed.await.unwrap().close_code(), Some(CloseCode::Replaced));
    assert!(client.command(raise()).await.is_err());
    fake.nobody_connects(Duration::from_millis(600)).await;

    let reconnecting = tokio::spawn({
        let client = client.clone();
        async move { client.reconnect(Reconnect::Fresh).await }
    });
    let mut server = fake.accept().await;
    server.hello().await;
    server.welcome(2).await;
    reconnecting.await.unwrap().unwrap();
    assert_eq!(client.view().connection, ConnectionState::Open);
}

#[tokio::test]
async fn a_machine_that_slept_before_its_hello_is_back_when_it_wakes() {
    let (fake, server, client, _events) = welcomed().await;
    drop(server);
    fake.accept().await.close(CloseCode::NoHello).await;
    let mut server = fake.accept().await;
    assert!(server.hello().await.resume.is_some());
    server.resumed().await;
    client.wait_for(SOON, |view| view.connection == ConnectionState::Open).await.unwrap();
}

#[tokio::test]
async fn after_disconnect_the_client_stays_away_until_reconnect() {
    let (fake, mut server, client, _events) = welcomed().await;
    client.disconnect().await.unwrap();
    assert!(server.is_closed().await);
    fake.nobody_connects(Duration::from_millis(600)).await;
    let reconnecting = tokio::spawn({
        let client = client.clone();
        async move { client.reconnect(Reconnect::Resume).await }
    });
    let mut server = fake.accept().await;
    assert!(server.hello().await.resume.is_some());
    server.resumed().await;
    reconnecting.await.unwrap().unwrap();
}

#[tokio::test]
async fn no_more_than_sixteen_commands_are_unanswered_at_once() {
    let (_fake, mut server, client, _events) = welcomed().await;
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.command(raise()).await })
        })
        .collect();
    let mut ids = Vec::new();
    for _ in 0..16 {
        ids.push(command_of(&mut server).await.0);
    }
    assert!(server.is_silent(Duration::from_millis(200)).await);
    for id in ids {
        server.ok(id).await;
    }
    for _ in 0..4 {
        let (id, _) = command_of(&mut server).await;
        server.ok(id).await;
    }
    for asked in asking {
        asked.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn it_wasnt_me_gives_the_seat_a_new_key_for_good() {
    let fake = Fake::start().await;
    let (old, new) = (SeatKey::from_bytes([1; 32]), SeatKey::from_bytes([2; 32]));
    let join = Join::to_circle(fake.link.origin().clone(), fake.link.circle());
    let joining = tokio::spawn(join.seat_key(old).new_seat_key(new).connect());
    let mut server = fake.accept().await;
    let hello = server.hello().await;
    assert_eq!((hello.seat_key, hello.new_seat_key), (old, Some(new)));
    server.welcome(2).await;
    let _client = joining.await.unwrap().unwrap();
    drop(server);
    let hello = fake.accept().await.hello().await;
    assert_eq!((hello.seat_key, hello.new_seat_key), (new, None));
}

#[tokio::test]
async fn a_rejected_join_returns_the_close_code() {
    let fake = Fake::start().await;
    let joining = tokio::spawn(fake.join("Ana").connect());
    let mut server = fake.accept().await;
    server.hello().await;
    server.close(CloseCode::NotAdmitted).await;
    let error = joining.await.unwrap().unwrap_err();
    assert_eq!(error.close_code(), Some(CloseCode::NotAdmitted));
}

#[tokio::test]
async fn an_unreachable_server_is_named_with_the_remedy() {
    let fake = Fake::start().await;
    let (join, origin) = (fake.join("Ana"), fake.link.origin().to_string());
    drop(fake);
    let error = join.connect().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    let said = error.to_string();
    assert!(said.contains(&origin) && said.contains("check that the server runs"), "{said}");
}
