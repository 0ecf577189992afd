//! Names of things: short types so that a seat is never mistaken for a move.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;
use uuid::Uuid;

/// Milliseconds since 1970-01-01T00:00:00Z by the server's clock; durations are plain `…_ms` fields.
pub type Millis = u64;

/// A number that grows with every change of the token. Commands that answer or move the token name
/// the one they saw.
pub type Move = u64;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

uuid_id! {
    /// A standing group. Stands in links; is no secret.
    CircleId
}
uuid_id! {
    /// One live session of a circle, from opening to its end.
    RoomId
}
uuid_id! {
    /// Made by the client for each command; a command sent twice under one id happens once.
    CommandId
}
uuid_id! {
    /// Names one human text (a name, a share, a prompt …), whose words are kept apart from events.
    WordsId
}
uuid_id! {
    /// Identity of a store. A restore from a backup makes a new one, so that no client resumes into
    /// a history that was rolled back.
    Epoch
}

/// One person's place in a room, numbered from 1 in order of arrival. It outlives a dropped
/// connection, and is never reused within its room.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
pub struct SeatNo(pub u16);

impl fmt::Display for SeatNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
