//! People who join over the network, with the Rust client.

use crate::server::{LONG, start};
use hearth_client::{
    CircleOptions, ConnectionState, Join, Origin, delete_circle, look_at_door, make_circle,
};
use hearth_protocol::api::LinkRole;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{CloseCode, MessageNo};

#[tokio::test]
async fn people_join_by_their_links_and_the_lobby_shows_how_many_are_here() {
    let running = start(|_| {}).await;
    let origin = Origin::parse(&running.server.origin()).unwrap();
    let links = make_circle(&origin, CircleOptions::titled("Tuesday")).await.unwrap();
    let participant = links.link(LinkRole::Participant);
    assert_eq!(look_at_door(&participant).await.unwrap().session, None);
    let facilitator = links.link(LinkRole::Facilitator);
    let (ana, _) = Join::by_link(&facilitator).name("Ana").connect().await.unwrap();
    let (ben, _) = Join::by_link(&participant).name("Ben").connect().await.unwrap();
    ana.wait_for(LONG, |view| view.snapshot.room.people.len() == 2).await.unwrap();
    let session = look_at_door(&participant).await.unwrap().session.unwrap();
    assert_eq!((session.here, session.room), (2, ben.view().snapshot.room.id));
    let metrics = running.get("/metrics").await.text();
    assert!(
        metrics.contains("hearth_websockets 2\n") && metrics.contains("hearth_rooms 1\n"),
        "{metrics}"
    );
    for hidden in ["Ana", "Tuesday", "127.0.0.1"] {
        assert!(!metrics.contains(hidden), "{metrics}");
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn refusals_are_counted_by_code_wherever_they_are_decided() {
    let running = start(|config| {
        config.limits.commands_per_second_per_seat = 1;
        config.limits.commands_burst_per_seat = 2;
    })
    .await;
    let origin = Origin::parse(&running.server.origin()).unwrap();
    let links = make_circle(&origin, CircleOptions::titled("Tuesday")).await.unwrap();
    let participant = Join::by_link(&links.link(LinkRole::Participant));
    let (ana, _) = participant.clone().name("Ana").connect().await.unwrap();
    // By the room.
    ana.command(TurnCommand::Take { turn_id: 77 }).await.unwrap_err();
    ana.command(MessageCommand::Page { before: MessageNo(99) }).await.unwrap_err();
    // By the connection, which counts commands.
    ana.command(TurnCommand::Take { turn_id: 77 }).await.unwrap_err();
    // At the door.
    participant.name("x".repeat(60)).connect().await.unwrap_err();
    let metrics = running.get("/metrics").await.text();
    for (code, count) in
        [("stale_turn", 1), ("no_such_message", 1), ("too_fast", 1), ("too_long", 1)]
    {
        let line = format!("hearth_refusals_total{{code=\"{code}\"}} {count}\n");
        assert!(metrics.contains(&line), "{line}{metrics}");
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn deleting_a_circle_disconnects_everyone_and_removes_it() {
    let running = start(|_| {}).await;
    let origin = Origin::parse(&running.server.origin()).unwrap();
    let links = make_circle(&origin, CircleOptions::titled("Tuesday")).await.unwrap();
    let facilitator = links.link(LinkRole::Facilitator);
    let (ana, _) = Join::by_link(&facilitator).name("Ana").connect().await.unwrap();
    delete_circle(&links.link(LinkRole::Keeper)).await.unwrap();
    ana.wait_for(LONG, |view| match view.connection {
        ConnectionState::Closed(gone) => gone.close_code() == Some(CloseCode::NoCircle),
        ConnectionState::Open | ConnectionState::Lost => false,
    })
    .await
    .unwrap();
    assert!(look_at_door(&facilitator).await.is_err());
    running.server.stop().await.unwrap();
}
