//! Backups, and what a restored store says of itself.

use crate::support::{Store, a_circle, a_room, batch, occurrences, said, words_id};
use hearth_journal::{Journal, JournalError, Sqlite, What, back_up, renew_epoch, restore};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;
use tempfile::tempdir;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_serving_is_a_whole_store_of_one_moment() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    for head in 0..30 {
        store.append(circle, room, head, said(head, words_id(), "before")).await.unwrap();
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
    let events = restored.read(room, 0, 100).await.unwrap();
    assert!(events.len() >= 30);
    assert_eq!(restored.last_batch(room).await.unwrap().unwrap().1, events.len() as u64);
}

#[tokio::test]
async fn a_backup_holds_no_words_that_were_erased_before() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, said(0, words_id(), "gonemarker")).await.unwrap();
    let (with, without) = (store.path().join("with.db"), store.path().join("without.db"));
    store.backup(&with).await.unwrap();
    store.erase(room, What::Texts).await.unwrap();
    store.backup(&without).await.unwrap();
    assert!(occurrences(&fs::read(with).unwrap(), "gonemarker") > 0);
    assert_eq!(occurrences(&fs::read(without).unwrap(), "gonemarker"), 0);
}

#[test]
fn an_epoch_is_renewed_only_where_there_is_a_store() {
    let folder = tempdir().unwrap();
    let error = renew_epoch(folder.path()).unwrap_err();
    assert!(matches!(error, JournalError::NoStore { .. }), "{error:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn two_backups_are_not_made_at_once() {
    let store = Store::new();
    a_circle(&*store).await;
    let folder = tempdir().unwrap();
    let (one, two) = (folder.path().join("one.db"), folder.path().join("two.db"));
    let (first, second) = tokio::join!(store.backup(&one), store.backup(&two));
    assert_eq!(first, Ok(()));
    assert_eq!(second, Err(JournalError::BackupUnderWay));
    assert!(one.exists() && !two.exists());
    store.backup(&two).await.unwrap();
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_says_where() {
    let store = Store::new();
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
async fn of_backups_to_one_file_at_once_one_is_made_and_whole() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    for head in 0..200 {
        store.append(circle, room, head, said(head, words_id(), "words")).await.unwrap();
    }
    let folder = tempdir().unwrap();
    let file = folder.path().join("copy.db");
    // As many processes would: none knows of the others.
    let made: Vec<_> = thread::scope(|scope| {
        let back_up = || back_up(store.path(), &file);
        let all: Vec<_> = (0..6).map(|_| scope.spawn(back_up)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let exists = JournalError::FileExists { file: file.clone() };
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1, "{made:?}");
    assert!(made.iter().all(|made| made.is_ok() || made.as_ref() == Err(&exists)), "{made:?}");
    assert_eq!(names_in(folder.path()), ["copy.db"]);
    let held = restore(&file, &folder.path().join("restored"), false, "aside").unwrap().contents;
    assert_eq!((held.circles, held.rooms), (1, 1));
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_its_owners_alone_whatever_an_older_one_left_behind() {
    use std::os::unix::fs::PermissionsExt;
    let store = Store::new();
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
    assert!(matches!(error, JournalError::Foreign { .. }), "{error:?}");
    assert_eq!(names_in(folder.path()), [""; 0]);
}

/// Holds a store as another program might: nobody else can read it meanwhile.
async fn held() -> (Store, Connection) {
    let store = Store::new();
    a_circle(&*store).await;
    store.close().await.unwrap();
    let other = Connection::open(store.path().join("hearth.db")).unwrap();
    other.pragma_update(None, "locking_mode", "exclusive").unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    (store, other)
}

#[tokio::test]
async fn a_store_that_another_program_holds_for_a_moment_is_waited_for() {
    let (store, other) = held().await;
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
async fn a_store_that_stays_held_is_told_to_be_busy_and_what_to_do() {
    let (store, other) = held().await;
    let folder = tempdir().unwrap();
    let error = back_up(store.path(), &folder.path().join("copy.db")).unwrap_err();
    drop(other);
    assert!(error.to_string().contains("try again"), "{error}");
    assert_eq!(names_in(folder.path()), [""; 0]);
}
