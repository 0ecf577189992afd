//! Going back to a copy.
//!
//! All is prepared and checked in a folder of its own inside the data folder, and takes its place by
//! one renaming at the end: whatever fails or is cut off before leaves the store as it was.

use super::store::{
    Contents, contents, database, empty_log, files, lock, newest_schema, private_file,
    private_folder, renew_epoch, schema_of, sync_folder,
};
use super::trouble::storage;
use crate::error::JournalError;
use hearth_protocol::Epoch;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const PREPARING: &str = "restoring";

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the store holds now.
    pub contents: Contents,
    /// Its new epoch: no client resumes into the history that was rolled back.
    pub epoch: Epoch,
    /// Where the store that was there before is kept.
    pub aside: Option<PathBuf>,
}

/// Puts the copy `from` into the data folder: checked, brought to this program's schema, and with a
/// new epoch. No server may have the folder. A store that is there stays, unless it is to be
/// replaced: then it is kept in a folder `aside` inside the data folder.
pub fn restore(
    from: &Path,
    folder: &Path,
    replace: bool,
    aside: &str,
) -> Result<Restored, JournalError> {
    let unusable = |why: String| JournalError::NoCopy { file: from.to_owned(), why };
    let found = fs::metadata(from).map_err(|error| unusable(error.to_string()))?;
    if !found.is_file() {
        return Err(unusable("it is no file".to_owned()));
    }
    let locked = lock(folder)?;
    let has_store = fs::metadata(database(folder)).is_ok_and(|file| file.len() > 0);
    if has_store && !replace {
        return Err(JournalError::StoreExists { folder: folder.to_owned() });
    }
    let stage = folder.join(PREPARING);
    clear(&stage)?;
    let prepared = prepare(from, &stage);
    let done = prepared.and_then(|(contents, epoch)| {
        let aside = put_aside(folder, has_store, aside)?;
        let (ready, place) = (database(&stage), database(folder));
        fs::rename(&ready, &place)
            .map_err(|e| files("put the copy in its place at", &place, &e))?;
        sync_folder(folder)?;
        Ok(Restored { contents, epoch, aside })
    });
    let cleared = clear(&stage);
    drop(locked);
    let restored = done?;
    cleared?;
    Ok(restored)
}

/// Copies the file into a folder of its own, checks it there, and makes it ready to serve.
fn prepare(from: &Path, stage: &Path) -> Result<(Contents, Epoch), JournalError> {
    private_folder().create(stage).map_err(|e| files("make the folder", stage, &e))?;
    for suffix in ["", "-wal"] {
        // A log lies beside a store that was kept aside, or copied while no server ran.
        let (part, copy) = (with_suffix(from, suffix), with_suffix(&database(stage), suffix));
        if suffix.is_empty() || part.exists() {
            drop(private_file(&copy)?);
            fs::copy(&part, &copy).map_err(|e| files("copy", &part, &e))?;
            private(&copy)?;
        }
    }
    check(from, stage)?;
    let epoch = renew_epoch(stage)?;
    let doing = "count what was restored";
    let counted = open(stage).and_then(|db| {
        let held = contents(&db)?;
        Ok((held, empty_log(&db)?))
    });
    let (held, _) = counted.map_err(|e| storage(doing, stage, &e))?;
    let file = database(stage);
    let synced = fs::File::open(&file).and_then(|file| file.sync_all());
    synced.map_err(|e| files("write to the disk", &file, &e))?;
    Ok((held, epoch))
}

/// Finds out whether the copy is a sound store that this program knows.
fn check(from: &Path, stage: &Path) -> Result<(), JournalError> {
    let no_copy = |why: &str| JournalError::NoCopy { file: from.to_owned(), why: why.to_owned() };
    let looked = open(stage).and_then(|db| {
        let schema = schema_of(&db)?;
        let sound: String = db.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        let page: u32 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
        Ok((schema, sound, page))
    });
    let ((ours, _, applied), sound, page) =
        looked.map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => no_copy("it is no store of Hearth's"),
            Some(ErrorCode::DatabaseCorrupt) => no_copy("it is damaged or cut short"),
            _ => no_copy(&error.to_string()),
        })?;
    if !ours {
        return Err(no_copy("it is no store of Hearth's"));
    }
    // SQLite takes what is missing of a last page for zeros.
    let length = fs::metadata(from).map_err(|error| no_copy(&error.to_string()))?.len();
    if sound != "ok" || length % u64::from(page) != 0 {
        return Err(no_copy("it is damaged or cut short"));
    }
    match (applied, newest_schema()) {
        (Some(store), known) if store > known => {
            Err(JournalError::Newer { folder: from.to_owned(), store, known })
        }
        (Some(_), _) => Ok(()),
        (None, _) => Err(no_copy("it is a store without a schema")),
    }
}

fn open(stage: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(database(stage), flags)
}

/// Keeps what lies in the data folder in a folder of its own: a store, or only its log, which must
/// not become the log of another. The store itself stays in its place, too, until the copy takes that.
fn put_aside(folder: &Path, has_store: bool, name: &str) -> Result<Option<PathBuf>, JournalError> {
    let main = database(folder);
    // What the log holds goes into the main file first. Where that fails the store is damaged, which
    // may be why it is replaced; it is kept as it is.
    if has_store && let Err(error) = open(folder).and_then(|db| empty_log(&db)) {
        tracing::warn!(%error, "the store that is replaced cannot be read; it is kept as it is");
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
    private_folder().create(&aside).map_err(|e| files("make the folder", &aside, &e))?;
    for part in parts {
        let kept = aside.join(part.file_name().unwrap_or_default());
        let moved = if part == main { link(&part, &kept) } else { fs::rename(&part, &kept) };
        moved.map_err(|e| files("keep aside", &part, &e))?;
    }
    sync_folder(&aside)?;
    Ok(Some(aside))
}

/// Gives the file a second name; where the file system has none, the only one.
fn link(file: &Path, name: &Path) -> io::Result<()> {
    fs::hard_link(file, name).or_else(|_| fs::rename(file, name))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A copied file has the permissions of what it was copied from.
fn private(file: &Path) -> Result<(), JournalError> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(file, mode).map_err(|e| files("make private", file, &e))?;
    }
    #[cfg(not(unix))]
    let _as_the_folder = file;
    Ok(())
}

/// Removes what an earlier attempt prepared.
fn clear(stage: &Path) -> Result<(), JournalError> {
    match fs::remove_dir_all(stage) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(files("remove", stage, &error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
