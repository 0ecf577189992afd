//! Restoring a backup.
//!
//! The backup is copied, checked and prepared in a folder of its own inside the data folder. One
//! rename at the end puts it in place, so any earlier failure or crash leaves the store unchanged.

use super::errors::storage;
use super::files::{database, file_error, lock, private_file, private_folder, sync_folder};
use super::schema::{StoreKind, inspect};
use super::stats::StoreStats;
use super::store::{empty_log, renew_epoch};
use crate::error::JournalError;
use hearth_protocol::Epoch;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const STAGING: &str = "restoring";

/// Result of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Counts of what the store contains now.
    pub contents: StoreStats,
    /// New epoch of the store, so that no client resumes into history that was rolled back.
    pub epoch: Epoch,
    /// Folder to which the previous store was moved, if there was one.
    pub aside: Option<PathBuf>,
}

/// Replaces the store in `folder` with the backup `from`, after checking and migrating it, and
/// gives it a new epoch.
///
/// Fails if a server uses the folder, or if it contains a store and `replace` is `false`. Otherwise
/// that store is moved to a new folder named `aside` inside the data folder.
pub fn restore(
    from: &Path,
    folder: &Path,
    replace: bool,
    aside: &str,
) -> Result<Restored, JournalError> {
    let found = fs::metadata(from).map_err(|error| bad_backup(from, &error.to_string()))?;
    if !found.is_file() {
        return Err(bad_backup(from, "it isn't a file"));
    }
    let locked = lock(folder)?;
    let has_store = fs::metadata(database(folder)).is_ok_and(|file| file.len() > 0);
    if has_store && !replace {
        return Err(JournalError::StoreExists { folder: folder.to_owned() });
    }
    let staging = folder.join(STAGING);
    clear(&staging)?;
    let restored = prepare(from, &staging).and_then(|(contents, epoch)| {
        let aside = move_aside(folder, has_store, aside)?;
        let (ready, place) = (database(&staging), database(folder));
        fs::rename(&ready, &place).map_err(|e| file_error("move the backup to", &place, &e))?;
        sync_folder(folder)?;
        Ok(Restored { contents, epoch, aside })
    });
    let cleared = clear(&staging);
    drop(locked);
    let restored = restored?;
    cleared?;
    Ok(restored)
}

fn bad_backup(file: &Path, reason: &str) -> JournalError {
    JournalError::BadBackup { file: file.to_owned(), reason: reason.to_owned() }
}

/// Copies the backup to the staging folder, checks it there, and gives it a new epoch.
fn prepare(from: &Path, staging: &Path) -> Result<(StoreStats, Epoch), JournalError> {
    private_folder().create(staging).map_err(|e| file_error("create the folder", staging, &e))?;
    for suffix in ["", "-wal"] {
        // A store that was moved aside, or copied by hand, may have a log.
        let (part, copy) = (with_suffix(from, suffix), with_suffix(&database(staging), suffix));
        if suffix.is_empty() || part.exists() {
            drop(private_file(&copy)?);
            fs::copy(&part, &copy).map_err(|e| file_error("copy", &part, &e))?;
            make_private(&copy)?;
        }
    }
    check(from, staging)?;
    let epoch = renew_epoch(staging)?;
    let counted = open(staging).and_then(|db| {
        let stats = StoreStats::count(&db)?;
        Ok((stats, empty_log(&db)?))
    });
    let (stats, _) = counted.map_err(|e| storage("read the restored store", staging, &e))?;
    let file = database(staging);
    let synced = fs::File::open(&file).and_then(|file| file.sync_all());
    synced.map_err(|e| file_error("flush to the disk", &file, &e))?;
    Ok((stats, epoch))
}

/// Checks that the backup is an undamaged store that this version can open.
fn check(from: &Path, staging: &Path) -> Result<(), JournalError> {
    const NOT_A_STORE: &str = "it isn't a Hearth store";
    const DAMAGED: &str = "it is damaged or incomplete";
    let inspected = open(staging).and_then(|db| {
        let kind = inspect(&db)?;
        let integrity: String = db.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        let page: u32 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
        Ok((kind, integrity, page))
    });
    let (kind, integrity, page) = inspected.map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => bad_backup(from, NOT_A_STORE),
        Some(ErrorCode::DatabaseCorrupt) => bad_backup(from, DAMAGED),
        _ => bad_backup(from, &error.to_string()),
    })?;
    if matches!(kind, StoreKind::New | StoreKind::Foreign) {
        return Err(bad_backup(from, NOT_A_STORE));
    }
    // SQLite reads the missing part of an incomplete last page as zeros.
    let length = fs::metadata(from).map_err(|e| bad_backup(from, &e.to_string()))?.len();
    if integrity != "ok" || length % u64::from(page) != 0 {
        return Err(bad_backup(from, DAMAGED));
    }
    match kind {
        StoreKind::Newer { part, store, known } => {
            Err(JournalError::Newer { folder: from.to_owned(), part, store, known })
        }
        StoreKind::Outdated => {
            Err(bad_backup(from, "an older version of Hearth made it, and it can't be converted"))
        }
        StoreKind::Current | StoreKind::New | StoreKind::Foreign => Ok(()),
    }
}

fn open(staging: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(database(staging), flags)
}

/// Moves the previous store to a new folder. A log without a store is moved as well, since it must
/// not become the log of the restored store. The database file also keeps its place until the
/// backup replaces it.
fn move_aside(folder: &Path, has_store: bool, name: &str) -> Result<Option<PathBuf>, JournalError> {
    let main = database(folder);
    // A failure means that the store is damaged, perhaps the reason for replacing it.
    if has_store && let Err(error) = open(folder).and_then(|db| empty_log(&db)) {
        tracing::warn!(%error, "can't read the store to be replaced, keeping its files as they are");
    }
    let logs = ["-wal", "-shm"].map(|suffix| with_suffix(&main, suffix));
    let logs = logs.into_iter().filter(|log| log.exists());
    let parts: Vec<PathBuf> = logs.chain(has_store.then(|| main.clone())).collect();
    if parts.is_empty() {
        return Ok(None);
    }
    let aside = folder.join(name);
    if aside.exists() {
        return Err(JournalError::FileExists { file: aside });
    }
    private_folder().create(&aside).map_err(|e| file_error("create the folder", &aside, &e))?;
    for part in parts {
        let kept = aside.join(part.file_name().unwrap_or_default());
        let moved = if part == main { link(&part, &kept) } else { fs::rename(&part, &kept) };
        moved.map_err(|e| file_error("move aside", &part, &e))?;
    }
    sync_folder(&aside)?;
    Ok(Some(aside))
}

/// Adds a second name for a file, or renames it if the file system has no hard links.
fn link(file: &Path, name: &Path) -> io::Result<()> {
    fs::hard_link(file, name).or_else(|_| fs::rename(file, name))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Sets a file's mode to 0600. `fs::copy` copies the mode of the original.
fn make_private(file: &Path) -> Result<(), JournalError> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(file, mode)
            .map_err(|e| file_error("set the permissions of", file, &e))?;
    }
    #[cfg(not(unix))]
    let _inherits_from_folder = file;
    Ok(())
}

/// Removes the staging folder, which a crash may have left.
fn clear(staging: &Path) -> Result<(), JournalError> {
    match fs::remove_dir_all(staging) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(file_error("remove", staging, &error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
