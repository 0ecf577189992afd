//! Classification of SQLite's errors.

use crate::error::{AppendError, JournalError};
use rusqlite::ErrorCode;
use std::path::Path;

/// Why a command stopped before its transaction was committed.
#[derive(Debug)]
pub(super) enum Stop {
    /// The command is refused. It has written nothing.
    Refused(AppendError),
    /// The command is refused, but has written something: roll back its group.
    Invalid(JournalError),
    /// SQLite returned an error.
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

/// What an error of SQLite is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorKind {
    /// The disk is full.
    Full,
    /// Another program has locked the file, temporarily.
    Busy,
    /// This request can't be stored; others can.
    Request,
    /// The file, the disk or the connection is broken. Reopen the store before going on.
    Store,
}

pub(super) fn error_kind(error: &rusqlite::Error) -> ErrorKind {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return ErrorKind::Request;
    };
    match failure.code {
        ErrorCode::DiskFull => ErrorKind::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => ErrorKind::Busy,
        ErrorCode::ConstraintViolation
        | ErrorCode::TooBig
        | ErrorCode::TypeMismatch
        | ErrorCode::ParameterOutOfRange => ErrorKind::Request,
        _ => ErrorKind::Store,
    }
}

/// Converts an error of SQLite. Its messages name tables and columns, never values; messages that
/// could contain a value are replaced.
pub(super) fn storage(doing: &'static str, folder: &Path, error: &rusqlite::Error) -> JournalError {
    let folder = folder.to_owned();
    let reason = match error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            let message = message.clone().unwrap_or_else(|| format!("{:?}", failure.code));
            let message = format!("{message} (SQLite error {})", failure.extended_code);
            match (error_kind(error), failure.code) {
                (ErrorKind::Full, _) => return JournalError::Full { doing },
                (_, ErrorCode::DatabaseCorrupt) => {
                    return JournalError::Unreadable { what: "a page", folder };
                }
                (ErrorKind::Store, _) => {
                    format!("{message}; check the disk and the permissions of the folder")
                }
                (ErrorKind::Busy | ErrorKind::Request, _) => message,
            }
        }
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::QueryReturnedNoRows => "a row is missing".to_owned(),
        _ => "a row has an unexpected form".to_owned(),
    };
    JournalError::Storage { doing, folder, reason }
}
