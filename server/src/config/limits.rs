//! Every bound that an operator may set, in one place. Bounds of the wire stand in
//! `hearth_protocol::limits`.

use hearth_rooms::RoomsLimits;

macro_rules! limits {
    ($($(#[doc = $doc:literal])* $name:ident: $ty:ty = $default:literal, $least:literal..=$most:literal;)*) => {
        /// Bounds of the whole server. Times are in milliseconds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Limits { $($(#[doc = $doc])* pub $name: $ty,)* }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        /// The name of each limit with its default, its least and its greatest value.
        pub(super) const LIMITS: &[(&str, u64, u64, u64)] =
            &[$((concat!("limits.", stringify!($name)), $default, $least, $most),)*];

        impl Limits {
            /// Returns the limits with each value as `read` has it.
            pub(super) fn read(mut read: impl FnMut(&'static str, u64, std::ops::RangeInclusive<u64>) -> u64) -> Self {
                // The range of each limit lies inside its type, so the fallback is never taken.
                Self {
                    $($name: <$ty>::try_from(
                        read(concat!("limits.", stringify!($name)), $default, $least..=$most),
                    ).unwrap_or($default),)*
                }
            }

            /// Returns every value, in the order of [`LIMITS`].
            pub(super) fn values(&self) -> Vec<u64> {
                vec![$(u64::try_from(self.$name).unwrap_or(u64::MAX),)*]
            }
        }
    };
}

limits! {
    /// Open connections, of pages and of lines together.
    connections_max: usize = 16_000, 1..=1_000_000;
    /// Open connections from one address, unless it is a trusted proxy's.
    connections_per_address_max: usize = 500, 1..=1_000_000;
    /// Lines from one address. Thirty pupils behind one address must be able to join.
    lines_per_address_max: usize = 250, 1..=1_000_000;
    /// Lines that were opened and have not been welcomed.
    handshakes_in_flight_max: usize = 1_000, 1..=100_000;
    /// Lines opened from one address in a minute, those that come back included.
    lines_per_minute_per_address: u32 = 1_000, 1..=1_000_000;
    /// Requests to the HTTP interface from one address in a minute.
    requests_per_minute_per_address: u32 = 600, 1..=1_000_000;
    /// Circles made from one address in an hour.
    circles_per_hour_per_address: u32 = 30, 1..=1_000_000;
    /// Addresses whose use is remembered at once; all others share one allowance.
    addresses_remembered_max: usize = 100_000, 1..=10_000_000;
    /// Rooms in memory at once.
    rooms_max: usize = 4_000, 1..=1_000_000;
    /// Commands a seat may send in a second, over some seconds.
    commands_per_second_per_seat: u32 = 10, 1..=10_000;
    /// Commands a seat may send at once after a quiet while.
    commands_burst_per_seat: u32 = 40, 1..=10_000;
    /// Commands that one room takes in a second, from all its seats.
    commands_per_second_per_room: u32 = 200, 1..=100_000;
    /// Bytes of finished frames that a room keeps for its lines.
    ring_bytes_per_room: usize = 1_048_576, 65_536..=67_108_864;
    /// Time for the headers of a request.
    headers_ms: u64 = 5_000, 50..=60_000;
    /// Time for the body of a request.
    body_ms: u64 = 10_000, 50..=600_000;
    /// Time that one connection of a page may stay open.
    page_connection_ms: u64 = 300_000, 100..=86_400_000;
    /// Time for the first frame of a line.
    hello_ms: u64 = 5_000, 50..=60_000;
    /// Time for lines and rooms to finish when the server stops.
    shutdown_ms: u64 = 10_000, 100..=600_000;
}

impl From<&Limits> for RoomsLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            rooms_max: limits.rooms_max,
            commands_per_second_per_seat: limits.commands_per_second_per_seat,
            commands_burst_per_seat: limits.commands_burst_per_seat,
            commands_per_second_per_room: limits.commands_per_second_per_room,
            broadcast_bytes: limits.ring_bytes_per_room,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rooms_have_the_same_defaults_as_the_settings() {
        assert_eq!(RoomsLimits::from(&Limits::default()), RoomsLimits::default());
    }
}
