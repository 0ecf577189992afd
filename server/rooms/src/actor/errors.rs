//! Why an actor stops early.

use crate::replay::ReplayError;
use hearth_journal::JournalError;
use hearth_room::ApplyError;

/// An error after which an actor can't go on. Its room is unloaded, and clients reconnect.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ActorError {
    #[error(transparent)]
    Apply(#[from] ApplyError),
    #[error("can't encode an event or a frame: {0}")]
    Encode(#[from] serde_json::Error),
    #[error("can't replay the room: {0}")]
    Replay(#[from] ReplayError),
    #[error("commit outcome unknown: the journal can't be read; clients reconnect and find out")]
    CommitUnknown,
    #[error("the room contradicts itself: {0}. This is a bug in Hearth; please report it")]
    Bug(&'static str),
}

impl From<JournalError> for ActorError {
    fn from(error: JournalError) -> Self {
        Self::Replay(ReplayError::Journal(error))
    }
}
