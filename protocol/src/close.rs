//! Close codes, in ranges that say what to do: 40xx come back, 41xx come back later, 42xx do not
//! come back.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
#[cfg(feature = "schema")]
use ts_rs::TS;

/// What a client does after a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ComeBack {
    /// Reconnect at once, with resume.
    Now,
    /// Reconnect after a wait that grows with each attempt.
    Later,
    /// Don't reconnect unless the person asks for it.
    No,
}

macro_rules! close_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $reason:literal;)*) => {
        /// Why the server closed a connection.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CloseCode { $($(#[$doc])* $name,)* }

        impl CloseCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the number on the wire.
            pub fn code(self) -> u16 {
                match self { $(Self::$name => $code,)* }
            }

            /// Returns the reason sent beside it: a name for developers, not a sentence for people.
            pub fn reason(self) -> &'static str {
                match self { $(Self::$name => $reason,)* }
            }

            /// Returns the code with this number.
            pub fn from_code(code: u16) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

close_codes! {
    /// The server is stopping or restarting.
    Restarting = 4000, "restarting";
    /// The connection fell behind the broadcast buffer.
    TooSlow = 4001, "too_slow";
    /// A ping wasn't answered in time.
    ConnectionLost = 4002, "connection_lost";
    /// The room was reloaded; a resume delivers what was missed.
    Reloaded = 4003, "reloaded";
    /// No hello came in time. The client may have been frozen before it could send one.
    NoHello = 4004, "no_hello";
    /// The server has reached its limit of connections or rooms for now.
    Full = 4100, "full";
    /// The store can't be written to for now.
    NotStored = 4101, "not_stored";
    /// Too much was sent too fast.
    Flood = 4102, "flood";
    /// The circle's next session is scheduled for later, and no host has opened it yet.
    NotYet = 4103, "not_yet";
    /// Newcomers wait while the room is paused or keeps a silence; and so does a seat that has come
    /// back too often in a short time.
    NotNow = 4104, "not_now";
    /// This seat is open on another screen.
    Replaced = 4200, "replaced";
    /// The seat was removed.
    Removed = 4201, "removed";
    /// The session is over.
    Ended = 4202, "ended";
    /// The keys do not open this circle, or there is no such circle.
    NotAdmitted = 4203, "not_admitted";
    /// The circle was deleted while the connection was open.
    NoCircle = 4204, "no_circle";
    /// The client broke the protocol.
    BadFrame = 4205, "bad_frame";
    /// The person left, as asked.
    Left = 4207, "left";
    /// The session has begun, and its circle is closed to latecomers.
    Begun = 4208, "begun";
}

impl CloseCode {
    /// Returns what a client does after this code.
    pub fn come_back(self) -> ComeBack {
        come_back(self.code())
    }
}

/// Returns what a client does after a close with this number, known or not. Ordinary closes and
/// lost connections (1000–1999) mean *now*, except those that report a mistake of the client.
pub fn come_back(code: u16) -> ComeBack {
    match code {
        1002 | 1003 | 1007 | 1008 | 1009 | 4200..=4299 => ComeBack::No,
        4100..=4199 => ComeBack::Later,
        _ => ComeBack::Now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_was_only_too_slow_comes_back() {
        use CloseCode::{ConnectionLost, NoHello, TooSlow};
        for code in [NoHello, ConnectionLost, TooSlow] {
            assert_eq!(code.come_back(), ComeBack::Now, "{code:?}");
        }
    }

    #[test]
    fn every_code_lies_in_the_range_that_says_what_to_do() {
        for code in CloseCode::ALL {
            let expected = match code.code() / 100 {
                40 => ComeBack::Now,
                41 => ComeBack::Later,
                42 => ComeBack::No,
                other => panic!("{code:?} lies outside the ranges: {other}xx"),
            };
            assert_eq!(code.come_back(), expected);
            assert_eq!(CloseCode::from_code(code.code()), Some(*code));
        }
    }
}
