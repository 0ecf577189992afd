//! A server whose disk is full.

use crate::server::{Running, new_circle};
use hearth::clock::Clock;
use hearth::config::Config;
use hearth::startup::Server;
use hearth_journal::{Sqlite, SqliteOptions};
use hearth_protocol::Text;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Starts a server whose database can't grow beyond this number of KiB.
async fn start_on_small_disk(kib: u32) -> Running {
    let data = tempfile::tempdir().unwrap();
    let mut config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: data.path().join("data"),
        ..Config::default()
    };
    config.limits.circles_per_hour_per_address = 1_000;
    let options = SqliteOptions { pages_max: Some(kib), ..SqliteOptions::default() };
    let journal = Arc::new(Sqlite::open_with(&config.data, &options).unwrap());
    let clock = Clock::system();
    Running { server: Server::start_with(config, journal, clock).await.unwrap(), data }
}

/// Creates a circle with agreements of this many characters, and returns the status.
async fn creates_circle(running: &Running, chars: usize) -> u16 {
    let mut new = new_circle();
    new.agreements = Some(Text::plain("ä".repeat(chars)));
    running.post(&[], &serde_json::to_string(&new).unwrap()).await.status
}

#[tokio::test]
async fn a_server_that_cannot_store_what_people_send_is_not_ready_although_less_still_fits() {
    let running = start_on_small_disk(300).await;
    assert_eq!(running.get("/readyz").await.status, 200);
    while creates_circle(&running, 4_000).await == 201 {}
    // Longer than the interval between the store's own checks.
    for _ in 0..6 {
        let _fits_or_not = creates_circle(&running, 1).await;
        let answer = running.get("/readyz").await;
        assert_eq!((answer.status, answer.problem().as_str()), (503, "not_stored"));
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(running.get("/healthz").await.status, 200);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_is_not_ready_on_a_full_disk_even_if_nobody_has_tried_to_store_anything() {
    let running = start_on_small_disk(80).await;
    assert_eq!(running.get("/readyz").await.status, 503);
    running.server.stop().await.unwrap();
}
