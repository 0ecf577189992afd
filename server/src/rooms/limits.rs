//! How much a seat and a room take in a while.

use crate::config::Limits;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;

/// Commands refused as too fast that a seat may collect at once, and then one a second: beyond
/// that it is a flood.
const FLOOD_BURST: NonZeroU32 = NonZeroU32::new(60).unwrap();
const FLOOD_PER_SECOND: NonZeroU32 = NonZeroU32::MIN;
/// Pages of earlier words at once, and then a second.
const PAGES_BURST: NonZeroU32 = NonZeroU32::new(6).unwrap();
const PAGES_PER_SECOND: NonZeroU32 = NonZeroU32::new(2).unwrap();
/// Signs of writing in a second.
const WRITING_PER_SECOND: NonZeroU32 = NonZeroU32::MIN;
/// Seconds of a room's commands that it takes at once.
const ROOM_BURST_SECONDS: u32 = 2;

/// What became of a wish to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// It may be sent.
    Good,
    /// It is too much for now.
    TooFast,
    /// It has been too much for too long.
    Flood,
}

/// What one seat may send. It outlives the seat's lines, so that coming back gains nothing.
#[derive(Debug)]
pub(crate) struct SeatLimits {
    commands: DefaultDirectRateLimiter,
    pages: DefaultDirectRateLimiter,
    writing: DefaultDirectRateLimiter,
    floods: DefaultDirectRateLimiter,
}

impl SeatLimits {
    /// Returns the limits of a seat that has sent nothing.
    pub(crate) fn new(limits: &Limits) -> Self {
        let burst = at_least_one(limits.commands_burst_per_seat);
        let commands = Quota::per_second(at_least_one(limits.commands_per_second_per_seat));
        Self {
            commands: RateLimiter::direct(commands.allow_burst(burst)),
            pages: RateLimiter::direct(
                Quota::per_second(PAGES_PER_SECOND).allow_burst(PAGES_BURST),
            ),
            writing: RateLimiter::direct(Quota::per_second(WRITING_PER_SECOND)),
            floods: RateLimiter::direct(
                Quota::per_second(FLOOD_PER_SECOND).allow_burst(FLOOD_BURST),
            ),
        }
    }

    /// Counts a command.
    pub(crate) fn command(&self, room: &RoomLimits) -> Pace {
        // The seat first: whoever floods must not use up the room's allowance.
        if self.commands.check().is_ok() && room.0.check().is_ok() {
            Pace::Good
        } else {
            self.refused()
        }
    }

    /// Counts a wish for a page, besides its being a command.
    pub(crate) fn page(&self) -> Pace {
        if self.pages.check().is_ok() { Pace::Good } else { self.refused() }
    }

    /// Counts a sign of writing; what is too much is nothing.
    pub(crate) fn writing(&self) -> bool {
        self.writing.check().is_ok()
    }

    fn refused(&self) -> Pace {
        if self.floods.check().is_ok() { Pace::TooFast } else { Pace::Flood }
    }
}

/// What one room takes from all its seats.
#[derive(Debug)]
pub(crate) struct RoomLimits(DefaultDirectRateLimiter);

impl RoomLimits {
    /// Returns the limits of a room that has taken nothing.
    pub(crate) fn new(limits: &Limits) -> Self {
        let per_second = at_least_one(limits.commands_per_second_per_room);
        let burst = per_second.saturating_mul(at_least_one(ROOM_BURST_SECONDS));
        Self(RateLimiter::direct(Quota::per_second(per_second).allow_burst(burst)))
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
        let limits = Limits { commands_burst_per_seat: 5, ..Limits::default() };
        let (seat, room) = (SeatLimits::new(&limits), RoomLimits::new(&limits));
        let paces: Vec<Pace> = (0..500).map(|_| seat.command(&room)).collect();
        assert!(paces.iter().take(5).all(|pace| *pace == Pace::Good));
        assert!(paces.iter().filter(|pace| **pace == Pace::TooFast).count() >= 60);
        assert_eq!(paces.last(), Some(&Pace::Flood));
    }

    #[test]
    fn one_seats_flood_leaves_the_room_to_the_others() {
        let limits = Limits { commands_per_second_per_room: 30, ..Limits::default() };
        let room = RoomLimits::new(&limits);
        let (loud, quiet) = (SeatLimits::new(&limits), SeatLimits::new(&limits));
        for _ in 0..1_000 {
            loud.command(&room);
        }
        assert_eq!(quiet.command(&room), Pace::Good);
    }
}
