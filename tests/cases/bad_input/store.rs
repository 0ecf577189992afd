//! A store that takes nothing: a full disk, and outcomes that nobody knows.

use super::Scene;
use hearth_client::Join;
use hearth_journal::faults::Fault;
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::Outcome;
use hearth_protocol::{CloseCode, Command, CommandId, RefusalCode, Text};
use hearth_tests::company::WITHIN;
use hearth_tests::house::House;
use uuid::Uuid;

fn say(scene: &Scene, words: &str) -> Command {
    Command::Say { r#move: scene.fay.client.current_move(), text: Text::plain(words) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_happens_and_the_same_command_happens_once_when_there_is_room() {
    let mut scene = Scene::set(House::with_faulty_store(|_| {})).await;
    scene.house.faults().every_append(Some(Fault::Full));
    let id = CommandId(Uuid::new_v4());
    for _ in 0..5 {
        let outcome = scene.fay.client.command_as(id, say(&scene, "Can it be kept?")).await;
        let Ok(Outcome::Refused(refusal)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(refusal.code, RefusalCode::NotStored);
    }
    let join = Join::by_link(&scene.links.link(LinkRole::Participant)).name("Late");
    let error = join.clone().come_in().await.expect_err("nobody can be written down");
    assert_eq!(error.close_code(), Some(CloseCode::NotStored), "{error}");
    scene.house.faults().every_append(None);
    for _ in 0..3 {
        let outcome = scene.fay.client.command_as(id, say(&scene, "Can it be kept?")).await;
        assert!(matches!(outcome, Ok(Outcome::Ok(_))), "{outcome:?}");
    }
    scene.ana.sees("Can it be kept?").await;
    scene.ana.catches_up().await;
    assert_eq!(scene.ana.events_received(), 1, "it happened once");
    join.come_in().await.expect("there is room again");
    scene.still_works().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_knows_whether_it_was_written_it_happens_once_all_the_same() {
    for fault in [Fault::UnknownWritten, Fault::UnknownNotWritten] {
        let mut scene = Scene::set(House::with_faulty_store(|_| {})).await;
        for number in 0..10 {
            scene.house.faults().next_appends(1, fault);
            let (id, words) = (CommandId(Uuid::new_v4()), format!("{fault:?} {number}"));
            let deadline = std::time::Instant::now() + WITHIN;
            loop {
                let outcome = scene.fay.client.command_as(id, say(&scene, &words)).await;
                match outcome {
                    Ok(Outcome::Ok(_)) => break,
                    Ok(Outcome::Refused(r)) if r.code == RefusalCode::NotStored => {}
                    other => panic!("{fault:?}: {other:?}"),
                }
                assert!(std::time::Instant::now() < deadline, "{fault:?}");
            }
            scene.ana.sees(&words).await;
        }
        scene.ana.catches_up().await;
        assert_eq!(scene.ana.events_received(), 10, "{fault:?}: each happened once");
        scene.still_works().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_time_brings_happens_once_the_disk_has_room_again() {
    let mut scene = Scene::set(House::with_faulty_store(|_| {})).await;
    let ana = scene.ana.client.seat();
    scene.fay.does(Command::Mute { seat: ana, for_ms: Some(300) }).await;
    scene.house.faults().every_append(Some(Fault::Full));
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let muted = |view: &hearth_client::View| view.snapshot.own.muted.is_some();
    assert!(scene.ana.client.look(muted), "nobody sees what was not stored");
    scene.house.faults().every_append(None);
    scene.ana.client.wait_for(WITHIN, |view| !muted(view)).await.expect("the mute is over");
    scene.still_works().await;
}
