//! A command that is resent happens once, whatever happened in between.

use hearth_client::Reconnect;
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::Outcome;
use hearth_protocol::limits::REMEMBERED_MAX;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::presence::{PresenceCommand, Stance};
use hearth_protocol::signal::SignalCommand;
use hearth_protocol::{Command, CommandId, RefusalCode, Settings, Text};
use hearth_tests::members::{Member, circle, words};
use hearth_tests::server::TestServer;
use uuid::Uuid;

fn say(words: &str) -> Command {
    MessageCommand::Say { turn_id: 0, text: Text::plain(words) }.into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_again_after_a_kill_it_gets_the_same_answer_and_nothing_happens() {
    let mut server = TestServer::with_system_clock(|_| {});
    let links = circle(&server, Settings::default()).await;
    let mut fay = Member::join(&links, LinkRole::Facilitator, "Fay").await;
    let mut sent = Vec::new();
    for number in 0..REMEMBERED_MAX {
        let id = CommandId::new(Uuid::new_v4());
        let words = format!("number {number}");
        let answer = fay.client.request(id, say(&words)).await.unwrap();
        sent.push((id, words, answer));
    }
    server.kill();
    server.start();
    fay.client.reconnect(Reconnect::Resume).await.unwrap();
    fay.catches_up().await;
    let before = fay.client.view().snapshot.cursor;
    for (id, words, answer) in sent {
        let again = fay.client.request(id, say(&words)).await.unwrap();
        assert_eq!(again, answer);
    }
    assert_eq!(fay.client.view().snapshot.cursor, before);
    assert_eq!(fay.client.view().snapshot.messages.len(), REMEMBERED_MAX);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_id_from_two_seats_is_two_commands() {
    let server = TestServer::with_system_clock(|_| {});
    let links = circle(&server, Settings::default()).await;
    let fay = Member::join(&links, LinkRole::Facilitator, "Fay").await;
    let mut ana = Member::join(&links, LinkRole::Participant, "Ana").await;
    let id = CommandId::new(Uuid::new_v4());
    fay.client.request(id, SignalCommand::ProcessPoint {}).await.unwrap();
    let rest = PresenceCommand::Stance { stance: Stance::Resting };
    ana.client.request(id, rest).await.unwrap();
    let said = fay.client.request(CommandId::new(Uuid::new_v4()), say("mine")).await.unwrap();
    ana.catches_up().await;
    assert_eq!(ana.client.view().me().map(|me| me.stance), Some(Stance::Resting));
    assert!(matches!(said, Outcome::Ok(_)), "{said:?}");
    // Compare messages too, since the server chooses the ids of texts.
    let id = CommandId::new(Uuid::new_v4());
    for (member, text) in [(&fay, "one"), (&ana, "two")] {
        let outcome = member.client.request(id, say(text)).await.unwrap();
        assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
    }
    ana.catches_up().await;
    let expected = ["mine", "one", "two"].map(|text| Some(text.to_owned()));
    assert_eq!(ana.client.with_view(words), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_id_never_means_two_things() {
    let mut server = TestServer::with_system_clock(|_| {});
    let links = circle(&server, Settings::default()).await;
    let mut fay = Member::join(&links, LinkRole::Facilitator, "Fay").await;
    let id = CommandId::new(Uuid::new_v4());
    let first = fay.client.request(id, say("the first words")).await.unwrap();
    for restarted in [false, true] {
        if restarted {
            server.kill();
            server.start();
            fay.client.reconnect(Reconnect::Resume).await.unwrap();
        }
        for other in [say("other words"), SignalCommand::ProcessPoint {}.into()] {
            let outcome = fay.client.request(id, other).await.unwrap();
            let refused =
                matches!(&outcome, Outcome::Refused(r) if r.code == RefusalCode::Malformed);
            assert!(refused, "{outcome:?}");
        }
        assert_eq!(fay.client.request(id, say("the first words")).await.unwrap(), first);
    }
    fay.catches_up().await;
    assert_eq!(fay.client.with_view(words), [Some("the first words".to_owned())]);
}
