//! A copy of the whole store, made while it serves.

use super::shared::Shared;
use super::store::{database, files, private_file, sync_folder};
use super::trouble::storage;
use crate::error::JournalError;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};

const DOING: &str = "make a backup";

/// Copies the store to the file `to`, which must not be there yet. The copy is checked, and on the
/// disk, before it has its name; appends go on meanwhile.
///
/// It is made in one step, from one moment: made in several, it would begin anew with every append.
/// So an erasure that comes meanwhile is answered only when the copy is made.
pub(super) fn back_up(shared: &Shared, to: &Path) -> Result<(), JournalError> {
    if to.exists() {
        return Err(JournalError::Files {
            doing: "write the backup to",
            path: to.to_owned(),
            reason: "there is such a file already".to_owned(),
        });
    }
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    let made = copy(shared, &unfinished)
        .and_then(|()| fs::rename(&unfinished, to).map_err(|e| files("name the backup", to, &e)))
        .and_then(|()| match to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => sync_folder(folder),
            None => Ok(()),
        });
    if made.is_err()
        && let Err(error) = fs::remove_file(&unfinished)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "an unfinished backup could not be removed");
    }
    made
}

fn copy(shared: &Shared, to: &Path) -> Result<(), JournalError> {
    let target = private_file(to)?;
    target.set_len(0).map_err(|e| files("empty", to, &e))?;
    let sound = copy_pages(&shared.folder, to).map_err(|e| storage(DOING, &shared.folder, &e))?;
    if !sound {
        return Err(JournalError::Unreadable { what: "a page", folder: shared.folder.clone() });
    }
    target.sync_all().map_err(|e| files("write to the disk", to, &e))
}

/// Copies every page, and returns whether the copy is a sound store.
fn copy_pages(folder: &Path, to: &Path) -> rusqlite::Result<bool> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = Connection::open_with_flags(database(folder), flags)?;
    from.pragma_update(None, "query_only", true)?;
    let mut target = Connection::open_with_flags(to, flags)?;
    let step = Backup::new(&from, &mut target)?.step(-1)?;
    // A single file, without a log beside it.
    target.pragma_update(None, "journal_mode", "delete")?;
    let check: String = target.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    Ok(matches!(step, StepResult::Done) && check == "ok")
}
