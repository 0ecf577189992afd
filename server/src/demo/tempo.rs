//! How fast the members live.

use hearth_protocol::{Pace, Timers};
use std::time::Duration;

/// How fast the members live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tempo {
    /// As people do.
    #[default]
    Human,
    /// Many times as fast, for tests.
    Fast,
}

impl Tempo {
    /// Returns how long something takes that takes people so many milliseconds.
    pub(super) fn time(self, ms: u64) -> Duration {
        match self {
            Self::Human => Duration::from_millis(ms),
            Self::Fast => Duration::from_millis(ms / 40),
        }
    }

    /// Returns the times of the demo's rooms. They are those of the chosen pace, and are announced
    /// as ever; but here nobody has to think an end over, and nothing may lie dead for long.
    pub(super) fn timers(self) -> fn(Pace) -> Timers {
        match self {
            Self::Human => |pace| Timers {
                undo_end_ms: 15_000,
                empty_ms: 60_000,
                unstaffed_end_ms: 60_000,
                ..pace.timers()
            },
            Self::Fast => |pace| Timers {
                undo_end_ms: 800,
                empty_ms: 3_000,
                unstaffed_end_ms: 3_000,
                ..pace.timers()
            },
        }
    }
}
