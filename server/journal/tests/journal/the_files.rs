//! The folder and its files: opening, locking, copying, backing up.

use crate::support::{Store, a_circle, a_room, all_bytes, batch, occurrences, said, words_id};
use futures_util::future::join_all;
use hearth_journal::{AppendError, Batch, Journal, JournalError, Sqlite, What, renew_epoch};
use hearth_protocol::keys::KeyHash;
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use tempfile::tempdir;

#[tokio::test]
async fn a_store_is_the_same_after_it_was_closed_and_opened_again() {
    let store = Store::new();
    assert_eq!(store.newest_at(), 0);
    let epoch = store.epoch();
    let (circle, room, id) = (a_circle(&*store).await, a_room(), words_id());
    let bars = vec![(KeyHash::from_bytes([9; 32]), true)];
    let last = Batch { deadline: Some(5), bars, ..said(0, id, "words") };
    store.append(circle, room, 0, last.clone()).await.unwrap();
    store.put_snapshot(room, 1, "{}".into()).await.unwrap();
    store.close().await.unwrap();
    store.close().await.unwrap();
    let closed = JournalError::Closed { doing: "append" };
    assert_eq!(store.ready().await, Err(closed));
    assert_eq!(
        store.append(circle, room, 1, batch(1, 1)).await,
        Err(AppendError::Failed(JournalError::Closed { doing: "append to a room" }))
    );
    assert!(matches!(store.read(room, 0, 1).await, Err(JournalError::Closed { .. })));
    let backup = store.backup(&store.path().join("copy.db")).await;
    assert!(matches!(backup, Err(JournalError::Closed { .. })));
    assert!(!store.path().join("hearth.db-wal").exists());

    let store = store.reopened();
    assert_eq!(store.epoch(), epoch);
    assert_eq!(store.newest_at(), 1000);
    assert_eq!(store.last_batch(room).await.unwrap(), Some((last.id, 1)));
    assert_eq!(store.read(room, 0, 9).await.unwrap(), last.events);
    assert_eq!(store.snapshot(room).await.unwrap(), Some((1, "{}".into())));
    assert_eq!(store.texts(room, &[id]).await.unwrap(), last.texts);
    assert_eq!(store.live_room(circle).await.unwrap(), Some(room));
    assert_eq!(store.next_due().await.unwrap(), Some(5));
    assert_eq!(store.barred(circle).await.unwrap().len(), 1);
    store.append(circle, room, 1, batch(1, 1)).await.unwrap();
}

#[tokio::test]
async fn a_store_that_is_only_dropped_keeps_what_was_acknowledged() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, batch(0, 1)).await.unwrap();
    assert_eq!(store.reopened().read(room, 0, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_servers_cannot_open_one_folder() {
    let store = Store::new();
    let folder = store.path().to_owned();
    let second = Sqlite::open(&folder).unwrap_err();
    assert_eq!(second, JournalError::InUse { folder: folder.clone() });
    let said = second.to_string();
    assert!(said.contains(folder.to_str().unwrap()) && said.contains("--data"), "{said}");
    assert_eq!(renew_epoch(&folder).unwrap_err(), JournalError::InUse { folder: folder.clone() });
    store.close().await.unwrap();
    drop(Sqlite::open(&folder).unwrap());
}

#[test]
fn a_store_written_by_a_newer_hearth_is_left_alone() {
    let folder = tempdir().unwrap();
    drop(Sqlite::open(folder.path()).unwrap());
    let db = Connection::open(folder.path().join("hearth.db")).unwrap();
    db.execute(
        "INSERT INTO refinery_schema_history SELECT 999, 'later', applied_on, checksum \
         FROM refinery_schema_history WHERE version = 1",
        [],
    )
    .unwrap();
    drop(db);
    let error = Sqlite::open(folder.path()).unwrap_err();
    let expected = JournalError::Newer { folder: folder.path().to_owned(), store: 999, known: 2 };
    assert_eq!(error, expected);
}

#[test]
fn a_file_that_is_no_store_of_ours_is_left_alone() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("hearth.db");
    let foreign = JournalError::Foreign { file: file.clone() };
    fs::write(&file, "This is a diary, not a database. ".repeat(100)).unwrap();
    assert_eq!(Sqlite::open(folder.path()).unwrap_err(), foreign);
    assert!(fs::read(&file).unwrap().starts_with(b"This is a diary"));

    fs::remove_file(&file).unwrap();
    let db = Connection::open(&file).unwrap();
    db.execute_batch("CREATE TABLE other (a); INSERT INTO other VALUES (1)").unwrap();
    drop(db);
    assert_eq!(Sqlite::open(folder.path()).unwrap_err(), foreign);
}

#[test]
fn a_folder_that_cannot_be_made_is_named_with_the_remedy() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let error = Sqlite::open(&file.join("data")).unwrap_err();
    assert!(matches!(error, JournalError::Files { .. }), "{error:?}");
    assert!(error.to_string().contains("a-file"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let outer = tempdir().unwrap();
    let folder = outer.path().join("deep").join("data");
    let journal = Sqlite::open(&folder).unwrap();
    a_circle(&journal).await;
    journal.backup(&folder.join("backup.db")).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let names = ["hearth.db", "hearth.db-wal", "hearth.db-shm", "hearth.lock", "backup.db"];
    for name in names {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_copied_in_the_middle_of_writing_open_cleanly() {
    let store = Store::new();
    let mut rooms = Vec::new();
    for _ in 0..8 {
        rooms.push((a_circle(&*store).await, a_room()));
    }
    let writing = rooms.iter().map(|(circle, room)| async {
        for head in 0..20 {
            store.append(*circle, *room, head, said(head, words_id(), "words")).await.unwrap();
        }
    });
    let copying = async {
        let mut copies = Vec::new();
        for _ in 0..5 {
            // Nothing moves from the log to the main file within this test, so main file, then log,
            // is what a crash leaves.
            let mut acknowledged = Vec::new();
            for (_, room) in &rooms {
                acknowledged.push(store.last_batch(*room).await.unwrap().map_or(0, |last| last.1));
            }
            let copy = tempdir().unwrap();
            for name in ["hearth.db", "hearth.db-wal"] {
                fs::copy(store.path().join(name), copy.path().join(name)).unwrap();
            }
            copies.push((copy, acknowledged));
            tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        }
        copies
    };
    let (_, copies) = tokio::join!(join_all(writing), copying);
    for (copy, acknowledged) in copies {
        let journal = Sqlite::open(copy.path()).unwrap();
        assert_eq!(journal.epoch(), store.epoch());
        for ((_, room), head) in rooms.iter().zip(acknowledged) {
            let events = journal.read(*room, 0, 100).await.unwrap();
            assert!(events.len() as u64 >= head);
            let found = journal.last_batch(*room).await.unwrap().map_or(0, |last| last.1);
            assert_eq!(events.len() as u64, found);
        }
    }
}

#[tokio::test]
async fn an_erasure_waits_for_a_reader_that_still_needs_the_log() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, said(0, words_id(), "readmarker")).await.unwrap();
    let other = Connection::open(store.path().join("hearth.db")).unwrap();
    let moment = other.unchecked_transaction().unwrap();
    let _seen: i64 = moment.query_row("SELECT count(*) FROM texts", [], |row| row.get(0)).unwrap();

    let erasing = store.erase(room, What::Texts);
    tokio::pin!(erasing);
    let early = tokio::time::timeout(std::time::Duration::from_millis(400), &mut erasing).await;
    assert!(early.is_err(), "a reader still sees the words in the log: {early:?}");
    // Appends go on meanwhile.
    store.append(circle, room, 1, batch(1, 1)).await.unwrap();

    // A crash at this point: the words are deleted, and still in the log.
    let crashed = tempdir().unwrap();
    for name in ["hearth.db", "hearth.db-wal"] {
        fs::copy(store.path().join(name), crashed.path().join(name)).unwrap();
    }
    assert!(occurrences(&all_bytes(crashed.path()), "readmarker") > 0);

    drop(moment);
    erasing.await.unwrap();
    assert_eq!(occurrences(&all_bytes(store.path()), "readmarker"), 0);

    let journal = Sqlite::open(crashed.path()).unwrap();
    assert_eq!(journal.read(room, 0, 9).await.unwrap().len(), 2);
    assert_eq!(occurrences(&all_bytes(crashed.path()), "readmarker"), 0);
}
