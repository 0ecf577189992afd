//! Limits of the rooms, and rate limits of seats and rooms.

use crate::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

type Limiter = RateLimiter<NotKeyed, InMemoryState, Clock, NoOpMiddleware<Duration>>;

/// Commands that may be refused as too fast before a seat counts as flooding: at once, and then per
/// second.
const FLOOD_BURST: NonZeroU32 = NonZeroU32::new(60).unwrap();
const FLOOD_PER_SECOND: NonZeroU32 = NonZeroU32::MIN;
/// Pages of earlier messages at once, and then per second.
const PAGES_BURST: NonZeroU32 = NonZeroU32::new(6).unwrap();
const PAGES_PER_SECOND: NonZeroU32 = NonZeroU32::new(2).unwrap();
/// Resumes that need the journal at once, and the time in which one more is allowed. Each may read
/// thousands of rows, and a snapshot serves the client just as well.
const JOURNAL_RESUMES_BURST: NonZeroU32 = NonZeroU32::new(3).unwrap();
const JOURNAL_RESUME_EVERY: Duration = Duration::from_secs(10);
/// Typing signals per second.
const WRITING_PER_SECOND: NonZeroU32 = NonZeroU32::MIN;
/// A room's burst, in seconds of its rate.
const ROOM_BURST_SECONDS: u32 = 2;

/// The limits an operator can set for rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomsLimits {
    /// Rooms loaded at once.
    pub rooms_max: usize,
    pub commands_per_second_per_seat: u32,
    /// Commands a seat may send at once after a pause.
    pub commands_burst_per_seat: u32,
    /// Commands per second that a room takes from all its seats together.
    pub commands_per_second_per_room: u32,
    /// Size of a room's broadcast buffer in bytes.
    pub broadcast_bytes: usize,
    /// How long the rows of an ended session are kept, in milliseconds. Its texts are erased at once.
    pub keep_ended_sessions_ms: u64,
}

impl Default for RoomsLimits {
    fn default() -> Self {
        Self {
            rooms_max: 4_000,
            commands_per_second_per_seat: 10,
            commands_burst_per_seat: 40,
            commands_per_second_per_room: 200,
            broadcast_bytes: 1_048_576,
            keep_ended_sessions_ms: 86_400_000,
        }
    }
}

/// What to do with a frame, by its sender's rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateDecision {
    Allowed,
    /// Refuse it.
    TooFast,
    /// Refusals haven't slowed the sender down: disconnect.
    Flood,
}

/// Rate limits of one seat. They outlive its connections, so reconnecting doesn't reset them.
#[derive(Debug)]
pub struct SeatRateLimiter {
    commands: Limiter,
    pages: Limiter,
    journal_resumes: Limiter,
    writing: Limiter,
    floods: Limiter,
}

impl SeatRateLimiter {
    pub(crate) fn new(limits: &RoomsLimits, clock: &Clock) -> Self {
        let burst = at_least_one(limits.commands_burst_per_seat);
        let commands = Quota::per_second(at_least_one(limits.commands_per_second_per_seat));
        let resumes = Quota::with_period(JOURNAL_RESUME_EVERY)
            .unwrap_or(Quota::per_second(NonZeroU32::MIN))
            .allow_burst(JOURNAL_RESUMES_BURST);
        let limiter = |quota| RateLimiter::direct_with_clock(quota, clock.clone());
        Self {
            commands: limiter(commands.allow_burst(burst)),
            pages: limiter(Quota::per_second(PAGES_PER_SECOND).allow_burst(PAGES_BURST)),
            journal_resumes: limiter(resumes),
            writing: limiter(Quota::per_second(WRITING_PER_SECOND)),
            floods: limiter(Quota::per_second(FLOOD_PER_SECOND).allow_burst(FLOOD_BURST)),
        }
    }

    /// Counts a command.
    pub fn check_command(&self, room: &RoomRateLimiter) -> RateDecision {
        // The seat first, so that one seat's flood doesn't use up the room's allowance.
        if self.commands.check().is_ok() && room.0.check().is_ok() {
            RateDecision::Allowed
        } else {
            self.refused()
        }
    }

    /// Counts a request for a page. It counts as a command too.
    pub fn check_page(&self) -> RateDecision {
        if self.pages.check().is_ok() { RateDecision::Allowed } else { self.refused() }
    }

    /// Counts a typing signal. Ignore it if this returns false.
    pub fn allows_writing(&self) -> bool {
        self.writing.check().is_ok()
    }

    /// Counts a resume that needs the journal. Send a snapshot instead if this returns false.
    pub(crate) fn allows_journal_resume(&self) -> bool {
        self.journal_resumes.check().is_ok()
    }

    fn refused(&self) -> RateDecision {
        if self.floods.check().is_ok() { RateDecision::TooFast } else { RateDecision::Flood }
    }
}

/// Rate limit of one room, over all its seats.
#[derive(Debug)]
pub struct RoomRateLimiter(Limiter);

impl RoomRateLimiter {
    pub(crate) fn new(limits: &RoomsLimits, clock: &Clock) -> Self {
        let per_second = at_least_one(limits.commands_per_second_per_room);
        let burst = per_second.saturating_mul(at_least_one(ROOM_BURST_SECONDS));
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self(RateLimiter::direct_with_clock(quota, clock.clone()))
    }
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_the_rest_is_too_fast_and_a_flood_is_known_as_one() {
        let limits = RoomsLimits { commands_burst_per_seat: 5, ..RoomsLimits::default() };
        let (clock, manual) = Clock::manual(0);
        let seat = SeatRateLimiter::new(&limits, &clock);
        let room = RoomRateLimiter::new(&limits, &clock);
        let decisions: Vec<RateDecision> = (0..500).map(|_| seat.check_command(&room)).collect();
        assert!(decisions.iter().take(5).all(|decision| *decision == RateDecision::Allowed));
        assert!(
            decisions.iter().filter(|decision| **decision == RateDecision::TooFast).count() >= 60
        );
        assert_eq!(decisions.last(), Some(&RateDecision::Flood));
        // Allowances refill as time passes, not as the time of day is set.
        manual.set_wall(86_400_000);
        assert_eq!(seat.check_command(&room), RateDecision::Flood);
        manual.advance(Duration::from_millis(100));
        assert_eq!(seat.check_command(&room), RateDecision::Allowed);
    }

    #[test]
    fn one_seats_flood_leaves_the_room_to_the_others() {
        let limits = RoomsLimits { commands_per_second_per_room: 30, ..RoomsLimits::default() };
        let (clock, _manual) = Clock::manual(0);
        let room = RoomRateLimiter::new(&limits, &clock);
        let [loud, quiet] = [(); 2].map(|()| SeatRateLimiter::new(&limits, &clock));
        for _ in 0..1_000 {
            loud.check_command(&room);
        }
        assert_eq!(quiet.check_command(&room), RateDecision::Allowed);
    }
}
