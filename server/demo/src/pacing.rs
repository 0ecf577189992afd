//! How fast the members act.

use hearth_protocol::Timers;
use hearth_protocol::settings::Pace;
use std::time::Duration;

/// How fast the members act.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pacing {
    /// At the speed of people.
    #[default]
    Human,
    /// Forty times as fast, for tests.
    Fast,
}

impl Pacing {
    /// Converts a duration at human speed to this pacing.
    pub(crate) fn scale(self, human_ms: u64) -> Duration {
        match self {
            Self::Human => Duration::from_millis(human_ms),
            Self::Fast => Duration::from_millis(human_ms / 40),
        }
    }

    /// Returns the timers for the demo's rooms, given a circle's pace.
    ///
    /// Three differ from an ordinary room: nobody needs two minutes to reconsider an end here, and
    /// an abandoned room should make way for the next session quickly.
    pub fn timers(self) -> fn(Pace) -> Timers {
        match self {
            Self::Human => |pace| Timers {
                undo_end_ms: 15_000,
                empty_ms: 60_000,
                no_host_end_ms: 60_000,
                ..pace.timers()
            },
            Self::Fast => |pace| Timers {
                undo_end_ms: 800,
                empty_ms: 3_000,
                no_host_end_ms: 3_000,
                ..pace.timers()
            },
        }
    }
}
