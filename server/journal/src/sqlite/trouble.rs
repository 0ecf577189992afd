//! What an error of SQLite's means for the store.

use crate::error::{AppendError, JournalError};
use rusqlite::ErrorCode;
use std::path::Path;

/// Why a change stopped before it was committed.
#[derive(Debug)]
pub(super) enum Stop {
    /// The change itself is refused. It has written nothing.
    Refused(AppendError),
    /// The store answered with an error.
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<JournalError> for Stop {
    fn from(error: JournalError) -> Self {
        Self::Refused(AppendError::Failed(error))
    }
}

/// Whose fault an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// There is no room on the disk.
    Full,
    /// Another program holds the file. It passes.
    Busy,
    /// What was asked cannot be stored; everything else can.
    Asked,
    /// The file, the disk or the connection: what the store holds must be read anew.
    Store,
}

/// Returns whose fault an error is.
pub(super) fn trouble(error: &rusqlite::Error) -> Trouble {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return Trouble::Asked;
    };
    match failure.code {
        ErrorCode::DiskFull => Trouble::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Trouble::Busy,
        ErrorCode::ConstraintViolation
        | ErrorCode::TooBig
        | ErrorCode::TypeMismatch
        | ErrorCode::ParameterOutOfRange => Trouble::Asked,
        _ => Trouble::Store,
    }
}

/// Returns an error that names what failed and where. SQLite's messages name tables and columns,
/// never values; messages that could hold a value are left out.
pub(super) fn storage(doing: &'static str, folder: &Path, error: &rusqlite::Error) -> JournalError {
    if trouble(error) == Trouble::Full {
        return JournalError::Full { doing };
    }
    let reason = match error {
        rusqlite::Error::SqliteFailure(failure, said) => {
            let said = said.clone().unwrap_or_else(|| format!("{:?}", failure.code));
            format!("{said} (SQLite {})", failure.extended_code)
        }
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::QueryReturnedNoRows => "a row is missing".to_owned(),
        _ => "a row has another shape than this server wrote".to_owned(),
    };
    JournalError::Storage { doing, folder: folder.to_owned(), reason }
}
