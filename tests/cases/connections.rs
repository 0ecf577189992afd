//! Connections that break without a close.

use hearth_client::View;
use hearth_protocol::Settings;
use hearth_protocol::api::LinkRole;
use hearth_protocol::presence::Presence;
use hearth_protocol::turn::TurnCommand;
use hearth_tests::members::{Member, circle, command};
use hearth_tests::server::TestServer;
use serde_json::json;
use std::time::{Duration, Instant};

/// A ping after 3 s without traffic if the seat has the token, 5 s for its answer, and some slack.
const SEEN_WITHIN: Duration = Duration::from_secs(12);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_whose_connection_is_dead_without_a_close_is_away_within_seconds() {
    let server = TestServer::with_system_clock(|_| {});
    let links = circle(&server, Settings::default()).await;
    let fay = Member::join(&links, LinkRole::Facilitator, "Fay").await;
    let ana = Member::join(&links, LinkRole::Participant, "Ana").await;
    let seat = ana.client.seat();
    fay.does(command("open_round", &json!({ "start": { "seat": seat } }))).await;
    ana.client.wait_for(SEEN_WITHIN, View::is_offered_turn).await.unwrap();
    ana.does(TurnCommand::Take { turn_id: ana.turn_id() }).await;
    // Her socket stays open, but she reads nothing, so she doesn't answer pings.
    ana.client.set_reading(false).await.unwrap();
    let began = Instant::now();
    let away =
        |view: &View| view.person(seat).is_some_and(|person| person.presence == Presence::Away);
    fay.client.wait_for(SEEN_WITHIN, away).await.expect("she is seen as away");
    assert!(began.elapsed() > Duration::from_secs(2), "nobody is away after a moment's silence");
    assert_eq!(fay.client.view().turn().token.holder(), Some(seat), "the turn waits");
}
