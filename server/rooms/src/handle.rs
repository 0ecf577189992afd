//! How other tasks reach a loaded room.

use crate::mailbox::RoomMessage;
use hearth_protocol::api;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// A loaded room's mailbox and its lobby summary.
#[derive(Debug, Clone)]
pub(crate) struct RoomHandle {
    /// Closed once the room is unloaded: look the room up again.
    pub(crate) mailbox: mpsc::Sender<RoomMessage>,
    lobby_summary: LatestSummary,
}

impl RoomHandle {
    pub(crate) fn new(mailbox: mpsc::Sender<RoomMessage>, lobby_summary: LatestSummary) -> Self {
        Self { mailbox, lobby_summary }
    }

    pub(crate) fn lobby_summary(&self) -> api::LobbySummary {
        self.lobby_summary.get()
    }
}

/// The latest lobby summary, written by the actor and read by anyone.
#[derive(Debug, Clone)]
pub(crate) struct LatestSummary(Arc<Mutex<api::LobbySummary>>);

impl LatestSummary {
    pub(crate) fn new(summary: api::LobbySummary) -> Self {
        Self(Arc::new(Mutex::new(summary)))
    }

    pub(crate) fn get(&self) -> api::LobbySummary {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, summary: api::LobbySummary) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = summary;
    }
}
