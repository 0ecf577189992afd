//! Errors, worded for the person who has to act on them.

use hearth_protocol::{CircleId, RoomId};
use std::path::PathBuf;

/// Why a batch wasn't appended, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Another batch came first, or (with head 0) the circle has another room that hasn't ended.
    /// Nothing was written.
    #[error(
        "another batch was appended first and the room is at row {head}; read the newer rows and decide again"
    )]
    Conflict {
        /// Number of the room's last row.
        head: u64,
    },
    /// The disk, its quota or the engine's memory is full. Nothing was written.
    #[error("the disk is full and nothing was written; free some space and retry")]
    Full,
    /// The batch may or may not have been written.
    #[error("the outcome of the append is unknown; compare the id of the room's last batch")]
    Unknown,
    /// Nothing was written, for this reason.
    #[error(transparent)]
    Failed(#[from] JournalError),
}

impl AppendError {
    /// Converts the error of a command other than an append, described by `doing`.
    pub(crate) fn of_command(self, doing: &'static str) -> JournalError {
        match self {
            Self::Failed(error) => error,
            Self::Full => JournalError::Full { doing },
            Self::Unknown | Self::Conflict { .. } => JournalError::Unknown { doing },
        }
    }
}

/// Why a call to the journal failed.
///
/// The field `doing` completes "cannot …" and names the call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Another process has the store open.
    #[error("the data folder {} is in use by another Hearth server; stop that server, or name another folder with --data", folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// A newer version of Hearth wrote the store.
    #[error("the store in {} was written by a newer version of Hearth ({part} {store}; this version reads up to {known}); start that version, or restore an older backup", folder.display())]
    Newer {
        /// The data folder.
        folder: PathBuf,
        /// Which number is too new: "schema" or "row format".
        part: &'static str,
        /// Number in the store.
        store: u32,
        /// Newest number that this version reads.
        known: u32,
    },
    /// An older version of Hearth wrote the store, in a form that this one doesn't read.
    #[error("the store in {} was written by an older version of Hearth and can't be converted; name another data folder with --data, or delete this one to start empty", folder.display())]
    Outdated {
        /// The data folder.
        folder: PathBuf,
    },
    /// The file isn't a store of Hearth.
    #[error("the file {} isn't a Hearth store; name another data folder with --data", file.display())]
    NotAStore {
        /// The file.
        file: PathBuf,
    },
    /// A file or folder can't be created, opened or locked.
    #[error("cannot {doing} {}: {reason}; check that it exists and that the server may write to it", path.display())]
    File {
        /// What was attempted.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's message.
        reason: String,
    },
    /// The disk, its quota or the engine's memory is full. Nothing was changed.
    #[error("cannot {doing}: the disk is full; free some space and try again")]
    Full {
        /// What was attempted.
        doing: &'static str,
    },
    /// The change may or may not have been made. It can be repeated.
    #[error("cannot tell whether this was done: {doing}; try again")]
    Unknown {
        /// What was attempted.
        doing: &'static str,
    },
    /// An earlier write failed, and the store isn't open again yet. Nothing was changed.
    #[error("cannot {doing}: a write to the store in {} failed, and the store can't be reopened; check the disk. The server keeps retrying", folder.display())]
    Recovering {
        /// What was attempted.
        doing: &'static str,
        /// The data folder.
        folder: PathBuf,
    },
    /// The engine returned an error. Nothing was changed.
    #[error("cannot {doing} (data folder {}): {reason}", folder.display())]
    Storage {
        /// What was attempted.
        doing: &'static str,
        /// The data folder.
        folder: PathBuf,
        /// The engine's message.
        reason: String,
    },
    /// Another program kept the store locked. Nothing was changed.
    #[error("cannot {doing}: another program has locked the store in {}; try again in a moment, or close that program", folder.display())]
    Busy {
        /// What was attempted.
        doing: &'static str,
        /// The data folder.
        folder: PathBuf,
    },
    /// Stored data isn't as it was written.
    #[error("cannot read {what} from the store in {}: the file is damaged, or a newer version of Hearth wrote it; restore a backup", folder.display())]
    Unreadable {
        /// Kind of data.
        what: &'static str,
        /// The data folder.
        folder: PathBuf,
    },
    /// The texts are deleted, but the write-ahead log still contains them.
    #[error("the texts are deleted, but another program reads the store in {}, so its log still contains them; close that program, then erase again. The server keeps retrying", folder.display())]
    LogNotEmptied {
        /// The data folder.
        folder: PathBuf,
    },
    /// A circle with this id already exists.
    #[error("the circle {circle} already exists")]
    CircleExists {
        /// Id of the circle.
        circle: CircleId,
    },
    /// The circle doesn't exist.
    #[error("the circle {circle} doesn't exist; it was deleted, or never created")]
    NoCircle {
        /// Id of the circle.
        circle: CircleId,
    },
    /// The room doesn't exist.
    #[error("the room {room} doesn't exist; its circle was deleted, or it was never opened")]
    NoRoom {
        /// Id of the room.
        room: RoomId,
    },
    /// A room that hasn't ended can't be erased as a whole.
    #[error("the room {room} hasn't ended, so only its texts can be erased")]
    RoomIsLive {
        /// Id of the room.
        room: RoomId,
    },
    /// The caller broke the contract of the interface.
    #[error("the journal can't store {what}; this is a bug in Hearth, please report it")]
    Malformed {
        /// What is wrong with the request.
        what: &'static str,
    },
    /// The folder contains no store to back up.
    #[error("there is no store in {}; name its data folder with --data", folder.display())]
    NoStore {
        /// The folder.
        folder: PathBuf,
    },
    /// The file to create already exists.
    #[error("the file {} already exists and isn't overwritten; name another file", file.display())]
    FileExists {
        /// The file.
        file: PathBuf,
    },
    /// The folder to restore to contains a store. Nothing was changed.
    #[error("the folder {} already contains a store, and nothing was changed; use --replace to move that store aside and restore the backup", folder.display())]
    StoreExists {
        /// The folder.
        folder: PathBuf,
    },
    /// The file to restore from can't be used. Nothing was changed.
    #[error("cannot restore from {}: {reason}. Nothing was changed; name a file that `hearth backup` made", file.display())]
    BadBackup {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another backup is running.
    #[error("a backup is already running; wait until it has finished")]
    BackupRunning,
    /// The journal is closed.
    #[error("cannot {doing}: the journal is closed")]
    Closed {
        /// What was attempted.
        doing: &'static str,
    },
}
