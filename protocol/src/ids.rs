//! Ids: small types that keep a seat from being mistaken for a message.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::hash::{Hash, Hasher};
use std::str::FromStr;
#[cfg(feature = "schema")]
use ts_rs::TS;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// Milliseconds since 1970-01-01T00:00:00Z by the server's clock. Durations are plain `…_ms` fields.
pub type Millis = u64;

/// A number that grows with every change of the token. Commands that answer or move the token name
/// the one that their sender saw.
pub type TurnId = u64;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
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
    /// Names one human text (a name, a share, a prompt …). Chosen by the server at random.
    TextId;
    /// Names one bar: a removal that is in force. Chosen by the server at random.
    BarId;
    /// Identity of a store and of the view's version. A restore from a backup or an upgrade changes
    /// it, so that no client resumes into a history that was rolled back or has another shape.
    Epoch;
}

/// Created by the client for each command. A command sent twice under one id happens once.
///
/// A UUID with hyphens. It is written as its client wrote it, so that clients can look up answers by
/// the string they sent. Ids that differ only in the case of their letters are the same.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(as = "String"), schemars(with = "Uuid"))]
pub struct CommandId {
    uuid: Uuid,
    /// Which of its 32 digits are capital letters; the lowest bit is the first digit's.
    capitals: u32,
}

/// A text that isn't a [`CommandId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a command's id is a UUID with hyphens")]
pub struct NotACommandId;

impl CommandId {
    /// Returns the id that is this UUID, in small letters.
    pub fn new(uuid: Uuid) -> Self {
        Self { uuid, capitals: 0 }
    }

    /// Returns the UUID.
    pub fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl PartialEq for CommandId {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl Eq for CommandId {}

impl PartialOrd for CommandId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CommandId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl Hash for CommandId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = Uuid::encode_buffer();
        let text = self.uuid.hyphenated().encode_lower(&mut buffer);
        if self.capitals == 0 {
            return f.write_str(text);
        }
        let mut capitals = self.capitals;
        for c in text.chars() {
            let is_capital = c != '-' && capitals & 1 == 1;
            if c != '-' {
                capitals >>= 1;
            }
            f.write_char(if is_capital { c.to_ascii_uppercase() } else { c })?;
        }
        Ok(())
    }
}

impl fmt::Debug for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommandId({self})")
    }
}

impl FromStr for CommandId {
    type Err = NotACommandId;

    fn from_str(text: &str) -> Result<Self, NotACommandId> {
        let uuid = Uuid::try_parse(text).map_err(|_| NotACommandId)?;
        if text.len() != Hyphenated::LENGTH {
            return Err(NotACommandId);
        }
        let digits = text.chars().filter(|c| *c != '-');
        let capitals =
            digits.rev().fold(0, |bits, c| bits << 1 | u32::from(c.is_ascii_uppercase()));
        Ok(Self { uuid, capitals })
    }
}

impl Serialize for CommandId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CommandId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

macro_rules! number_id {
    ($($(#[$doc:meta])* $name:ident($ty:ty);)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_repeats_a_command_id_as_it_was_sent() {
        for sent in [
            "0190a5e0-0000-7000-8000-0000000000aa",
            "0190A5E0-0000-7000-8000-0000000000AA",
            "0190a5E0-00F0-7000-8000-0000000000aB",
        ] {
            let json = format!("\"{sent}\"");
            let id: CommandId = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), json);
            assert_eq!(id, sent.to_lowercase().parse().unwrap(), "the case makes no other id");
        }
        for other in
            ["0190a5e00000700080000000000000aa", "{0190a5e0-0000-7000-8000-0000000000aa}", ""]
        {
            assert!(other.parse::<CommandId>().is_err(), "{other}");
        }
    }
}
