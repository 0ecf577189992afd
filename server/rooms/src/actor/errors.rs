//! Why an actor stops early.

use crate::replay::LoadRoomError;
use hearth_journal::JournalError;
use hearth_protocol::merge::MergeError;

/// An error after which an actor can't go on. Its room is unloaded, and clients reconnect.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ActorError {
    #[error("can't compare the room's state before and after a decision: {0}")]
    Compare(MergeError),
    #[error("can't encode a row or a frame: {0}")]
    Encode(#[from] serde_json::Error),
    #[error("can't replay the room: {0}")]
    Replay(#[from] LoadRoomError),
    #[error("commit outcome unknown: the journal can't be read; clients reconnect and find out")]
    CommitUnknown,
    #[error("the room contradicts itself: {0}. This is a bug in Hearth; please report it")]
    Bug(&'static str),
}

impl From<JournalError> for ActorError {
    fn from(error: JournalError) -> Self {
        Self::Replay(LoadRoomError::Journal(error))
    }
}

impl From<hearth_room::ReplayError> for ActorError {
    fn from(error: hearth_room::ReplayError) -> Self {
        Self::Replay(error.into())
    }
}
