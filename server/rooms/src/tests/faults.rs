//! Failing appends and conflicts.

use crate::replay::to_row;
use crate::testing::*;
use hearth_journal::faults::Fault;
use hearth_journal::{Batch, Journal};
use hearth_protocol::event::RoomEvent;
use hearth_protocol::frame::Outcome;
use hearth_protocol::text::Words;
use hearth_protocol::{Command, Presence, RefusalCode, Role, SeatNo, Stance, Text, WordsId};
use hearth_room::Act;
use std::time::Duration;
use uuid::Uuid;

/// Two people in a round; the facilitator holds the token.
async fn in_a_round(server: &TestServer) -> (Person, Person) {
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    ana.does(open_round()).await;
    ana.does(Command::Take { r#move: ana.mv() }).await;
    ben.reach(ana.view.cursor.room).await;
    (ana, ben)
}

#[tokio::test]
async fn on_a_full_disk_a_share_is_refused_nothing_changes_and_its_id_works_later() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    let before = server.replayed().await;
    server.journal.next_appends(1, Fault::Full);
    let (id, command) = (new_id(), share(ana.mv(), "heard once"));
    let outcome = ana.ask_as(id, command.clone()).await;
    assert!(matches!(outcome, Outcome::Refused(r) if r.code == RefusalCode::NotStored));
    assert_eq!(server.replayed().await, before);
    assert!(matches!(ana.ask_as(id, command).await, Outcome::Ok(_)));
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.said.len(), 1, "one share, once");
    assert_eq!(ben.view, server.truth(ben.seat()).await);
}

#[tokio::test]
async fn a_command_sent_twice_happens_once_and_has_the_same_answer() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    let (id, command) = (new_id(), share(ana.mv(), "heard once"));
    let first = ana.ask_as(id, command.clone()).await;
    server.hands.advance(Duration::from_secs(2));
    let again = ana.ask_as(id, command).await;
    assert_eq!(first, again);
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.said.len(), 1);
}

#[tokio::test]
async fn a_batch_of_unknown_outcome_that_was_written_is_published_once() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    for fault in [Fault::UnknownWritten, Fault::UnknownNotWritten] {
        server.journal.next_appends(1, fault);
        ana.does(share(ana.mv(), "heard once")).await;
    }
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.said.len(), 2);
    assert_eq!(ben.view, server.truth(ben.seat()).await);
    assert_eq!(ana.view, server.truth(ana.seat()).await);
}

#[tokio::test]
async fn while_a_commit_outcome_is_unknown_nothing_untrue_is_answered() {
    let server = TestServer::new().await;
    let (mut ana, _ben) = in_a_round(&server).await;
    server.journal.next_appends(1, Fault::UnknownWritten);
    server.journal.reading_fails(true);
    let id = new_id();
    let asking = async { ana.ask_as(id, share(ana.mv(), "heard once")).await };
    let mending = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        server.journal.reading_fails(false);
    };
    let (outcome, ()) = tokio::join!(asking, mending);
    assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
    assert_eq!(ana.view.said.len(), 1);
}

/// Appends something as another node would.
async fn append_elsewhere(server: &TestServer, act: &Act) {
    let mut room = server.replayed().await;
    let now = room.at();
    let head = room.head();
    let events = room.decide(act, now).unwrap();
    let mut texts = Vec::new();
    let mut rows = Vec::new();
    for mut recorded in room.record(events, now, None) {
        texts.extend(recorded.event.take_texts());
        room.apply(&recorded).unwrap();
        rows.push(to_row(&recorded).unwrap());
    }
    let batch = Batch {
        id: Uuid::new_v4(),
        rows,
        texts,
        erased: Vec::new(),
        bars: Vec::new(),
        deadline: room.next_deadline(),
        ended: false,
    };
    server.journal.append(server.circle, room.common().room, head, batch).await.unwrap();
}

#[tokio::test]
async fn after_a_conflict_the_others_events_are_published_and_commands_decided_again() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    append_elsewhere(
        &server,
        &Act::Join {
            key: hearth_protocol::keys::SeatKey::from_bytes(new_key()).hash(),
            role: Role::Participant,
            name: Words::new(WordsId(Uuid::new_v4()), Text::plain("Cleo")),
            stance: Stance::Sharing,
            node: Uuid::new_v4(),
        },
    )
    .await;
    ana.does(share(ana.mv(), "after Cleo came")).await;
    ben.until(|event| matches!(event, RoomEvent::Said { .. })).await;
    assert_eq!(ben.view.common.people.len(), 3);
    assert_eq!(ben.view.common.people[2].name.text, Some(Text::plain("Cleo")));
    assert_eq!(ben.view, server.truth(ben.seat()).await);
}

#[tokio::test]
async fn what_is_due_is_tried_again_after_a_failed_append() {
    let server = TestServer::new().await;
    let (mut ana, ben) = in_a_round(&server).await;
    let seat = ben.seat();
    server.journal.every_append(Some(Fault::Full));
    drop(ben);
    server.pass(Duration::from_secs(4)).await;
    assert_eq!(presence(&server, seat).await, Presence::Here, "nothing can be stored");
    server.journal.every_append(None);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(
        presence(&server, seat).await,
        Presence::Here,
        "a full disk is not tried all the time"
    );
    // The delay has doubled meanwhile. It never exceeds half a minute.
    server.pass(Duration::from_secs(31)).await;
    ana.until(|event| matches!(event, RoomEvent::Away { .. })).await;
    assert_eq!(presence(&server, seat).await, Presence::Away);
}

async fn presence(server: &TestServer, seat: SeatNo) -> Presence {
    server.replayed().await.common().person(seat).unwrap().presence
}

#[tokio::test]
async fn nobody_gets_in_on_a_full_disk_and_everybody_does_later() {
    let server = TestServer::new().await;
    server.journal.next_appends(1, Fault::Full);
    let hello = server.hello(Role::Facilitator, "Ana");
    let closed = server.come(hello.clone()).await.err().unwrap();
    assert_eq!(closed.code, Some(4101));
    let ana = server.come(hello).await.ok().unwrap();
    server.journal.next_appends(1, Fault::Full);
    let hello = server.hello(Role::Participant, "Ben");
    assert_eq!(server.come(hello.clone()).await.err().unwrap().code, Some(4101));
    let ben = server.come(hello).await.ok().unwrap();
    assert_eq!((ana.seat(), ben.seat()), (SeatNo(1), SeatNo(2)));
}
