//! Restoring backups.

use crate::engine::{Engine, SqliteEngine};
use crate::support::{a_circle, a_room, batch};
use hearth_journal::{Journal, JournalError, Sqlite, StoreStats, back_up, restore};
use hearth_protocol::RoomId;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::{TempDir, tempdir};

const ASIDE: &str = "before-restore";

/// Creates a store with a room of three rows, backs it up, and appends two more rows.
async fn a_store_and_its_backup() -> (SqliteEngine, TempDir, PathBuf, (RoomId, StoreStats)) {
    let store = SqliteEngine::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, batch(0, 3)).await.unwrap();
    let copies = tempdir().unwrap();
    let copy = copies.path().join("copy.db");
    let stats = back_up(store.path(), &copy).unwrap();
    store.append(circle, room, 3, batch(3, 2)).await.unwrap();
    (store, copies, copy, (room, stats))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn reason(error: &JournalError) -> String {
    match error {
        JournalError::BadBackup { reason, .. } => reason.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_backup_is_counted_and_only_its_owner_may_read_it() {
    let (_store, copies, copy, (_, stats)) = a_store_and_its_backup().await;
    assert_eq!((stats.circles, stats.live_rooms, stats.rooms), (1, 1, 1));
    assert_eq!(stats.bytes, fs::metadata(&copy).unwrap().len());
    assert!(stats.newest_at > 0);
    assert_eq!(names(copies.path()), ["copy.db"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_backup_needs_a_store_and_overwrites_nothing() {
    let empty = tempdir().unwrap();
    let copies = tempdir().unwrap();
    let copy = copies.path().join("copy.db");
    let error = back_up(empty.path(), &copy).unwrap_err();
    assert!(matches!(error, JournalError::NoStore { .. }), "{error:?}");
    assert!(names(empty.path()).is_empty() && names(copies.path()).is_empty());
    let (store, ..) = a_store_and_its_backup().await;
    fs::write(&copy, "important").unwrap();
    let error = back_up(store.path(), &copy).unwrap_err();
    assert!(matches!(error, JournalError::FileExists { .. }), "{error:?}");
    assert_eq!(fs::read(&copy).unwrap(), b"important");
}

#[tokio::test]
async fn a_restored_store_has_a_new_epoch_and_the_previous_store_is_kept() {
    let (store, _copies, copy, (room, stats)) = a_store_and_its_backup().await;
    let (before, folder) = (store.epoch(), store.path().to_owned());
    store.close().await.unwrap();
    let error = restore(&copy, &folder, false, ASIDE).unwrap_err();
    assert!(matches!(error, JournalError::StoreExists { .. }), "{error:?}");

    let restored = restore(&copy, &folder, true, ASIDE).unwrap();
    assert_ne!(restored.epoch, before);
    assert_eq!(restored.contents.rooms, stats.rooms);
    assert_eq!(restored.aside, Some(folder.join(ASIDE)));
    assert_eq!(names(&folder), [ASIDE, "hearth.db", "hearth.lock"]);
    let now = Sqlite::open(&folder).unwrap();
    assert_eq!(now.epoch(), restored.epoch);
    assert_eq!(now.read(room, 0, 100).await.unwrap().len(), 3);
    drop(now);

    // The previous store can be restored in turn.
    let kept = folder.join(ASIDE).join("hearth.db");
    restore(&kept, &folder, true, "again").unwrap();
    let then = Sqlite::open(&folder).unwrap();
    assert_eq!(then.read(room, 0, 100).await.unwrap().len(), 5);
}

#[tokio::test]
async fn a_stray_log_does_not_become_the_log_of_the_restored_store() {
    let (store, _copies, copy, (room, _)) = a_store_and_its_backup().await;
    let folder = tempdir().unwrap();
    let (log, index) = (folder.path().join("hearth.db-wal"), folder.path().join("hearth.db-shm"));
    fs::copy(store.path().join("hearth.db-wal"), &log).unwrap();
    fs::write(&index, "left over").unwrap();
    let restored = restore(&copy, folder.path(), false, ASIDE).unwrap();
    assert_eq!(restored.aside, Some(folder.path().join(ASIDE)));
    assert_eq!(names(&folder.path().join(ASIDE)), ["hearth.db-shm", "hearth.db-wal"]);
    assert!(!log.exists() && !index.exists());
    let now = Sqlite::open(folder.path()).unwrap();
    assert_eq!(now.read(room, 0, 100).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_store_copied_by_hand_is_restored_with_its_log() {
    let (store, copies, _, (room, _)) = a_store_and_its_backup().await;
    let by_hand = copies.path().join("by-hand.db");
    fs::copy(store.path().join("hearth.db"), &by_hand).unwrap();
    fs::copy(store.path().join("hearth.db-wal"), copies.path().join("by-hand.db-wal")).unwrap();
    let folder = tempdir().unwrap();
    restore(&by_hand, folder.path(), false, ASIDE).unwrap();
    let now = Sqlite::open(folder.path()).unwrap();
    assert_eq!(now.read(room, 0, 100).await.unwrap().len(), 5);
}

#[tokio::test]
async fn an_unusable_backup_is_refused_and_the_store_stays_unchanged() {
    let (store, copies, copy, _) = a_store_and_its_backup().await;
    let (epoch, folder) = (store.epoch(), store.path().to_owned());
    store.close().await.unwrap();
    let whole = fs::read(&copy).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = copies.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let mut scratched = whole.clone();
    for page in scratched.chunks_mut(1024).skip(2) {
        page[..64].fill(0xA5);
    }
    let other = copies.path().join("other.db");
    let made = rusqlite::Connection::open(&other).unwrap();
    made.execute_batch("CREATE TABLE recipes (title TEXT); INSERT INTO recipes VALUES ('soup')")
        .unwrap();
    drop(made);
    let refused = [
        (
            file("letter.txt", b"Dear all, this is a letter and not a store."),
            "isn't a Hearth store",
        ),
        (file("empty.db", b""), "isn't a Hearth store"),
        (other, "isn't a Hearth store"),
        (file("half.db", &whole[..whole.len() / 2]), "damaged or incomplete"),
        (file("short.db", &whole[..whole.len() - 700]), "damaged or incomplete"),
        (file("scratched.db", &scratched), "damaged or incomplete"),
        (copies.path().to_owned(), "isn't a file"),
        (copies.path().join("nowhere.db"), "No such file"),
    ];
    for (from, expected) in refused {
        let error = restore(&from, &folder, true, ASIDE).unwrap_err();
        assert!(reason(&error).contains(expected), "{from:?}: {error}");
        assert!(error.to_string().contains("Nothing was changed"), "{error}");
        assert_eq!(names(&folder), ["hearth.db", "hearth.lock"], "{from:?}");
    }
    assert_eq!(Sqlite::open(&folder).unwrap().epoch(), epoch);
}

#[tokio::test]
async fn nothing_is_restored_under_a_running_server() {
    let (store, _copies, copy, _) = a_store_and_its_backup().await;
    let error = restore(&copy, store.path(), true, ASIDE).unwrap_err();
    assert!(matches!(error, JournalError::InUse { .. }), "{error:?}");
    store.ready().await.unwrap();
}

#[tokio::test]
async fn remains_of_an_interrupted_restore_are_removed() {
    let (_store, _copies, copy, _) = a_store_and_its_backup().await;
    let folder = tempdir().unwrap();
    let stage = folder.path().join("restoring");
    fs::create_dir(&stage).unwrap();
    fs::write(stage.join("hearth.db"), "half of it").unwrap();
    restore(&copy, folder.path(), false, ASIDE).unwrap();
    assert_eq!(names(folder.path()), ["hearth.db", "hearth.lock"]);
}
