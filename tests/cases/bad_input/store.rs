//! A store that fails: a full disk, and commits with an unknown outcome.

use super::Attacked;
use hearth_client::{Join, View};
use hearth_journal::faults::Fault;
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::Outcome;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::{CloseCode, CommandId, RefusalCode, Text};
use hearth_tests::members::WITHIN;
use hearth_tests::server::TestServer;
use uuid::Uuid;

fn say(room: &Attacked, words: &str) -> MessageCommand {
    MessageCommand::Say { turn_id: room.fay.turn_id(), text: Text::plain(words) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_refused_on_a_full_disk_happens_once_when_there_is_space() {
    let mut room = Attacked::open(TestServer::with_faulty_store(|_| {})).await;
    room.server.faults().every_append(Some(Fault::Full));
    let id = CommandId::new(Uuid::new_v4());
    for _ in 0..5 {
        let outcome = room.fay.client.request(id, say(&room, "Can it be kept?")).await;
        let Ok(Outcome::Refused(refusal)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(refusal.code, RefusalCode::NotStored);
    }
    let join = Join::by_link(&room.links.link(LinkRole::Participant)).name("Late");
    let error = join.clone().connect().await.expect_err("no seat can be stored");
    assert_eq!(error.close_code(), Some(CloseCode::NotStored), "{error}");
    room.server.faults().every_append(None);
    for _ in 0..3 {
        let outcome = room.fay.client.request(id, say(&room, "Can it be kept?")).await;
        assert!(matches!(outcome, Ok(Outcome::Ok(_))), "{outcome:?}");
    }
    room.ana.sees("Can it be kept?").await;
    room.ana.catches_up().await;
    assert_eq!(room.ana.decisions().count(), 1, "it happened once");
    join.connect().await.expect("there is space again");
    room.still_works().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_whose_commit_has_an_unknown_outcome_happens_once() {
    for fault in [Fault::UnknownWritten, Fault::UnknownNotWritten] {
        let mut room = Attacked::open(TestServer::with_faulty_store(|_| {})).await;
        for number in 0..10 {
            room.server.faults().next_appends(1, fault);
            let (id, words) = (CommandId::new(Uuid::new_v4()), format!("{fault:?} {number}"));
            let deadline = std::time::Instant::now() + WITHIN;
            loop {
                let outcome = room.fay.client.request(id, say(&room, &words)).await;
                match outcome {
                    Ok(Outcome::Ok(_)) => break,
                    Ok(Outcome::Refused(r)) if r.code == RefusalCode::NotStored => {}
                    other => panic!("{fault:?}: {other:?}"),
                }
                assert!(std::time::Instant::now() < deadline, "{fault:?}");
            }
            room.ana.sees(&words).await;
        }
        room.ana.catches_up().await;
        assert_eq!(room.ana.decisions().count(), 10, "{fault:?}: each happened once");
        room.still_works().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_due_happens_once_the_disk_has_space_again() {
    let mut room = Attacked::open(TestServer::with_faulty_store(|_| {})).await;
    let ana = room.ana.client.seat();
    room.fay.does(ModerationCommand::Mute { seat: ana, for_ms: Some(300) }).await;
    room.server.faults().every_append(Some(Fault::Full));
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let muted = |view: &View| view.snapshot.own.muted.is_some();
    assert!(room.ana.client.with_view(muted), "nobody sees what was not stored");
    room.server.faults().every_append(None);
    room.ana.client.wait_for(WITHIN, |view| !muted(view)).await.expect("the mute is over");
    room.still_works().await;
}
