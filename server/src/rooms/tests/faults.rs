//! What the journal cannot take.

use super::person::*;
use super::support::*;
use crate::rooms::fold::to_row;
use hearth_journal::faults::Fault;
use hearth_journal::{Batch, Journal};
use hearth_protocol::event::RoomEvent;
use hearth_protocol::frame::Outcome;
use hearth_protocol::text::Words;
use hearth_protocol::{Command, Presence, RefusalCode, Role, SeatNo, Stance, Text, WordsId};
use hearth_room::Act;
use std::time::Duration;
use uuid::Uuid;

/// Two people, the facilitator holding the token in a round.
async fn in_a_round(world: &World) -> (Person, Person) {
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    let mut ben = world.join(Role::Participant, "Ben").await;
    ana.does(open_round()).await;
    ana.does(Command::Take { r#move: ana.mv() }).await;
    ben.reach(ana.view.cursor.room).await;
    (ana, ben)
}

#[tokio::test]
async fn on_a_full_disk_a_share_is_refused_nothing_changes_and_its_id_works_later() {
    let world = World::new().await;
    let (mut ana, mut ben) = in_a_round(&world).await;
    let before = world.folded().await;
    world.journal.next_appends(1, Fault::Full);
    let (id, command) = (new_id(), share(ana.mv(), "heard once"));
    let outcome = ana.ask_as(id, command.clone()).await;
    assert!(matches!(outcome, Outcome::Refused(r) if r.code == RefusalCode::NotStored));
    assert_eq!(world.folded().await, before);
    assert!(matches!(ana.ask_as(id, command).await, Outcome::Ok(_)));
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.said.len(), 1, "one share, once");
    assert_eq!(ben.view, world.truth(ben.seat()).await);
}

#[tokio::test]
async fn a_command_sent_twice_happens_once_and_has_the_same_answer() {
    let world = World::new().await;
    let (mut ana, mut ben) = in_a_round(&world).await;
    let (id, command) = (new_id(), share(ana.mv(), "heard once"));
    let first = ana.ask_as(id, command.clone()).await;
    world.hands.advance(Duration::from_secs(2));
    let again = ana.ask_as(id, command).await;
    assert_eq!(first, again);
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.said.len(), 1);
}

#[tokio::test]
async fn a_batch_of_unknown_fate_that_was_written_is_published_once() {
    let world = World::new().await;
    let (mut ana, mut ben) = in_a_round(&world).await;
    for fault in [Fault::UnknownWritten, Fault::UnknownNotWritten] {
        world.journal.next_appends(1, fault);
        ana.does(share(ana.mv(), "heard once")).await;
    }
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.said.len(), 2);
    assert_eq!(ben.view, world.truth(ben.seat()).await);
    assert_eq!(ana.view, world.truth(ana.seat()).await);
}

#[tokio::test]
async fn while_the_fate_of_a_batch_cannot_be_known_nothing_untrue_is_answered() {
    let world = World::new().await;
    let (mut ana, _ben) = in_a_round(&world).await;
    world.journal.next_appends(1, Fault::UnknownWritten);
    world.journal.reading_fails(true);
    let id = new_id();
    let asking = async { ana.ask_as(id, share(ana.mv(), "heard once")).await };
    let mending = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        world.journal.reading_fails(false);
    };
    let (outcome, ()) = tokio::join!(asking, mending);
    assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
    assert_eq!(ana.view.said.len(), 1);
}

/// Appends something as another node would.
async fn append_elsewhere(world: &World, act: &Act) {
    let mut room = world.folded().await;
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
    world.journal.append(world.circle, room.common().room, head, batch).await.unwrap();
}

#[tokio::test]
async fn what_another_node_appended_first_is_seen_and_commands_are_decided_again() {
    let world = World::new().await;
    let (mut ana, mut ben) = in_a_round(&world).await;
    append_elsewhere(
        &world,
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
    assert_eq!(ben.view, world.truth(ben.seat()).await);
}

#[tokio::test]
async fn what_time_brings_is_tried_again_after_a_failed_append() {
    let world = World::new().await;
    let (mut ana, ben) = in_a_round(&world).await;
    let seat = ben.seat();
    world.journal.every_append(Some(Fault::Full));
    drop(ben);
    world.pass(Duration::from_secs(4)).await;
    assert_eq!(presence(&world, seat).await, Presence::Here, "nothing can be stored");
    world.journal.every_append(None);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(
        presence(&world, seat).await,
        Presence::Here,
        "a full disk is not tried all the time"
    );
    // The wait has doubled meanwhile, and never exceeds half a minute.
    world.pass(Duration::from_secs(31)).await;
    ana.until(|event| matches!(event, RoomEvent::Away { .. })).await;
    assert_eq!(presence(&world, seat).await, Presence::Away);
}

async fn presence(world: &World, seat: SeatNo) -> Presence {
    world.folded().await.common().person(seat).unwrap().presence
}

#[tokio::test]
async fn nobody_gets_in_on_a_full_disk_and_everybody_does_later() {
    let world = World::new().await;
    world.journal.next_appends(1, Fault::Full);
    let hello = world.hello(Role::Facilitator, "Ana");
    let closed = world.come(hello.clone()).await.err().unwrap();
    assert_eq!(closed.code, Some(4101));
    let ana = world.come(hello).await.ok().unwrap();
    world.journal.next_appends(1, Fault::Full);
    let hello = world.hello(Role::Participant, "Ben");
    assert_eq!(world.come(hello.clone()).await.err().unwrap().code, Some(4101));
    let ben = world.come(hello).await.ok().unwrap();
    assert_eq!((ana.seat(), ben.seat()), (SeatNo(1), SeatNo(2)));
}
