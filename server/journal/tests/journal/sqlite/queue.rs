//! The bounded queues.

use crate::engine::SqliteEngine;
use crate::support::{a_circle, a_room, batch};
use futures_util::future::join_all;
use hearth_journal::{Journal, SqliteOptions};

#[tokio::test]
async fn callers_wait_while_the_queue_is_full() {
    let store = SqliteEngine::with(&SqliteOptions {
        queue_max: 2,
        group_max: 2,
        ..SqliteOptions::default()
    });
    let mut rooms = Vec::new();
    for _ in 0..30 {
        rooms.push((a_circle(&*store).await, a_room()));
    }
    let all = rooms.iter().map(|(circle, room)| async {
        store.append(*circle, *room, 0, batch(0, 1)).await.unwrap();
        store.read(*room, 0, 9).await.unwrap().len()
    });
    assert_eq!(join_all(all).await, [1; 30]);
}
