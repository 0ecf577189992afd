//! How an actor ends.

use crate::broadcast::{Broadcast, BroadcastEntry, Delivery, Recipients};
use crate::context::Context;
use crate::handle::RoomHandle;
use crate::registry::Slot;
use hearth_protocol::{CircleId, CloseCode};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// Why an actor ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nobody is connected and nothing is due.
    Idle,
    ServerStop,
    SessionEnded,
    CircleDeleted,
}

impl Exit {
    pub(super) fn close_code(self) -> CloseCode {
        match self {
            Self::Idle => CloseCode::Reloaded,
            Self::ServerStop => CloseCode::Restarting,
            Self::SessionEnded => CloseCode::Ended,
            Self::CircleDeleted => CloseCode::NoCircle,
        }
    }
}

/// Unloads the room when dropped, however the actor ends, panics included: removes it from the
/// registry and closes its connections.
pub(super) struct ExitGuard {
    pub(super) context: Arc<Context>,
    pub(super) circle: CircleId,
    pub(super) slot: Arc<Slot<RoomHandle>>,
    pub(super) broadcast: Arc<Broadcast>,
    /// Code to close the remaining connections with.
    pub(super) code: CloseCode,
    /// The room's share of the context's capacity.
    pub(super) _permit: OwnedSemaphorePermit,
}

impl Drop for ExitGuard {
    fn drop(&mut self) {
        self.context.registry.remove(self.circle, &self.slot);
        self.context.metrics.loaded.dec();
        let delivery = Delivery::Close(self.code);
        self.broadcast.push([BroadcastEntry { recipients: Recipients::ROOM, delivery }]);
    }
}
