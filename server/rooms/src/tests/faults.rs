//! Failing appends and conflicts.

use crate::replay::to_journal;
use crate::testing::*;
use hearth_journal::faults::Fault;
use hearth_journal::{Batch, Journal};
use hearth_protocol::frame::Outcome;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::presence::{Presence, PresenceCommand, Role, Stance};
use hearth_protocol::round::RoundCommand;
use hearth_protocol::{ClientFrame, CloseCode, Hello, MessageNo, RefusalCode, SeatNo, Text};
use hearth_room::{Input, Random};
use std::time::Duration;
use uuid::Uuid;

/// Two people in a round; the facilitator holds the token.
async fn in_a_round(server: &TestServer) -> (Person, Person) {
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    ana.does(open_round()).await;
    ana.does(take(ana.turn_id())).await;
    ben.reach(ana.view.cursor.room).await;
    (ana, ben)
}

#[tokio::test]
async fn on_a_full_disk_a_share_is_refused_nothing_changes_and_its_id_works_later() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    let before = server.replayed().await;
    server.journal.next_appends(1, Fault::Full);
    let (id, command) = (new_id(), share(ana.turn_id(), "heard once"));
    let outcome = ana.ask_as(id, command.clone()).await;
    assert!(matches!(outcome, Outcome::Refused(r) if r.code == RefusalCode::NotStored));
    assert_eq!(server.replayed().await, before);
    assert!(matches!(ana.ask_as(id, command).await, Outcome::Ok(_)));
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.messages.len(), 1, "one share, once");
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
}

#[tokio::test]
async fn a_command_sent_twice_happens_once_and_has_the_same_answer() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    let (id, command) = (new_id(), share(ana.turn_id(), "heard once"));
    let first = ana.ask_as(id, command.clone()).await;
    server.manual_clock.advance(Duration::from_secs(2));
    let again = ana.ask_as(id, command).await;
    assert_eq!(first, again);
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.messages.len(), 1);
    assert_eq!(ana.view.messages.len(), 1);
}

fn refused_as(outcome: &Outcome) -> Option<RefusalCode> {
    match outcome {
        Outcome::Refused(refusal) => Some(refusal.code),
        Outcome::Ok(_) | Outcome::Page(_) => None,
    }
}

#[tokio::test]
async fn an_id_used_again_for_other_words_or_another_command_is_refused() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    let (id, words) = (new_id(), share(ana.turn_id(), "heard once"));
    let first = ana.ask_as(id, words.clone()).await;
    let Outcome::Ok(done) = first else { panic!("{first:?}") };
    assert_eq!(done.message, Some(MessageNo(1)));
    server.manual_clock.advance(Duration::from_secs(2));
    for other in [
        share(ana.turn_id(), "other words"),
        share(ana.turn_id() + 1, "heard once"),
        announce("heard once"),
        PresenceCommand::Leave {}.into(),
        MessageCommand::Page { before: MessageNo(1) }.into(),
    ] {
        let outcome = ana.ask_as(id, other).await;
        assert_eq!(refused_as(&outcome), Some(RefusalCode::Malformed), "{outcome:?}");
    }
    assert_eq!(ana.ask_as(id, words.clone()).await, Outcome::Ok(done), "the same words");
    ben.does(rename("Ben B.")).await;
    let outcome = ben.ask_as(id, announce("another seat's ids are its own")).await;
    assert_eq!(refused_as(&outcome), Some(RefusalCode::NotAllowed));
    assert_eq!(ben.view.messages.len(), 1);
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);

    let server = server.restarted().await;
    let mut ana = server.resume(ana.drops()).await.unwrap();
    let outcome = ana.ask_as(id, share(ana.turn_id(), "other words")).await;
    assert_eq!(refused_as(&outcome), Some(RefusalCode::Malformed), "the journal has the text");
    assert_eq!(ana.ask_as(id, words).await, Outcome::Ok(done));
}

#[tokio::test]
async fn an_erased_text_matches_any_words() {
    let server = TestServer::new().await;
    let (mut ana, _ben) = in_a_round(&server).await;
    let id = new_id();
    let first = ana.ask_as(id, share(ana.turn_id(), "in haste")).await;
    ana.does(take_back(1)).await;
    for words in ["in haste", "who could tell"] {
        assert_eq!(ana.ask_as(id, share(ana.turn_id(), words)).await, first);
    }
    let outcome = ana.ask_as(id, announce("in haste")).await;
    assert_eq!(refused_as(&outcome), Some(RefusalCode::Malformed));
    assert_eq!(ana.view.messages.len(), 1);
    assert!(!format!("{:?}", server.truth(ana.seat()).await).contains("in haste"));
}

#[tokio::test]
async fn a_command_that_changes_nothing_is_remembered_too() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    let id = new_id();
    let before = ana.view.cursor.clone();
    let first = ben.ask_as(id, PresenceCommand::Stance { stance: Stance::Sharing }).await;
    assert!(matches!(first, Outcome::Ok(_)), "{first:?}");
    server.manual_clock.advance(Duration::from_secs(2));
    ben.does(PresenceCommand::Stance { stance: Stance::Listening }).await;
    let again = ben.ask_as(id, PresenceCommand::Stance { stance: Stance::Sharing }).await;
    assert_eq!(first, again);
    let outcome = ben.ask_as(id, PresenceCommand::Stance { stance: Stance::Listening }).await;
    assert_eq!(refused_as(&outcome), Some(RefusalCode::Malformed));
    ana.reach(before.room + 1).await;
    assert_eq!(ana.view.room.people.get(ben.seat()).unwrap().stance, Stance::Listening);
    assert_eq!(ana.view.cursor, server.truth(ana.seat()).await.cursor, "nobody was told of it");
}

#[tokio::test]
async fn a_command_repeated_while_the_journal_cannot_be_read_closes_nobody_else() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    let (id, words) = (new_id(), share(ana.turn_id(), "heard once"));
    let first = ana.ask_as(id, words.clone()).await;
    // Afterwards only the journal has the texts.
    let gone = (ana.drops(), ben.drops());
    let server = server.restarted().await;
    ana = server.resume(gone.0).await.unwrap();
    ben = server.resume(gone.1).await.unwrap();
    ana.does(RoundCommand::CloseRound {}).await;
    server.journal.reading_fails(true);
    let outcome = ana.ask_as(id, words.clone()).await;
    assert_eq!(refused_as(&outcome), Some(RefusalCode::NotStored));
    server.journal.reading_fails(false);
    assert_eq!(ana.ask_as(id, words).await, first);
    ben.does(rename("Ben B.")).await;
}

#[tokio::test]
async fn a_screen_that_stays_because_the_new_one_was_not_welcomed_gets_all_its_answers() {
    let server = TestServer::new().await;
    let ana = server.join(Role::Facilitator, "Ana").await;
    // Afterwards only the journal has the texts.
    let gone = ana.drops();
    let server = server.restarted().await;
    let mut ana = server.resume(gone).await.unwrap();
    let (before, after, moment) = (new_id(), new_id(), Duration::from_millis(100));
    server.journal.next_appends(1, Fault::Delayed(moment * 6));
    ana.sends(before, announce("before")).await;
    tokio::time::sleep(moment).await;
    let mut other = server.connect().await;
    let hello = Hello { resume: None, ..ana.hello.clone() };
    other.send(&ClientFrame::Hello(Box::new(hello))).await;
    tokio::time::sleep(moment).await;
    ana.sends(after, announce("after")).await;
    tokio::time::sleep(moment).await;
    server.journal.reading_fails(true);
    assert!(matches!(ana.answer(before).await, Outcome::Ok(_)));
    assert_eq!(refused_as(&ana.answer(after).await), Some(RefusalCode::NotStored));
    assert_eq!(other.closed().await.code, Some(CloseCode::NotStored.code()));
    server.journal.reading_fails(false);
    let again = ana.ask_as(after, announce("after")).await;
    assert!(matches!(again, Outcome::Ok(_)), "{again:?}");
}

#[tokio::test]
async fn a_batch_of_unknown_outcome_that_was_written_is_published_once() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    for fault in [Fault::UnknownWritten, Fault::UnknownNotWritten] {
        server.journal.next_appends(1, fault);
        ana.does(share(ana.turn_id(), "heard once")).await;
    }
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.messages.len(), 2);
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    assert_eq!(ana.screen(), server.truth(ana.seat()).await);
}

#[tokio::test]
async fn while_a_commit_outcome_is_unknown_nothing_untrue_is_answered() {
    let server = TestServer::new().await;
    let (mut ana, _ben) = in_a_round(&server).await;
    server.journal.next_appends(1, Fault::UnknownWritten);
    server.journal.reading_fails(true);
    let id = new_id();
    let asking = async { ana.ask_as(id, share(ana.turn_id(), "heard once")).await };
    let mending = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        server.journal.reading_fails(false);
    };
    let (outcome, ()) = tokio::join!(asking, mending);
    assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
    assert_eq!(ana.view.messages.len(), 1);
}

/// Appends something as another node would.
async fn append_elsewhere(server: &TestServer, input: &Input) {
    let mut room = server.replayed().await;
    let now = room.at();
    let head = room.seq();
    let decision =
        room.decide(input, now, Random::repeatable(1)).unwrap().expect("something changes");
    room.accept(&decision);
    let batch = Batch {
        id: Uuid::new_v4(),
        rows: vec![to_journal(&decision.row).unwrap()],
        texts: decision.texts,
        erased: Vec::new(),
        bars: Vec::new(),
        deadline: room.next_deadline(),
        ended: false,
    };
    server.journal.append(server.circle, room.view().id, head, batch).await.unwrap();
}

#[tokio::test]
async fn after_a_conflict_the_others_frames_are_published_and_commands_decided_again() {
    let server = TestServer::new().await;
    let (mut ana, mut ben) = in_a_round(&server).await;
    append_elsewhere(
        &server,
        &Input::Join {
            key: hearth_protocol::keys::SeatKey::from_bytes(new_key()).hash(),
            role: Role::Participant,
            name: Text::plain("Cleo"),
            stance: Stance::Sharing,
            node: Uuid::new_v4(),
        },
    )
    .await;
    ana.does(share(ana.turn_id(), "after Cleo came")).await;
    ben.until_told("said").await;
    assert_eq!(ben.view.room.people.len(), 3);
    let name = ben.view.room.people.get(SeatNo(3)).unwrap().name;
    assert_eq!(ben.view.text(name), Some(&Text::plain("Cleo")));
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
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
        "a full disk is not retried constantly"
    );
    // The delay has doubled in the meantime. It never exceeds half a minute.
    server.pass(Duration::from_secs(31)).await;
    ana.until_told("away").await;
    assert_eq!(presence(&server, seat).await, Presence::Away);
}

async fn presence(server: &TestServer, seat: SeatNo) -> Presence {
    server.replayed().await.view().people.get(seat).unwrap().presence
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
