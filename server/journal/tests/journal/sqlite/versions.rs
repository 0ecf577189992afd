//! Stores of other versions.

use hearth_journal::{
    Journal, JournalError, STORED_ROW_FORMAT, STORED_ROW_FORMAT_OLDEST, Sqlite, back_up, restore,
};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// Creates a store and changes it by `sql`, as another version might have left it.
fn store_of_another_version(sql: &str) -> TempDir {
    let folder = tempdir().unwrap();
    drop(Sqlite::open(folder.path()).unwrap());
    Connection::open(database(folder.path())).unwrap().execute_batch(sql).unwrap();
    folder
}

fn old_store() -> TempDir {
    let folder = tempdir().unwrap();
    let db = Connection::open(database(folder.path())).unwrap();
    db.execute_batch(include_str!("old_store.sql")).unwrap();
    folder
}

fn database(folder: &Path) -> std::path::PathBuf {
    folder.join("hearth.db")
}

/// Opens a store that must be refused, and checks that its file stays the same.
fn refused(folder: &TempDir) -> JournalError {
    let before = fs::read(database(folder.path())).unwrap();
    let error = Sqlite::open(folder.path()).unwrap_err();
    let rows = |db: &Connection| -> i64 {
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap()
    };
    let after = Connection::open(database(folder.path())).unwrap();
    let copy = tempdir().unwrap();
    fs::write(database(copy.path()), before).unwrap();
    assert_eq!(rows(&after), rows(&Connection::open(database(copy.path())).unwrap()));
    error
}

#[test]
fn a_store_of_an_old_format_is_refused_with_the_remedy() {
    let folder = old_store();
    let error = refused(&folder);
    assert_eq!(error, JournalError::Outdated { folder: folder.path().to_owned() });
    let message = error.to_string();
    for part in [folder.path().to_str().unwrap(), "older version", "--data", "delete"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_store_with_a_row_format_that_is_no_longer_read_is_refused() {
    let older = STORED_ROW_FORMAT_OLDEST - 1;
    let folder = store_of_another_version(&format!("UPDATE store SET row_format = {older}"));
    assert_eq!(refused(&folder), JournalError::Outdated { folder: folder.path().to_owned() });
}

#[test]
fn a_store_with_the_oldest_row_format_that_is_read_gets_the_newest() {
    let folder = store_of_another_version(&format!(
        "UPDATE store SET row_format = {STORED_ROW_FORMAT_OLDEST}, newest_at = 5"
    ));
    drop(Sqlite::open(folder.path()).unwrap());
    let db = Connection::open(database(folder.path())).unwrap();
    let stored = "SELECT row_format, newest_at FROM store";
    let stored = db.query_row(stored, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(stored, (STORED_ROW_FORMAT, 5), "and is the same otherwise");
}

#[test]
fn a_store_with_a_newer_row_format_is_refused() {
    let folder = store_of_another_version("UPDATE store SET row_format = 99");
    let expected = JournalError::Newer {
        folder: folder.path().to_owned(),
        part: "row format",
        store: 99,
        known: STORED_ROW_FORMAT,
    };
    assert_eq!(refused(&folder), expected);
}

#[test]
fn a_store_with_a_newer_schema_is_refused() {
    let folder = store_of_another_version(
        "INSERT INTO refinery_schema_history SELECT 999, 'later', applied_on, checksum \
         FROM refinery_schema_history WHERE version = 1",
    );
    let expected = JournalError::Newer {
        folder: folder.path().to_owned(),
        part: "schema",
        store: 999,
        known: 1,
    };
    assert_eq!(refused(&folder), expected);
}

#[test]
fn a_backup_of_an_old_format_is_not_restored() {
    let (old, folder) = (old_store(), tempdir().unwrap());
    let error = restore(&database(old.path()), folder.path(), false, "aside").unwrap_err();
    assert!(matches!(error, JournalError::BadBackup { .. }), "{error:?}");
    assert!(error.to_string().contains("older version"), "{error}");
    assert!(!database(folder.path()).exists());
}

#[test]
fn a_backup_of_a_newer_version_is_not_restored() {
    let newer = store_of_another_version("UPDATE store SET row_format = 99");
    let folder = tempdir().unwrap();
    let backup = folder.path().join("backup.db");
    back_up(newer.path(), &backup).unwrap();
    let error = restore(&backup, &folder.path().join("data"), false, "aside").unwrap_err();
    assert!(matches!(error, JournalError::Newer { store: 99, .. }), "{error:?}");
}

#[test]
fn a_store_whose_creation_was_interrupted_is_completed() {
    let folder = store_of_another_version("DELETE FROM store");
    let epoch = Sqlite::open(folder.path()).unwrap().epoch();
    assert_eq!(Sqlite::open(folder.path()).unwrap().epoch(), epoch);
}
