//! Backups.

use crate::engine::{Engine, SqliteEngine};
use crate::support::{a_circle, a_room, batch, occurrences, said, text_id};
use hearth_journal::{EraseScope, Journal, JournalError, Sqlite, back_up, renew_epoch, restore};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;
use tempfile::tempdir;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_serving_is_a_consistent_store() {
    let store = SqliteEngine::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    for head in 0..30 {
        store.append(circle, room, head, said(head, text_id(), "before")).await.unwrap();
    }
    let folder = tempdir().unwrap();
    let file = folder.path().join("hearth.db");
    let appending = async {
        for head in 30..60 {
            store.append(circle, room, head, batch(head, 1)).await.unwrap();
        }
    };
    let (made, ()) = tokio::join!(store.backup(&file), appending);
    made.unwrap();
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["hearth.db"]);
    let again = store.backup(&file).await.unwrap_err();
    assert!(again.to_string().contains("already"), "{again}");

    let epoch = renew_epoch(folder.path()).unwrap();
    let restored = Sqlite::open(folder.path()).unwrap();
    assert_eq!(restored.epoch(), epoch);
    assert_ne!(epoch, store.epoch());
    let rows = restored.read(room, 0, 100).await.unwrap();
    assert!(rows.len() >= 30);
    assert_eq!(restored.last_batch(room).await.unwrap().unwrap().1, rows.len() as u64);
}

#[tokio::test]
async fn a_backup_contains_no_texts_erased_before() {
    let store = SqliteEngine::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, said(0, text_id(), "gonemarker")).await.unwrap();
    let (with, without) = (store.path().join("with.db"), store.path().join("without.db"));
    store.backup(&with).await.unwrap();
    store.erase(room, EraseScope::Texts).await.unwrap();
    store.backup(&without).await.unwrap();
    assert!(occurrences(&fs::read(with).unwrap(), "gonemarker") > 0);
    assert_eq!(occurrences(&fs::read(without).unwrap(), "gonemarker"), 0);
}

#[test]
fn renewing_the_epoch_needs_a_store() {
    let folder = tempdir().unwrap();
    let error = renew_epoch(folder.path()).unwrap_err();
    assert!(matches!(error, JournalError::NoStore { .. }), "{error:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn only_one_backup_runs_at_a_time() {
    let store = SqliteEngine::new();
    a_circle(&*store).await;
    let folder = tempdir().unwrap();
    let (one, two) = (folder.path().join("one.db"), folder.path().join("two.db"));
    let (first, second) = tokio::join!(store.backup(&one), store.backup(&two));
    assert_eq!(first, Ok(()));
    assert_eq!(second, Err(JournalError::BackupRunning));
    assert!(one.exists() && !two.exists());
    store.backup(&two).await.unwrap();
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_names_the_file() {
    let store = SqliteEngine::new();
    let nowhere = store.path().join("no-such-folder").join("backup.db");
    let error = store.backup(&nowhere).await.unwrap_err();
    assert!(error.to_string().contains("no-such-folder"), "{error}");
}

fn names_in(folder: &Path) -> Vec<String> {
    let name = |file: fs::DirEntry| file.file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|file| name(file.unwrap())).collect();
    names.sort();
    names
}

#[tokio::test]
async fn of_concurrent_backups_to_one_file_exactly_one_succeeds() {
    let store = SqliteEngine::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    for head in 0..200 {
        store.append(circle, room, head, said(head, text_id(), "words")).await.unwrap();
    }
    let folder = tempdir().unwrap();
    let file = folder.path().join("copy.db");
    // Independent calls, as from several processes.
    let made: Vec<_> = thread::scope(|scope| {
        let back_up = || back_up(store.path(), &file);
        let all: Vec<_> = (0..6).map(|_| scope.spawn(back_up)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let exists = JournalError::FileExists { file: file.clone() };
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1, "{made:?}");
    assert!(made.iter().all(|made| made.is_ok() || made.as_ref() == Err(&exists)), "{made:?}");
    assert_eq!(names_in(folder.path()), ["copy.db"]);
    let stats = restore(&file, &folder.path().join("restored"), false, "aside").unwrap().contents;
    assert_eq!((stats.circles, stats.rooms), (1, 1));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_a_backup_whatever_an_earlier_one_left() {
    use std::os::unix::fs::PermissionsExt;
    let store = SqliteEngine::new();
    a_circle(&*store).await;
    let folder = tempdir().unwrap();
    let (file, left) = (folder.path().join("copy.db"), folder.path().join("copy.db.unfinished"));
    fs::write(&left, "cut off").unwrap();
    fs::set_permissions(&left, fs::Permissions::from_mode(0o644)).unwrap();
    store.backup(&file).await.unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_backup_that_fails_leaves_nothing_behind() {
    let (broken, folder) = (tempdir().unwrap(), tempdir().unwrap());
    fs::write(broken.path().join("hearth.db"), "no store at all".repeat(100)).unwrap();
    let error = back_up(broken.path(), &folder.path().join("copy.db")).unwrap_err();
    assert!(matches!(error, JournalError::NotAStore { .. }), "{error:?}");
    assert_eq!(names_in(folder.path()), [""; 0]);
}

/// Locks a store exclusively, as another program might.
async fn locked_store() -> (SqliteEngine, Connection) {
    let store = SqliteEngine::new();
    a_circle(&*store).await;
    store.close().await.unwrap();
    let other = Connection::open(store.path().join("hearth.db")).unwrap();
    other.pragma_update(None, "locking_mode", "exclusive").unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    (store, other)
}

#[tokio::test]
async fn a_backup_waits_while_another_program_locks_the_store_briefly() {
    let (store, other) = locked_store().await;
    let soon = thread::spawn(move || {
        thread::sleep(Duration::from_secs(1));
        drop(other);
    });
    let folder = tempdir().unwrap();
    let made = back_up(store.path(), &folder.path().join("copy.db"));
    soon.join().unwrap();
    assert_eq!(made.unwrap().circles, 1);
}

#[tokio::test]
async fn a_backup_of_a_locked_store_fails_with_the_remedy() {
    let (store, other) = locked_store().await;
    let folder = tempdir().unwrap();
    let error = back_up(store.path(), &folder.path().join("copy.db")).unwrap_err();
    drop(other);
    assert!(error.to_string().contains("try again"), "{error}");
    assert_eq!(names_in(folder.path()), [""; 0]);
}
