//! What the rooms need from the server.

use crate::clock::Clock;
use crate::limits::RoomsLimits;
use crate::metrics::RoomsMetrics;
use crate::timers::ConnectionTimers;
use hearth_journal::Journal;
use hearth_protocol::Timers;
use hearth_protocol::settings::Pace;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What the rooms need from the server.
pub struct RoomsConfig {
    pub journal: Arc<dyn Journal>,
    pub clock: Clock,
    pub limits: RoomsLimits,
    pub timers: ConnectionTimers,
    /// Timers of a new room with this pace. [`Pace::timers`] everywhere except in the demo.
    pub room_timers: fn(Pace) -> Timers,
    pub metrics: RoomsMetrics,
    /// Tracks the rooms' tasks, so that shutdown can wait for them.
    pub tasks: TaskTracker,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
}
