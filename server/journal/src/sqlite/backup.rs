//! A copy of the whole store, made while it serves: by the server itself, or by another process
//! beside it.

use super::store::{BUSY, Contents, contents, database, files, private_file, sync_folder};
use super::trouble::storage;
use crate::error::JournalError;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};

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
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    let made = copy(folder, &unfinished)
        .and_then(|held| {
            fs::rename(&unfinished, to).map_err(|e| files("name the backup", to, &e))?;
            Ok(held)
        })
        .and_then(|held| {
            match to.parent() {
                Some(parent) if parent.as_os_str().is_empty() => sync_folder(Path::new("."))?,
                Some(parent) => sync_folder(parent)?,
                None => {}
            }
            Ok(held)
        });
    if made.is_err()
        && let Err(error) = fs::remove_file(&unfinished)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "an unfinished backup could not be removed");
    }
    made
}

fn copy(folder: &Path, to: &Path) -> Result<Contents, JournalError> {
    let target = private_file(to)?;
    target.set_len(0).map_err(|e| files("empty", to, &e))?;
    let held = copy_pages(folder, to).map_err(|e| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => JournalError::Foreign { file: database(folder) },
        _ => storage(DOING, folder, &e),
    })?;
    let Some(held) = held else {
        return Err(JournalError::Unreadable { what: "a page", folder: folder.to_owned() });
    };
    target.sync_all().map_err(|e| files("write to the disk", to, &e))?;
    Ok(held)
}

/// Copies every page, in one step and so from one moment: made in several, it would begin anew with
/// every append. So an erasure that comes meanwhile is answered only when the copy is made. Returns
/// what the copy holds, where it is a sound store.
fn copy_pages(folder: &Path, to: &Path) -> rusqlite::Result<Option<Contents>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = Connection::open_with_flags(database(folder), flags)?;
    from.busy_timeout(BUSY)?;
    from.pragma_update(None, "query_only", true)?;
    let mut target = Connection::open_with_flags(to, flags)?;
    let step = Backup::new(&from, &mut target)?.step(-1)?;
    // A single file, without a log beside it.
    target.pragma_update(None, "journal_mode", "delete")?;
    let check: String = target.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if !matches!(step, StepResult::Done) || check != "ok" {
        return Ok(None);
    }
    contents(&target).map(Some)
}
