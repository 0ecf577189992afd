//! People who join over the network, with the Rust client.

use crate::server::{LONG, start};
use hearth_client::{
    CircleOptions, ConnectionState, Join, Origin, delete_circle, look_at_door, make_circle,
};
use hearth_protocol::CloseCode;
use hearth_protocol::api::LinkRole;

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
