//! The data folder.

use super::error::StartError;
use std::io;
use std::path::Path;

/// Creates the data folder with mode 0700, unless it exists.
pub(crate) fn create_private_folder(folder: &Path) -> Result<(), StartError> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| data_error(folder, error))
}

pub(super) fn data_error(folder: &Path, error: io::Error) -> StartError {
    StartError::Data { folder: folder.display().to_string(), error }
}
