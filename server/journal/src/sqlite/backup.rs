//! A copy of the whole store, made while it serves: by the server itself, or by another process
//! beside it.

use super::store::{BUSY, Contents, contents, database, files, sync_folder};
use super::trouble::{Trouble, storage, trouble};
use crate::error::JournalError;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, ffi};
use std::io;
use std::path::Path;
use tempfile::NamedTempFile;

const DOING: &str = "make a backup";

/// Copies the store in `folder` to the file `to`, which must not be there yet, and returns what it
/// holds. The copy is checked, and on the disk, before it has its name. A server that has the folder
/// goes on meanwhile; nothing of it is locked but, for moments, by SQLite itself.
pub fn back_up(folder: &Path, to: &Path) -> Result<Contents, JournalError> {
    let from = database(folder);
    if !from.exists() {
        return Err(JournalError::NoStore { folder: folder.to_owned() });
    }
    if to.symlink_metadata().is_ok() {
        return Err(JournalError::FileExists { file: to.to_owned() });
    }
    let beside = match to.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let unfinished = unfinished(to, beside)?;
    let held = match copy(folder, &unfinished) {
        Ok(held) => held,
        Err(failed) => {
            if let Err(error) = unfinished.close() {
                tracing::warn!(%error, "an unfinished backup could not be removed");
            }
            return Err(failed);
        }
    };
    // Another backup may have taken the name meanwhile.
    unfinished.persist_noclobber(to).map_err(|e| match e.error.kind() {
        io::ErrorKind::AlreadyExists => JournalError::FileExists { file: to.to_owned() },
        _ => files("name the backup", to, &e.error),
    })?;
    sync_folder(beside)?;
    Ok(held)
}

/// Makes the file that becomes the backup: only its owner may read it, no other backup has it, and
/// it is removed unless it is given its name.
fn unfinished(to: &Path, beside: &Path) -> Result<NamedTempFile, JournalError> {
    let mut prefix = to.file_name().unwrap_or_default().to_owned();
    prefix.push(".");
    let mut name = tempfile::Builder::new();
    name.prefix(&prefix).suffix(".unfinished");
    name.tempfile_in(beside).map_err(|e| files("make a file in", beside, &e))
}

fn copy(folder: &Path, to: &NamedTempFile) -> Result<Contents, JournalError> {
    let held = copy_pages(folder, to.path()).map_err(|e| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => JournalError::Foreign { file: database(folder) },
        _ if trouble(&e) == Trouble::Busy => {
            JournalError::Busy { doing: DOING, folder: folder.to_owned() }
        }
        _ => storage(DOING, folder, &e),
    })?;
    let Some(held) = held else {
        return Err(JournalError::Unreadable { what: "a page", folder: folder.to_owned() });
    };
    to.as_file().sync_all().map_err(|e| files("write to the disk", to.path(), &e))?;
    Ok(held)
}

/// Copies every page, in one step and so from one moment: made in several, it would begin anew with
/// every append. So an erasure that comes meanwhile is answered only when the copy is made. Returns
/// what the copy holds, where it is a sound store.
fn copy_pages(folder: &Path, to: &Path) -> rusqlite::Result<Option<Contents>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = Connection::open_with_flags(database(folder), flags)?;
    // So long SQLite itself asks again where another program holds the store, in the step too.
    from.busy_timeout(BUSY)?;
    from.pragma_update(None, "query_only", true)?;
    let mut target = Connection::open_with_flags(to, flags)?;
    match Backup::new(&from, &mut target)?.step(-1)? {
        StepResult::Done => {}
        // Told as results of their own, though they are errors like any other here.
        StepResult::Busy | StepResult::Locked => {
            let busy = ffi::Error::new(ffi::SQLITE_BUSY);
            return Err(rusqlite::Error::SqliteFailure(busy, None));
        }
        _ => return Ok(None),
    }
    // A single file, without a log beside it.
    target.pragma_update(None, "journal_mode", "delete")?;
    let check: String = target.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if check != "ok" {
        return Ok(None);
    }
    contents(&target).map(Some)
}
