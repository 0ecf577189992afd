//! The one clock. Only this file reads the time; everything else takes a [`Clock`].
//!
//! A machine's clock may be wrong, and corrected later. So there are two kinds of time:
//!
//! - [`Clock::now`] is the time of day as the machine's clock shows it now. Schedules, the door and
//!   erasing use it, so they are right as soon as the clock is.
//! - A [`RoomClock`] is a room's time. It starts at the time of day when the room is loaded, and
//!   then runs monotonically: a correction neither ends a turn nor stops one. It counts the time
//!   that the machine sleeps.

use hearth_protocol::Millis;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;
use tokio::time::Instant;

/// How often to check whether the machine's clock was set, or the machine slept.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// Progress of two clocks that differs by this much between two checks is a jump, in milliseconds.
pub(crate) const JUMP_MS: u64 = 3_000;

/// What the machine's clocks show at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reading {
    /// Time of day.
    wall: Millis,
    /// Milliseconds since some moment in the past. Never goes back, and counts sleep.
    monotonic: u64,
}

/// The machine's clocks. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System(Arc<SystemSource>),
    Manual(watch::Receiver<ManualReading>),
}

struct SystemSource {
    read: Box<dyn Fn() -> Reading + Send + Sync>,
    /// Number of jumps that [`Clock::watch`] has noticed.
    jumps: watch::Sender<u64>,
}

#[derive(Debug, Clone, Copy)]
struct ManualReading {
    reading: Reading,
    jumps: u64,
}

impl Clock {
    /// Returns the machine's clocks. Someone has to run [`watch`](Self::watch) for sleepers to
    /// notice that the clock was set or that the machine slept.
    pub fn system() -> Self {
        let origin = Instant::now();
        Self::with_source(move || Reading { wall: wall_time(), monotonic: monotonic_time(origin) })
    }

    fn with_source(read: impl Fn() -> Reading + Send + Sync + 'static) -> Self {
        let (jumps, _) = watch::channel(0);
        Self(Source::System(Arc::new(SystemSource { read: Box::new(read), jumps })))
    }

    /// Returns a clock that stands still at `start` until it is moved, for tests.
    pub fn manual(start: Millis) -> (Self, ManualClock) {
        let reading = Reading { wall: start, monotonic: 0 };
        let (sender, receiver) = watch::channel(ManualReading { reading, jumps: 0 });
        (Self(Source::Manual(receiver)), ManualClock(Arc::new(sender)))
    }

    /// Returns the time of day. It goes back if the machine's clock is set back.
    pub fn now(&self) -> Millis {
        self.read().wall
    }

    /// Waits until [`now`](Self::now) is `at` or later. Pends forever if the [`ManualClock`] was
    /// dropped.
    pub async fn sleep_until(&self, at: Millis) {
        self.sleep(|reading| at.saturating_sub(reading.wall)).await;
    }

    /// Returns a room's clock. It starts at the time of day, or at `last` if that is later.
    pub fn room_clock(&self, last: Millis) -> RoomClock {
        let Reading { wall, monotonic } = self.read();
        RoomClock { clock: self.clone(), start: wall.max(last), since: monotonic }
    }

    /// Returns how often the clock jumped so far.
    pub(crate) fn jumps(&self) -> u64 {
        match &self.0 {
            Source::System(source) => *source.jumps.borrow(),
            Source::Manual(receiver) => receiver.borrow().jumps,
        }
    }

    /// Waits until [`jumps`](Self::jumps) isn't `known`.
    pub(crate) async fn jumped_since(&self, known: u64) {
        let jumped = match &self.0 {
            Source::System(source) => {
                source.jumps.subscribe().wait_for(|jumps| *jumps != known).await.is_ok()
            }
            Source::Manual(receiver) => {
                receiver.clone().wait_for(|reading| reading.jumps != known).await.is_ok()
            }
        };
        if !jumped {
            std::future::pending::<()>().await;
        }
    }

    /// Notices when the machine's clock is set and when the machine slept, logs it once, and wakes
    /// the sleepers. Never returns.
    pub(crate) async fn watch(&self) {
        let Source::System(source) = &self.0 else { return std::future::pending().await };
        let mut before = ((source.read)(), Instant::now());
        loop {
            tokio::time::sleep(CHECK_EVERY).await;
            let after = ((source.read)(), Instant::now());
            let awake = to_millis(after.1.duration_since(before.1));
            let passed = after.0.monotonic.saturating_sub(before.0.monotonic);
            let slept = passed.saturating_sub(awake);
            let expected = before.0.wall.saturating_add(passed);
            let jumped = after.0.wall.abs_diff(expected);
            if jumped >= JUMP_MS {
                let (seconds, forward) = (jumped / 1_000, after.0.wall > expected);
                tracing::warn!(
                    seconds,
                    forward,
                    "the machine's clock was set; schedules follow it, rooms in progress keep \
                     their pace"
                );
            }
            if slept >= JUMP_MS {
                tracing::info!(seconds = slept / 1_000, "the machine slept");
            }
            if jumped >= JUMP_MS || slept >= JUMP_MS {
                source.jumps.send_modify(|jumps| *jumps += 1);
            }
            before = after;
        }
    }

    fn read(&self) -> Reading {
        match &self.0 {
            Source::System(source) => (source.read)(),
            Source::Manual(receiver) => receiver.borrow().reading,
        }
    }

    /// Waits until `left` milliseconds are 0. It is asked again after each jump, since the timers
    /// of the runtime stop while the machine sleeps.
    async fn sleep(&self, left: impl Fn(Reading) -> u64) {
        match &self.0 {
            Source::System(source) => {
                let mut jumps = source.jumps.subscribe();
                loop {
                    let left = left((source.read)());
                    if left == 0 {
                        return;
                    }
                    tokio::select! {
                        () = tokio::time::sleep(Duration::from_millis(left)) => {}
                        // The sender lives as long as the clock.
                        _ = jumps.changed() => {}
                    }
                }
            }
            Source::Manual(receiver) => {
                let mut receiver = receiver.clone();
                if receiver.wait_for(|now| left(now.reading) == 0).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({:?})", self.read())
    }
}

/// Rate limiters use the same clock as everything else. Setting the machine's clock changes no
/// allowance.
impl governor::clock::Clock for Clock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.read().monotonic)
    }
}

/// A room's time: monotonic, and counting sleep. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RoomClock {
    clock: Clock,
    start: Millis,
    /// Monotonic time at `start`.
    since: u64,
}

impl RoomClock {
    pub fn now(&self) -> Millis {
        self.at(self.clock.read())
    }

    /// Waits until [`now`](Self::now) is `at` or later.
    pub async fn sleep_until(&self, at: Millis) {
        self.clock.sleep(|reading| at.saturating_sub(self.at(reading))).await;
    }

    /// Returns by how many milliseconds the room's time is ahead of the time of day: because the
    /// machine's clock was ahead when the room was opened or loaded, and has been set back.
    pub(crate) fn ahead_ms(&self) -> u64 {
        let reading = self.clock.read();
        self.at(reading).saturating_sub(reading.wall)
    }

    fn at(&self, reading: Reading) -> Millis {
        self.start.saturating_add(reading.monotonic.saturating_sub(self.since))
    }
}

/// Moves a manual clock.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<watch::Sender<ManualReading>>);

impl ManualClock {
    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let by = to_millis(by);
        self.0.send_modify(|ManualReading { reading, .. }| {
            reading.wall = reading.wall.saturating_add(by);
            reading.monotonic = reading.monotonic.saturating_add(by);
        });
    }

    /// Lets time pass until `at`, unless that is in the past.
    pub fn set(&self, at: Millis) {
        let wall = self.now();
        self.advance(Duration::from_millis(at.saturating_sub(wall)));
    }

    /// Sets the time of day, as when a wrong clock is corrected. No time passes.
    pub fn set_wall(&self, at: Millis) {
        self.0.send_modify(|now| {
            now.reading.wall = at;
            now.jumps += 1;
        });
    }

    /// Returns the time of day.
    pub fn now(&self) -> Millis {
        self.0.borrow().reading.wall
    }
}

fn to_millis(duration: Duration) -> Millis {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[allow(clippy::disallowed_methods, reason = "this is the one clock")]
fn wall_time() -> Millis {
    // A clock before 1970 shows 0.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, to_millis)
}

/// Returns a monotonic time. Linux counts the time that the machine sleeps; elsewhere it depends on
/// the system whether that counts.
#[cfg(target_os = "linux")]
fn monotonic_time(_origin: Instant) -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = time.tv_sec.unsigned_abs();
    seconds.saturating_mul(1_000).saturating_add(time.tv_nsec.unsigned_abs() / 1_000_000)
}

#[cfg(not(target_os = "linux"))]
fn monotonic_time(origin: Instant) -> u64 {
    to_millis(origin.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// A machine whose clock can be set and which can sleep. While it sleeps, the runtime's timers
    /// stand still.
    #[derive(Clone)]
    struct Machine(Arc<Mutex<Reading>>, Instant);

    impl Machine {
        fn new() -> (Self, Clock) {
            let start = Reading { wall: 1_000_000, monotonic: 500 };
            let machine = Self(Arc::new(Mutex::new(start)), Instant::now());
            let for_clock = machine.clone();
            let clock = Clock::with_source(move || {
                let (base, awake) =
                    (*for_clock.0.lock().unwrap(), to_millis(for_clock.1.elapsed()));
                Reading { wall: base.wall + awake, monotonic: base.monotonic + awake }
            });
            let watched = clock.clone();
            tokio::spawn(async move { watched.watch().await });
            (machine, clock)
        }

        fn sleeps(&self, time: Duration) {
            let mut base = self.0.lock().unwrap();
            base.wall += to_millis(time);
            base.monotonic += to_millis(time);
        }

        fn is_set(&self, change: impl FnOnce(Millis) -> Millis) {
            let mut base = self.0.lock().unwrap();
            base.wall = change(base.wall);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_machine_that_slept_for_two_hours_is_not_two_hours_late() {
        let (machine, clock) = Machine::new();
        let room = clock.room_clock(0);
        let due = room.now() + 3_600_000;
        let (schedule, room) = (clock.now() + 3_600_000, room);
        let sleepers = tokio::spawn(async move {
            room.sleep_until(due).await;
            clock.sleep_until(schedule).await;
        });
        tokio::time::sleep(Duration::from_secs(5)).await;
        machine.sleeps(Duration::from_secs(7_200));
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(sleepers.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn a_corrected_clock_is_followed_at_once_and_does_not_move_a_rooms_time() {
        let (machine, clock) = Machine::new();
        let week = 7 * 86_400_000;
        let (room, jumps) = (clock.room_clock(0), clock.jumps());
        let hour = clock.now() + week;
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(hour).await }
        });
        tokio::time::sleep(Duration::from_secs(5)).await;
        let before = room.now();
        machine.is_set(|wall| wall + week);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(waiting.is_finished());
        assert_eq!((room.now(), clock.jumps()), (before + 2_000, jumps + 1));
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(clock.jumps(), jumps + 1, "one jump counts once");

        let shown = room.now();
        machine.is_set(|wall| wall - week);
        tokio::time::timeout(Duration::from_secs(2), clock.jumped_since(jumps + 1)).await.unwrap();
        assert!((shown..=shown + 2_000).contains(&room.now()));
        assert_eq!(clock.room_clock(0).now(), clock.now());
    }

    #[test]
    fn the_systems_clock_shows_the_time_of_day_and_runs() {
        let before = wall_time();
        let clock = Clock::system();
        let room = clock.room_clock(before + 1_000_000);
        assert!(clock.now() >= before);
        assert!(room.now() >= before + 1_000_000);
        let began = governor::clock::Clock::now(&clock);
        std::thread::sleep(Duration::from_millis(20));
        assert!(governor::clock::Clock::now(&clock) - began >= Duration::from_millis(10));
    }

    #[tokio::test]
    async fn a_manual_clock_wakes_sleepers_at_their_time() {
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
