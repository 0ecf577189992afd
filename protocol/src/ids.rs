//! Ids: small types that keep a seat from being mistaken for a message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use ts_rs::TS;
use uuid::Uuid;

/// Milliseconds since 1970-01-01T00:00:00Z by the server's clock. Durations are plain `…_ms` fields.
pub type Millis = u64;

/// A number that grows with every change of the token. Commands that answer or move the token name
/// the one that their sender saw.
pub type TurnId = u64;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
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

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )* };
}

uuid_id! {
    /// A standing group. Its id is part of links and isn't secret.
    CircleId;
    /// One live session of a circle, from opening to its end.
    RoomId;
    /// Created by the client for each command. A command sent twice under one id happens once.
    CommandId;
    /// Names one human text (a name, a share, a prompt …). Chosen by the server at random.
    TextId;
    /// Identity of a store and of the view's version. A restore from a backup or an upgrade changes
    /// it, so that no client resumes into a history that was rolled back or has another shape.
    Epoch;
}

macro_rules! number_id {
    ($($(#[$doc:meta])* $name:ident($ty:ty);)*) => { $(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
        )]
        pub struct $name(pub $ty);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )* };
}

number_id! {
    /// One person's place in a room, numbered from 1 in order of arrival. It outlives a dropped
    /// connection and is never reused within its room.
    SeatNo(u16);
    /// A message's number in its room, from 1.
    MessageNo(u32);
}

/// The texts that something mentions.
pub type TextIds = BTreeSet<TextId>;
