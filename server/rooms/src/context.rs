//! What all rooms share.

use crate::clock::Clock;
use crate::config::RoomsConfig;
use crate::connection_link::ConnectionId;
use crate::handle::RoomHandle;
use crate::limits::RoomsLimits;
use crate::metrics::RoomsMetrics;
use crate::registry::Registry;
use crate::timers::ConnectionTimers;
use hearth_journal::{EraseScope, Journal};
use hearth_protocol::settings::Pace;
use hearth_protocol::view::VIEW_VERSION;
use hearth_protocol::{Epoch, RoomId, Timers};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub(crate) struct Context {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) clock: Clock,
    pub(crate) limits: RoomsLimits,
    pub(crate) timers: ConnectionTimers,
    pub(crate) room_timers: fn(Pace) -> Timers,
    pub(crate) metrics: RoomsMetrics,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
    /// Names this run of the server, so that presence left by an earlier run can be recognised.
    pub(crate) node: Uuid,
    pub(crate) registry: Registry<RoomHandle>,
    /// One permit for each room that may be loaded.
    pub(crate) capacity: Arc<Semaphore>,
    /// For encoding and storing a snapshot: of one room at a time.
    pub(crate) snapshots: Arc<Semaphore>,
    connections: AtomicU64,
}

impl Context {
    pub(crate) fn new(config: RoomsConfig) -> Self {
        let RoomsConfig { journal, clock, limits, timers, room_timers, metrics, tasks, stop } =
            config;
        Self {
            journal,
            clock,
            limits,
            timers,
            room_timers,
            metrics,
            tasks,
            stop,
            node: Uuid::new_v4(),
            registry: Registry::new(),
            capacity: Arc::new(Semaphore::new(limits.rooms_max)),
            snapshots: Arc::new(Semaphore::new(1)),
            connections: AtomicU64::new(1),
        }
    }

    /// Returns the epoch to send to clients: the store's, and the view's version with it, so that
    /// no client resumes across a restore or across a change of the view's shape.
    pub(crate) fn epoch(&self) -> Epoch {
        let store = self.journal.epoch().0.as_u128();
        Epoch(Uuid::from_u128(store ^ u128::from(VIEW_VERSION)))
    }

    pub(crate) fn next_connection_id(&self) -> ConnectionId {
        ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed))
    }

    /// Erases the texts of a room that has ended, or everything in it. If that fails, the scheduler
    /// tries again.
    pub(crate) async fn erase(&self, room: RoomId, scope: EraseScope) {
        if let Err(error) = self.journal.erase(room, scope).await {
            tracing::error!(%error, %room, "can't erase an ended room; will retry");
        }
    }
}
