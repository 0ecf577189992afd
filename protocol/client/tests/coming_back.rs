//! A client against a server that does as it is told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this crate is test code: a broken assumption ends the test with a word about it"
)]

mod fake;

use fake::{Fake, FakeLine, joined, said};
use hearth_client::{Coming, Error, Happening, Join, LineState};
use hearth_protocol::frame::Outcome;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{ClientFrame, CloseCode, Command, CommandId, Hello, Text};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);

async fn welcomed() -> (Fake, FakeLine, hearth_client::Client, hearth_client::Events) {
    let fake = Fake::start().await;
    let joining = tokio::spawn(fake.join("Ana").come_in());
    let mut line = fake.accept().await;
    line.hello().await;
    line.welcome(2).await;
    let (client, events) = joining.await.unwrap().unwrap();
    (fake, line, client, events)
}

fn raise() -> Command {
    Command::Raise {}
}

async fn command_of(line: &mut FakeLine) -> (CommandId, Command) {
    match line.read().await {
        ClientFrame::Command { id, command } => (id, *command),
        other => panic!("not a command: {other:?}"),
    }
}

#[tokio::test]
async fn the_first_frame_says_who_comes_by_what_link() {
    let fake = Fake::start().await;
    let key = SeatKey::from_bytes([9; 32]);
    let join = fake.join("Ana").seat_key(key);
    let joining = tokio::spawn(join.come_in());
    let mut line = fake.accept().await;
    let hello: Hello = line.hello().await;
    assert_eq!(hello.circle, fake.link.circle());
    assert_eq!(hello.seat_key, key);
    assert_eq!(hello.entry_key, Some(fake.link.secret().entry_key()));
    assert_eq!(hello.name, Some(Text::plain("Ana")));
    assert_eq!(hello.resume, None);
    line.welcome(2).await;
    let (client, mut events) = joining.await.unwrap().unwrap();
    assert_eq!(client.seat(), fake::SEAT);
    assert!(matches!(events.next().await, Ok(Some(Happening::Frame { .. }))));
}

#[tokio::test]
async fn an_answer_is_told_after_the_events_before_it_are_in_view() {
    let (_fake, mut line, client, _events) = welcomed().await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.command(raise()).await }
    });
    let (id, command) = command_of(&mut line).await;
    assert_eq!(command, raise());
    line.send(&joined(3, 2, "Ben")).await;
    line.ok(id).await;
    assert!(matches!(asking.await.unwrap(), Ok(Outcome::Ok(_))));
    assert_eq!(client.view().snapshot.common.people.len(), 2);
    assert_eq!(client.view().snapshot.cursor.room, 3);
}

#[tokio::test]
async fn a_lost_line_is_resumed_and_what_was_not_answered_is_sent_again_under_its_id() {
    let (fake, mut line, client, _events) = welcomed().await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.command(raise()).await }
    });
    let (id, _) = command_of(&mut line).await;
    line.send(&joined(3, 2, "Ben")).await;
    client.wait_for(SOON, |view| view.snapshot.cursor.room == 3).await.unwrap();
    drop(line);

    let mut line = fake.accept().await;
    let resume = line.hello().await.resume.unwrap();
    assert_eq!(resume.cursor.room, 3);
    assert_eq!(resume.epoch, fake::EPOCH);
    line.resumed().await;
    line.send(&said(4, 2, "me too")).await;
    assert_eq!(command_of(&mut line).await, (id, raise()));
    line.ok(id).await;
    assert!(matches!(asking.await.unwrap(), Ok(Outcome::Ok(_))));
    assert_eq!(client.view().snapshot.said.len(), 1);
}

#[tokio::test]
async fn a_gap_in_the_numbers_brings_the_client_back_for_a_snapshot() {
    let (fake, mut line, client, _events) = welcomed().await;
    line.send(&said(4, 1, "one is missing before this")).await;
    let mut line = fake.accept().await;
    assert_eq!(line.hello().await.resume, None);
    line.welcome(4).await;
    client.wait_for(SOON, |view| view.snapshot.cursor.room == 4).await.unwrap();
    assert_eq!(client.view().line, LineState::Open);
}

#[tokio::test]
async fn an_event_of_a_newer_server_brings_the_client_back_for_a_snapshot() {
    let (fake, mut line, client, _events) = welcomed().await;
    line.send_text(r#"{"room":3,"at":5,"sung":{}}"#).await;
    let mut line = fake.accept().await;
    assert_eq!(line.hello().await.resume, None);
    line.welcome(3).await;
    client.wait_for(SOON, |view| view.snapshot.cursor.room == 3).await.unwrap();
}

#[tokio::test]
async fn after_do_not_come_back_nothing_comes_back_and_everything_asked_is_told_so() {
    let (fake, mut line, client, mut events) = welcomed().await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.command(raise()).await }
    });
    command_of(&mut line).await;
    line.close(CloseCode::Replaced).await;
    let refused = asking.await.unwrap().unwrap_err();
    assert_eq!(refused.close_code(), Some(CloseCode::Replaced));
    let gone = events.find(SOON, |h| match h {
        Happening::Gone(gone) => Some(*gone),
        _ => None,
    });
    assert_eq!(gone.await.unwrap().close_code(), Some(CloseCode::Replaced));
    assert!(client.command(raise()).await.is_err());
    fake.nobody_comes(Duration::from_millis(600)).await;

    let coming = tokio::spawn({
        let client = client.clone();
        async move { client.come_back(Coming::Fresh).await }
    });
    let mut line = fake.accept().await;
    line.hello().await;
    line.welcome(2).await;
    coming.await.unwrap().unwrap();
    assert_eq!(client.view().line, LineState::Open);
}

#[tokio::test]
async fn a_line_cut_by_hand_stays_away_until_told_to_come_back() {
    let (fake, mut line, client, _events) = welcomed().await;
    client.cut().await.unwrap();
    assert!(line.is_closed().await);
    fake.nobody_comes(Duration::from_millis(600)).await;
    let coming = tokio::spawn({
        let client = client.clone();
        async move { client.come_back(Coming::Resume).await }
    });
    let mut line = fake.accept().await;
    assert!(line.hello().await.resume.is_some());
    line.resumed().await;
    coming.await.unwrap().unwrap();
}

#[tokio::test]
async fn no_more_than_sixteen_commands_are_unanswered_at_once() {
    let (_fake, mut line, client, _events) = welcomed().await;
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.command(raise()).await })
        })
        .collect();
    let mut ids = Vec::new();
    for _ in 0..16 {
        ids.push(command_of(&mut line).await.0);
    }
    assert!(line.is_quiet(Duration::from_millis(200)).await);
    for id in ids {
        line.ok(id).await;
    }
    for _ in 0..4 {
        let (id, _) = command_of(&mut line).await;
        line.ok(id).await;
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
    let joining = tokio::spawn(join.seat_key(old).new_seat_key(new).come_in());
    let mut line = fake.accept().await;
    let hello = line.hello().await;
    assert_eq!((hello.seat_key, hello.new_seat_key), (old, Some(new)));
    line.welcome(2).await;
    let _client = joining.await.unwrap().unwrap();
    drop(line);
    let hello = fake.accept().await.hello().await;
    assert_eq!((hello.seat_key, hello.new_seat_key), (new, None));
}

#[tokio::test]
async fn who_is_not_welcomed_is_told_why() {
    let fake = Fake::start().await;
    let joining = tokio::spawn(fake.join("Ana").come_in());
    let mut line = fake.accept().await;
    line.hello().await;
    line.close(CloseCode::NotAdmitted).await;
    let error = joining.await.unwrap().unwrap_err();
    assert_eq!(error.close_code(), Some(CloseCode::NotAdmitted));
}

#[tokio::test]
async fn where_nobody_listens_the_error_names_the_address_and_the_remedy() {
    let fake = Fake::start().await;
    let (join, origin) = (fake.join("Ana"), fake.link.origin().to_string());
    drop(fake);
    let error = join.come_in().await.unwrap_err();
    assert!(matches!(error, Error::NoConnection { .. }), "{error}");
    let said = error.to_string();
    assert!(said.contains(&origin) && said.contains("check that the server runs"), "{said}");
}
