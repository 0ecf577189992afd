//! Files and folders of a store: their names, permissions and durability.

use crate::error::JournalError;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Returns the path of the database file in a data folder.
pub(super) fn database(folder: &Path) -> PathBuf {
    folder.join("hearth.db")
}

/// Creates the folder if needed, and locks it until the returned file is dropped. The system
/// releases the lock if the process dies.
pub(super) fn lock(folder: &Path) -> Result<File, JournalError> {
    private_folder()
        .create(folder)
        .map_err(|e| file_error("create the data folder", folder, &e))?;
    let path = folder.join("hearth.lock");
    let lock = private_file(&path)?;
    lock.try_lock().map_err(|e| match e {
        TryLockError::WouldBlock => JournalError::InUse { folder: folder.to_owned() },
        TryLockError::Error(e) => file_error("lock", &path, &e),
    })?;
    Ok(lock)
}

/// Opens a file with mode 0600, creating it if needed.
pub(super) fn private_file(path: &Path) -> Result<File, JournalError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| file_error("open", path, &e))
}

/// Returns a builder of folders with mode 0700, parents included.
pub(super) fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Flushes a folder's list of files to the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<(), JournalError> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|e| file_error("flush to the disk", folder, &e))?;
    }
    Ok(())
}

pub(super) fn file_error(doing: &'static str, path: &Path, error: &std::io::Error) -> JournalError {
    JournalError::File { doing, path: path.to_owned(), reason: error.to_string() }
}
