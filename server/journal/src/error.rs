//! What can go wrong, in words for whoever must act.

use hearth_protocol::{CircleId, RoomId};
use std::path::PathBuf;

/// Why a batch was not appended, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Another batch came first, or (with head 0) the circle has another room that has not ended.
    /// Nothing was written.
    #[error(
        "another batch came first: the room's journal stands at {head}; read on from there and decide again"
    )]
    Conflict {
        /// The number of the room's last event.
        head: u64,
    },
    /// The disk or its quota is full. Nothing was written.
    #[error(
        "the disk is full and nothing was written; free some space, then the same append can be tried again"
    )]
    Full,
    /// Nobody can say yet whether it was written.
    #[error(
        "it is not known whether the batch was written; read the room's last batch, compare its id, and decide again"
    )]
    Unknown,
    /// Nothing was written, for this reason.
    #[error(transparent)]
    Failed(#[from] JournalError),
}

/// Why the journal could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Another process has the store open.
    #[error("the data folder {} is in use by another Hearth server; stop that one, or name another folder with --data", folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// A newer Hearth wrote the store.
    #[error("the store in {} has schema {store}, and this Hearth knows schemas up to {known}; start the newer Hearth that wrote it, or restore a backup made before", folder.display())]
    Newer {
        /// The data folder.
        folder: PathBuf,
        /// The schema of the store.
        store: i32,
        /// The newest schema that this program knows.
        known: i32,
    },
    /// The file is no store of Hearth's.
    #[error("the file {} is not a Hearth store; name another data folder with --data", file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
    },
    /// A file or folder could not be made, opened or locked.
    #[error("cannot {doing} {}: {reason}; check that it exists and that the server may write to it", path.display())]
    Files {
        /// What was tried.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The disk or its quota is full. Nothing was changed.
    #[error("cannot {doing}: the disk is full; free some space and try again")]
    Full {
        /// What was tried.
        doing: &'static str,
    },
    /// Nobody can say whether it was done. It can be asked for again.
    #[error("cannot say whether the store did this: {doing}; ask for it again")]
    Unknown {
        /// What was tried.
        doing: &'static str,
    },
    /// A write failed, and the store could not be reopened so far. Nothing was changed.
    #[error("cannot {doing}: a write to the store in {} failed and it cannot be reopened so far; check the disk. The server keeps trying", folder.display())]
    Recovering {
        /// What was tried.
        doing: &'static str,
        /// The data folder.
        folder: PathBuf,
    },
    /// The store refused or failed. Nothing was changed.
    #[error("cannot {doing} in the store in {}: {reason}", folder.display())]
    Storage {
        /// What was tried.
        doing: &'static str,
        /// The data folder.
        folder: PathBuf,
        /// What the store said.
        reason: String,
    },
    /// Another program held the store all the while. Nothing was made.
    #[error("cannot {doing}: another program holds the store in {}; wait a moment and try again, and if that does not help, close that program", folder.display())]
    Busy {
        /// What was tried.
        doing: &'static str,
        /// The data folder.
        folder: PathBuf,
    },
    /// A row of the store is not what was written there.
    #[error("{what} in the store in {} cannot be read: the file is damaged, or a newer Hearth wrote it; restore a backup", folder.display())]
    Unreadable {
        /// Which kind of row.
        what: &'static str,
        /// The data folder.
        folder: PathBuf,
    },
    /// The words are deleted, but the write-ahead log could not be emptied of them yet.
    #[error("the words are deleted, but a reader keeps the log of the store in {} from being emptied of them; erase again. The server also keeps trying", folder.display())]
    NotEmptied {
        /// The data folder.
        folder: PathBuf,
    },
    /// A circle of that id is there already.
    #[error("there is a circle {circle} already")]
    CircleExists {
        /// Its id.
        circle: CircleId,
    },
    /// There is no such circle, or no longer.
    #[error("there is no circle {circle}; it was deleted, or never made")]
    NoCircle {
        /// Its id.
        circle: CircleId,
    },
    /// There is no such room, or no longer.
    #[error(
        "there is no room {room} in the journal; its circle was deleted, or it was never opened"
    )]
    NoRoom {
        /// Its id.
        room: RoomId,
    },
    /// A room that has not ended cannot be erased as a whole.
    #[error("room {room} has not ended, so only its texts can be erased")]
    StillLive {
        /// Its id.
        room: RoomId,
    },
    /// The caller broke the interface's contract.
    #[error(
        "the journal was asked for what it cannot hold: {what}; this is a defect of the server, please report it"
    )]
    Malformed {
        /// What was wrong.
        what: &'static str,
    },
    /// There is no store where one was to be copied.
    #[error("there is no store in {}; name its data folder with --data", folder.display())]
    NoStore {
        /// The folder.
        folder: PathBuf,
    },
    /// A file that was to be made is there.
    #[error("there is {} already, and nothing is overwritten; name another file", file.display())]
    FileExists {
        /// The file.
        file: PathBuf,
    },
    /// There is a store where one was to be put.
    #[error("there is a store in {} already, and nothing was changed; with --replace it is kept aside and the copy takes its place", folder.display())]
    StoreExists {
        /// The folder.
        folder: PathBuf,
    },
    /// The file to restore from cannot be used. Nothing was changed.
    #[error("cannot restore from {}: {why}. Nothing was changed; name a file that `hearth backup` made", file.display())]
    NoCopy {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A backup is being made already.
    #[error("a backup is being made already; wait for it to end")]
    BackupUnderWay,
    /// The store is closed.
    #[error("cannot {doing}: the store is closed")]
    Closed {
        /// What was tried.
        doing: &'static str,
    },
}
