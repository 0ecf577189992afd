//! The write-ahead log stays short while writes go on.

use crate::engine::{Engine, FEW_LOG_PAGES, SqliteEngine};
use crate::support::{a_circle, a_room, batch, said};
use futures_util::future::join_all;
use hearth_journal::{Batch, Journal, Sqlite};
use hearth_protocol::TextId;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;

/// Bytes of a page, with its header in the log.
const PAGE_BYTES: u64 = 1024 + 24;
/// Appends of each room: together they fill the log a hundred times.
const APPENDS: u64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn the_log_stays_short_while_everyone_writes_and_reads() {
    let store = SqliteEngine::new();
    let log = || std::fs::metadata(store.path().join("hearth.db-wal")).unwrap().len();
    let mut rooms = Vec::new();
    for _ in 0..8 {
        rooms.push((a_circle(&*store).await, a_room()));
    }
    let (store, writes) = (&store, AtomicBool::new(true));
    let reading = async {
        while writes.load(Ordering::Relaxed) {
            for (_, room) in &rooms {
                store.read(*room, 0, 1_000_000).await.unwrap();
            }
        }
    };
    let writing = async {
        let all = rooms.iter().map(|(circle, room)| async move {
            for head in 0..APPENDS {
                let batch = said(head, TextId(Uuid::new_v4()), &"words ".repeat(100));
                store.append(*circle, *room, head, batch).await.unwrap();
            }
        });
        join_all(all).await;
        writes.store(false, Ordering::Relaxed);
    };
    tokio::join!(reading, writing);
    // The bound of four times the length is checked after each group, and a group has 8 commands.
    let most = u64::from(FEW_LOG_PAGES) * 8 * PAGE_BYTES;
    assert!(log() <= most, "{} of at most {most} bytes", log());
    for (_, room) in &rooms {
        assert_eq!(store.read(*room, 0, 1_000_000).await.unwrap().len() as u64, APPENDS);
    }
}

#[tokio::test]
async fn an_append_that_leaves_the_deadline_as_it_is_writes_less() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).unwrap();
    let (circle, room) = (a_circle(&store).await, a_room());
    let log = || std::fs::metadata(folder.path().join("hearth.db-wal")).unwrap().len();
    let mut growth = [0, 0];
    for seq in 0..60_u64 {
        // Every second append changes it.
        let changes = usize::from(seq % 2 == 1);
        let deadline = Some(1_000 + seq.div_ceil(2));
        let before = log();
        store.append(circle, room, seq, Batch { deadline, ..batch(seq, 1) }).await.unwrap();
        growth[changes] += log() - before;
    }
    assert!(growth[0] < growth[1], "{growth:?}");
}
