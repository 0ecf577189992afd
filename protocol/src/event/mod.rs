//! Events: facts with their results, each for exactly one audience.

mod room;
mod seat;
mod staff;

pub use room::{EndWhy, OfferEnd, RoomEvent, TurnEnd};
pub use seat::SeatEvent;
pub use staff::StaffEvent;
