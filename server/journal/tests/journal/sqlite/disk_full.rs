//! Readiness on a full disk.

use crate::engine::{Engine, SqliteEngine};
use crate::support::{a_circle, a_room, said, text_id};
use hearth_journal::{EraseScope, Journal, JournalError, SqliteOptions};
use hearth_protocol::{CircleId, RoomId};
use std::time::Duration;

#[tokio::test]
async fn a_full_store_becomes_ready_again_without_an_append() {
    let store = SqliteEngine::small();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let large = "x".repeat(400_000);
    store.append(circle, room, 0, said(0, text_id(), &large)).await.unwrap_err();
    let full = JournalError::Full { doing: "append" };
    assert_eq!(store.ready().await, Err(full));
    for _ in 0..100 {
        if store.ready().await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not ready again after ten seconds");
}

#[tokio::test]
async fn an_append_that_fits_makes_a_full_store_ready_again() {
    let store = SqliteEngine::small();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let large = "x".repeat(400_000);
    store.append(circle, room, 0, said(0, text_id(), &large)).await.unwrap_err();
    store.append(circle, room, 0, said(0, text_id(), "short")).await.unwrap();
    assert_eq!(store.ready().await, Ok(()));
}

/// Appends messages of this size until the store is full, and returns the room's head.
async fn fill(store: &SqliteEngine, circle: CircleId, room: RoomId, bytes: usize) -> u64 {
    let words = "x".repeat(bytes);
    let mut head = 0;
    while store.append(circle, room, head, said(head, text_id(), &words)).await.is_ok() {
        head += 1;
    }
    head
}

#[tokio::test]
async fn a_store_in_which_only_short_messages_still_fit_is_not_ready() {
    let store = SqliteEngine::small();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let mut head = fill(&store, circle, room, 50_000).await;
    // Longer than the interval between the writer's own checks.
    for _ in 0..6 {
        store.append(circle, room, head, said(head, text_id(), "short")).await.unwrap();
        head += 1;
        assert!(matches!(store.ready().await, Err(JournalError::Full { .. })));
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    store.erase(room, EraseScope::Texts).await.unwrap();
    assert_eq!(store.ready().await, Ok(()));
}

#[tokio::test]
async fn a_store_on_a_disk_without_space_is_not_ready_before_anyone_writes() {
    for (pages, ready) in [(300, true), (80, false)] {
        let options = SqliteOptions { pages_max: Some(pages), ..SqliteOptions::default() };
        assert_eq!(SqliteEngine::with(&options).ready().await.is_ok(), ready, "{pages} pages");
    }
}

#[tokio::test]
async fn asking_again_and_again_whether_the_store_is_ready_writes_only_now_and_then() {
    let store = SqliteEngine::new();
    let log = || std::fs::metadata(store.path().join("hearth.db-wal")).unwrap().len();
    store.ready().await.unwrap();
    let once = log();
    assert!(once > 64 * 1024, "{once}");
    for _ in 0..1_000 {
        store.ready().await.unwrap();
    }
    assert!(log() <= 2 * once, "{once} to {}", log());
}
