//! The table of all limits that an operator can set. The wire's limits are in
//! `hearth_protocol::limits`.

use hearth_rooms::RoomsLimits;

macro_rules! limits {
    ($($(#[doc = $doc:literal])* $name:ident: $ty:ty = $default:literal, $least:literal..=$most:literal;)*) => {
        /// Limits of the whole server. Times are in milliseconds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Limits { $($(#[doc = $doc])* pub $name: $ty,)* }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        /// The name, default, minimum and maximum of each limit.
        pub(super) const LIMITS: &[(&str, u64, u64, u64)] =
            &[$((concat!("limits.", stringify!($name)), $default, $least, $most),)*];

        impl Limits {
            /// Reads each limit with `read`, which gets its name, default and range.
            pub(super) fn read(mut read: impl FnMut(&'static str, u64, std::ops::RangeInclusive<u64>) -> u64) -> Self {
                // The range of each limit fits its type, so the fallback is never used.
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
    /// Open TCP connections: HTTP requests and WebSockets together.
    connections_max: usize = 16_000, 1..=1_000_000;
    /// Open TCP connections per address. Trusted proxies don't count.
    connections_per_address_max: usize = 500, 1..=1_000_000;
    /// Open WebSockets per address: enough for several school classes behind one address.
    websockets_per_address_max: usize = 250, 1..=1_000_000;
    /// WebSockets that are open but not welcomed yet.
    handshakes_in_flight_max: usize = 1_000, 1..=100_000;
    /// New WebSockets per address and minute, reconnects included.
    websockets_per_minute_per_address: u32 = 1_000, 1..=1_000_000;
    /// API requests per address and minute.
    requests_per_minute_per_address: u32 = 600, 1..=1_000_000;
    /// Circles created per address and hour.
    circles_per_hour_per_address: u32 = 30, 1..=1_000_000;
    /// Addresses to count separately; any others share one allowance.
    addresses_remembered_max: usize = 100_000, 1..=10_000_000;
    /// Rooms in memory.
    rooms_max: usize = 4_000, 1..=1_000_000;
    /// Commands per seat and second, averaged over a few seconds.
    commands_per_second_per_seat: u32 = 10, 1..=10_000;
    /// Commands a seat can send at once after being idle.
    commands_burst_per_seat: u32 = 40, 1..=10_000;
    /// Commands per room and second, from all seats together.
    commands_per_second_per_room: u32 = 200, 1..=100_000;
    /// Size of a room's broadcast buffer, in bytes. A frame over an eighth of it disconnects its
    /// recipients, so the minimum is eight times the largest frame that a command can cause.
    broadcast_bytes_per_room: usize = 1_048_576, 786_432..=67_108_864;
    /// Timeout for a request's headers.
    headers_ms: u64 = 5_000, 50..=60_000;
    /// Timeout for a request's body.
    body_ms: u64 = 10_000, 50..=600_000;
    /// Lifetime of a TCP connection that isn't a WebSocket.
    page_connection_ms: u64 = 300_000, 100..=86_400_000;
    /// Timeout for the first frame on a WebSocket.
    hello_ms: u64 = 5_000, 50..=60_000;
    /// How long who attended an ended session, and when, stays stored.
    keep_ended_sessions_ms: u64 = 86_400_000, 0..=2_592_000_000;
    /// Time for connections and rooms to finish when the server stops.
    shutdown_ms: u64 = 10_000, 100..=600_000;
}

impl From<&Limits> for RoomsLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            rooms_max: limits.rooms_max,
            commands_per_second_per_seat: limits.commands_per_second_per_seat,
            commands_burst_per_seat: limits.commands_burst_per_seat,
            commands_per_second_per_room: limits.commands_per_second_per_room,
            broadcast_bytes: limits.broadcast_bytes_per_room,
            keep_ended_sessions_ms: limits.keep_ended_sessions_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_protocol::limits::{FRAME_BYTES_MAX, SEATS_MAX};

    #[test]
    fn the_smallest_broadcast_buffer_delivers_the_largest_frame_a_command_can_cause() {
        /// Upper bound of what a decision's frame contains about one seat.
        const SEAT_BYTES_MAX: usize = 256;
        let largest = FRAME_BYTES_MAX + usize::from(SEATS_MAX) * SEAT_BYTES_MAX;
        let name = "limits.broadcast_bytes_per_room";
        let (_, _, least, _) = LIMITS.iter().find(|(limit, ..)| *limit == name).unwrap();
        assert!(*least >= 8 * largest as u64, "{least} and {largest}");
    }

    #[test]
    fn the_rooms_have_the_same_defaults_as_the_settings() {
        assert_eq!(RoomsLimits::from(&Limits::default()), RoomsLimits::default());
    }
}
