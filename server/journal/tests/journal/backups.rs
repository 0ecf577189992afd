//! Backups, and what a restored store says of itself.

use crate::support::{Store, a_circle, a_room, batch, occurrences, said, words_id};
use hearth_journal::{Journal, JournalError, Sqlite, What, renew_epoch};
use std::fs;
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
