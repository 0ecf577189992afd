//! A command that is sent again happened once, whatever came in between.

use hearth_client::Coming;
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::Outcome;
use hearth_protocol::limits::REMEMBERED_MAX;
use hearth_protocol::{Command, CommandId, RefusalCode, Settings, Text};
use hearth_tests::company::{Member, circle};
use hearth_tests::house::House;
use uuid::Uuid;

fn say(words: &str) -> Command {
    Command::Say { r#move: 0, text: Text::plain(words) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_again_after_a_kill_it_is_answered_as_before_and_nothing_happens() {
    let mut house = House::with_system_clock(|_| {});
    let links = circle(&house, Settings::default()).await;
    let mut fay = Member::comes_in(&links, LinkRole::Facilitator, "Fay").await;
    let mut ids = Vec::new();
    for number in 0..REMEMBERED_MAX {
        let id = CommandId(Uuid::new_v4());
        let words = format!("number {number}");
        let done = fay.client.command_as(id, say(&words)).await.unwrap();
        ids.push((id, words, done));
    }
    house.kill();
    house.start();
    fay.client.come_back(Coming::Resume).await.unwrap();
    fay.catches_up().await;
    let before = fay.client.view().snapshot.cursor;
    for (id, words, done) in ids {
        let again = fay.client.command_as(id, say(&words)).await.unwrap();
        assert_eq!(again, done);
    }
    assert_eq!(fay.client.view().snapshot.cursor, before);
    assert_eq!(fay.client.view().snapshot.said.len(), REMEMBERED_MAX);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_id_from_two_seats_is_two_commands() {
    let house = House::with_system_clock(|_| {});
    let links = circle(&house, Settings::default()).await;
    let fay = Member::comes_in(&links, LinkRole::Facilitator, "Fay").await;
    let mut ana = Member::comes_in(&links, LinkRole::Participant, "Ana").await;
    let id = CommandId(Uuid::new_v4());
    // A sign of life leaves no words behind, so that their ids cannot meet.
    fay.client.command_as(id, Command::Point {}).await.unwrap();
    ana.client
        .command_as(id, Command::Stance { stance: hearth_protocol::Stance::Resting })
        .await
        .unwrap();
    ana.catches_up().await;
    let me = ana.client.view().me().cloned().unwrap();
    assert_eq!(me.stance, hearth_protocol::Stance::Resting);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_under_the_id_of_somebody_elses_words_are_not_mixed_up_with_them() {
    let house = House::with_system_clock(|_| {});
    let links = circle(&house, Settings::default()).await;
    let fay = Member::comes_in(&links, LinkRole::Facilitator, "Fay").await;
    let mut ana = Member::comes_in(&links, LinkRole::Participant, "Ana").await;
    let id = CommandId(Uuid::new_v4());
    fay.client.command_as(id, say("mine")).await.unwrap();
    ana.catches_up().await;
    // Refused for good, and nobody else's words go down with it.
    let (outcome, after) = tokio::join!(
        ana.client.command_as(id, say("yours")),
        fay.client.command_as(CommandId(Uuid::new_v4()), say("after")),
    );
    let outcome = outcome.unwrap();
    let refused = matches!(&outcome, Outcome::Refused(r) if r.code == RefusalCode::Malformed);
    assert!(refused, "{outcome:?}");
    assert!(matches!(after.unwrap(), Outcome::Ok(_)));
    ana.sees("after").await;
    let said = ana.client.view().snapshot.said;
    assert_eq!(said[0].words.text, Some(Text::plain("mine")), "{outcome:?}");
    let fresh = Member::comes_in(&links, LinkRole::Moderator, "Mo").await;
    drop(fresh);
    ana.client.come_back(Coming::Fresh).await.unwrap();
    let said = ana.client.view().snapshot.said;
    assert_eq!(said[0].words.text, Some(Text::plain("mine")), "{outcome:?}");
}
