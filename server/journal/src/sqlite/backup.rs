//! Backups of a store that is in use, made by its server or by another process.

use super::errors::{ErrorKind, error_kind, storage};
use super::files::{database, file_error, sync_folder};
use super::stats::StoreStats;
use super::store::BUSY_TIMEOUT;
use crate::error::JournalError;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, ffi};
use std::io;
use std::path::Path;
use tempfile::NamedTempFile;

const DOING: &str = "make a backup";

/// Copies the store in `folder` to the file `to`, which must not exist, and returns counts of what
/// the copy contains.
///
/// The copy is verified and durable before the file gets its name. A server that uses the folder
/// keeps running; SQLite locks the store for moments only.
pub fn back_up(folder: &Path, to: &Path) -> Result<StoreStats, JournalError> {
    let from = database(folder);
    if !from.exists() {
        return Err(JournalError::NoStore { folder: folder.to_owned() });
    }
    if to.symlink_metadata().is_ok() {
        return Err(JournalError::FileExists { file: to.to_owned() });
    }
    let parent = match to.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let unfinished = unfinished_file(to, parent)?;
    let stats = match copy(folder, &unfinished) {
        Ok(stats) => stats,
        Err(failed) => {
            if let Err(error) = unfinished.close() {
                tracing::warn!(%error, "can't remove an unfinished backup");
            }
            return Err(failed);
        }
    };
    // Another backup may have created the file in the meantime.
    unfinished.persist_noclobber(to).map_err(|e| match e.error.kind() {
        io::ErrorKind::AlreadyExists => JournalError::FileExists { file: to.to_owned() },
        _ => file_error("name the backup", to, &e.error),
    })?;
    sync_folder(parent)?;
    Ok(stats)
}

/// Creates the file that becomes the backup. Its name is unique, its mode is 0600, and it is removed
/// unless it gets its final name.
fn unfinished_file(to: &Path, parent: &Path) -> Result<NamedTempFile, JournalError> {
    let mut prefix = to.file_name().unwrap_or_default().to_owned();
    prefix.push(".");
    let mut name = tempfile::Builder::new();
    name.prefix(&prefix).suffix(".unfinished");
    name.tempfile_in(parent).map_err(|e| file_error("create a file in", parent, &e))
}

fn copy(folder: &Path, to: &NamedTempFile) -> Result<StoreStats, JournalError> {
    let stats = copy_pages(folder, to.path()).map_err(|e| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => {
            JournalError::NotAStore { file: database(folder) }
        }
        _ if error_kind(&e) == ErrorKind::Busy => {
            JournalError::Busy { doing: DOING, folder: folder.to_owned() }
        }
        _ => storage(DOING, folder, &e),
    })?;
    let Some(stats) = stats else {
        return Err(JournalError::Unreadable { what: "a page", folder: folder.to_owned() });
    };
    to.as_file().sync_all().map_err(|e| file_error("flush to the disk", to.path(), &e))?;
    Ok(stats)
}

/// Copies every page, and returns counts of the copy, or `None` if the copy is damaged.
///
/// One step copies everything: in several, every append would restart the copy. An erasure that
/// arrives in the meantime completes after the copy.
fn copy_pages(folder: &Path, to: &Path) -> rusqlite::Result<Option<StoreStats>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = Connection::open_with_flags(database(folder), flags)?;
    from.busy_timeout(BUSY_TIMEOUT)?;
    from.pragma_update(None, "query_only", true)?;
    let mut target = Connection::open_with_flags(to, flags)?;
    match Backup::new(&from, &mut target)?.step(-1)? {
        StepResult::Done => {}
        StepResult::Busy | StepResult::Locked => {
            let busy = ffi::Error::new(ffi::SQLITE_BUSY);
            return Err(rusqlite::Error::SqliteFailure(busy, None));
        }
        _ => return Ok(None),
    }
    // Makes the backup a single file, without a log.
    target.pragma_update(None, "journal_mode", "delete")?;
    let check: String = target.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if check != "ok" {
        return Ok(None);
    }
    StoreStats::count(&target).map(Some)
}
