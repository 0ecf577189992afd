//! Readiness on a full disk.

use crate::engine::{Engine, SqliteEngine};
use crate::support::{a_circle, a_room, said, text_id};
use hearth_journal::{Journal, JournalError};
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
