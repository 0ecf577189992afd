//! The data folder and its files.

use crate::engine::{Engine, SqliteEngine};
use crate::support::{a_circle, a_room, batch, said, text_id};
use futures_util::future::join_all;
use hearth_journal::{Journal, JournalError, Sqlite, renew_epoch};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use tempfile::tempdir;

#[tokio::test]
async fn a_store_that_is_dropped_without_closing_keeps_acknowledged_rows() {
    let store = SqliteEngine::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, batch(0, 1)).await.unwrap();
    assert_eq!(store.reopened().read(room, 0, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_servers_cannot_open_one_folder() {
    let store = SqliteEngine::new();
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
fn a_file_that_is_not_a_store_is_refused_and_left_alone() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("hearth.db");
    let expected = JournalError::NotAStore { file: file.clone() };
    fs::write(&file, "This is a diary, not a database. ".repeat(100)).unwrap();
    assert_eq!(Sqlite::open(folder.path()).unwrap_err(), expected);
    assert!(fs::read(&file).unwrap().starts_with(b"This is a diary"));

    fs::remove_file(&file).unwrap();
    let db = Connection::open(&file).unwrap();
    db.execute_batch("CREATE TABLE other (a); INSERT INTO other VALUES (1)").unwrap();
    drop(db);
    assert_eq!(Sqlite::open(folder.path()).unwrap_err(), expected);
}

#[test]
fn a_folder_that_cannot_be_created_is_named_with_the_remedy() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let error = Sqlite::open(&file.join("data")).unwrap_err();
    assert!(matches!(error, JournalError::File { .. }), "{error:?}");
    assert!(error.to_string().contains("a-file"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
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
async fn files_copied_while_writing_open_cleanly() {
    let store = SqliteEngine::new();
    let mut rooms = Vec::new();
    for _ in 0..8 {
        rooms.push((a_circle(&*store).await, a_room()));
    }
    let writing = rooms.iter().map(|(circle, room)| async {
        for head in 0..20 {
            store.append(*circle, *room, head, said(head, text_id(), "words")).await.unwrap();
        }
    });
    let copying = async {
        let mut copies = Vec::new();
        for _ in 0..5 {
            // The log is too short to be moved into the database file, so copying that file and then
            // the log gives what a crash would leave.
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
            let rows = journal.read(*room, 0, 100).await.unwrap();
            assert!(rows.len() as u64 >= head);
            let found = journal.last_batch(*room).await.unwrap().map_or(0, |last| last.1);
            assert_eq!(rows.len() as u64, found);
        }
    }
}

#[tokio::test]
async fn a_closed_store_leaves_no_log() {
    let store = SqliteEngine::new();
    a_circle(&*store).await;
    store.close().await.unwrap();
    assert!(!store.path().join("hearth.db-wal").exists());
    let backup = store.backup(&store.path().join("copy.db")).await;
    assert!(matches!(backup, Err(JournalError::Closed { .. })));
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_is_named_once_with_the_reason_and_the_remedy() {
    let store = SqliteEngine::new();
    a_circle(&*store).await;
    store.close().await.unwrap();
    let (folder, file) = (store.path().to_str().unwrap(), store.path().join("hearth.db"));
    let refused = |parts: [&str; 2]| {
        let error = Sqlite::open(store.path()).unwrap_err().to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        assert_eq!(error.matches("the store").count(), 1, "{error}");
        assert_eq!(error.matches(folder).count(), 1, "{error}");
    };
    // A folder where the log should be.
    let log = store.path().join("hearth.db-wal");
    fs::create_dir(&log).unwrap();
    refused(["cannot open the store", "check the disk"]);
    fs::remove_dir(&log).unwrap();

    let mut bytes = fs::read(&file).unwrap();
    bytes[100..1024].fill(0xA5);
    fs::write(&file, bytes).unwrap();
    refused(["damaged", "restore a backup"]);
}
