//! The one clock. Only this file reads the time of day; everything else takes a [`Clock`].

use hearth_protocol::Millis;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;
use tokio::time::Instant;

/// A monotonic wall clock. It never goes back: not while the server runs, and not behind the newest
/// event in the journal, even if the machine's clock was set back between two runs.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System { origin: Millis, since: Instant },
    Manual(watch::Receiver<Millis>),
}

impl Clock {
    /// Starts at the time of day or `newest_at`, whichever is later, and runs monotonically from
    /// there. `newest_at` is the time of the newest event in the journal.
    pub fn system(newest_at: Millis) -> Self {
        Self(Source::System { origin: wall_time().max(newest_at), since: Instant::now() })
    }

    /// Returns a clock that stands still at `start` until it is moved, for tests.
    pub fn manual(start: Millis) -> (Self, ManualClock) {
        let (sender, receiver) = watch::channel(start);
        (Self(Source::Manual(receiver)), ManualClock(Arc::new(sender)))
    }

    pub fn now(&self) -> Millis {
        match &self.0 {
            Source::System { origin, since } => origin.saturating_add(to_millis(since.elapsed())),
            Source::Manual(receiver) => *receiver.borrow(),
        }
    }

    /// Waits until [`now`](Self::now) is `at` or later. Pends forever if the [`ManualClock`] was
    /// dropped.
    pub async fn sleep_until(&self, at: Millis) {
        match &self.0 {
            Source::System { origin, since } => {
                match since.checked_add(Duration::from_millis(at.saturating_sub(*origin))) {
                    Some(instant) => tokio::time::sleep_until(instant).await,
                    None => std::future::pending().await,
                }
            }
            Source::Manual(receiver) => {
                let mut receiver = receiver.clone();
                if receiver.wait_for(|now| *now >= at).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}

/// Rate limiters use the same clock as everything else.
impl governor::clock::Clock for Clock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(Self::now(self))
    }
}

/// Moves a manual clock forward.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<watch::Sender<Millis>>);

impl ManualClock {
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = now.saturating_add(to_millis(by)));
    }

    /// Moves the clock to `at`, unless that is in the past.
    pub fn set(&self, at: Millis) {
        self.0.send_modify(|now| *now = at.max(*now));
    }
}

fn to_millis(duration: Duration) -> Millis {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[allow(clippy::disallowed_methods, reason = "this is the one clock")]
fn wall_time() -> Millis {
    // If the machine's clock is before 1970, start from the journal's newest time instead.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, to_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_clock_set_back_between_two_runs_goes_on_from_the_newest_event() {
        let far = wall_time() + 1_000_000;
        let clock = Clock::system(far);
        assert_eq!(clock.now(), far);
        clock.sleep_until(far + 1_500).await;
        assert!(clock.now() >= far + 1_500);
        clock.sleep_until(far).await;
    }

    #[test]
    fn without_a_journal_the_clock_shows_the_time_of_day() {
        let before = wall_time();
        assert!(Clock::system(0).now() >= before);
    }

    #[tokio::test]
    async fn a_manual_clock_wakes_sleepers_at_their_time_and_never_goes_back() {
        let (clock, manual) = Clock::manual(1_000);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep_until(1_250).await;
                clock.now()
            }
        });
        tokio::task::yield_now().await;
        manual.advance(Duration::from_millis(100));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        manual.set(1_300);
        assert_eq!(sleeper.await.unwrap(), 1_300);
        manual.set(5);
        assert_eq!(clock.now(), 1_300);
    }
}
