//! The HTTP interface: creating circles, and reading them before joining.

use crate::ids::{CircleId, Millis, RoomId};
use crate::keys::KeyHash;
use crate::presence::Role;
use crate::session::Phase;
use crate::settings::Settings;
use crate::text::Text;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
#[cfg(feature = "schema")]
use ts_rs::TS;

/// The permissions of a link: a role in the room, or managing the circle itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkRole {
    /// Can renew links and delete the circle, but can't join a room.
    Keeper,
    /// Joins as facilitator.
    Facilitator,
    /// Joins as moderator.
    Moderator,
    /// Joins as participant.
    Participant,
    /// Joins as listener.
    Listener,
}

impl LinkRole {
    /// Every kind of link.
    pub const ALL: [Self; 5] =
        [Self::Keeper, Self::Facilitator, Self::Moderator, Self::Participant, Self::Listener];

    /// Returns the role in a room that the link grants, or `None` for the keeper's.
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Keeper => None,
            Self::Facilitator => Some(Role::Facilitator),
            Self::Moderator => Some(Role::Moderator),
            Self::Participant => Some(Role::Participant),
            Self::Listener => Some(Role::Listener),
        }
    }

    /// Returns its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keeper => "keeper",
            Self::Facilitator => "facilitator",
            Self::Moderator => "moderator",
            Self::Participant => "participant",
            Self::Listener => "listener",
        }
    }
}

/// A link as the server stores it: enough to recognize the link, but not to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct Entry {
    /// Kind of the link.
    pub role: LinkRole,
    /// The SHA-256 of its entry key.
    pub entry_hash: KeyHash,
    /// Opaque bytes in base64url, encrypted with the link's wrap key, which the server doesn't
    /// have. At most [`LOCKER_BYTES_MAX`](crate::limits::LOCKER_BYTES_MAX) bytes.
    #[serde(default)]
    pub locker: String,
}

/// The body of `POST /api/circles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct NewCircle {
    /// The circle's title.
    pub title: Text,
    /// Agreements of its members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub agreements: Option<Text>,
    /// One line about who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub held_by: Option<Text>,
    /// Planned length of a session, in milliseconds. For information only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub lasts_ms: Option<u64>,
    /// Start time of its next session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub next_at: Option<Millis>,
    /// Its settings.
    #[serde(default)]
    pub settings: Settings,
    /// One entry for each kind of link, each kind exactly once.
    pub entries: Vec<Entry>,
}

/// The response to `POST /api/circles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct CircleMade {
    /// The circle; a link is `<origin>/c/<circle>#<secret>`.
    pub circle: CircleId,
}

/// The start time of a circle's next session: the body of `PUT /api/circles/<circle>/next_session`,
/// and the response to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct NextSession {
    /// The start time; absent if none is scheduled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub at: Option<Millis>,
}

/// The current session, as seen before joining. Names only the hosts who are present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct LobbySummary {
    /// The session.
    pub room: RoomId,
    /// Phase of the session.
    pub phase: Phase,
    /// Number of people present.
    pub here: u32,
    /// Names of the hosts who are present.
    pub hosts: Vec<Text>,
    /// Whether the session is closed to newcomers.
    pub closed: bool,
}

/// The response to `GET /api/circles/<circle>` with an entry key: the circle as seen before
/// joining.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct Door {
    /// The circle.
    pub circle: CircleId,
    /// Kind of the link.
    pub role: LinkRole,
    /// The circle's title.
    pub title: Text,
    /// Agreements of its members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub agreements: Option<Text>,
    /// One line about who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub held_by: Option<Text>,
    /// Planned length of a session, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub lasts_ms: Option<u64>,
    /// Start time of its next session, if that is in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub next_at: Option<Millis>,
    /// The server's time.
    pub now: Millis,
    /// Its settings.
    pub settings: Settings,
    /// The link's locker, encrypted with its wrap key.
    #[serde(default)]
    pub locker: String,
    /// The session under way, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub session: Option<LobbySummary>,
}

/// The response to `GET /api/about`: what the start page needs to know about the server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct About {
    /// Link to a demo circle that anyone may visit, if the operator offers one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub demo_url: Option<String>,
}

/// The body of every HTTP error response: problem details as in RFC 9457, with media type
/// `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct Problem {
    /// Always `about:blank`: `code` identifies the problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// Reason phrase of the HTTP status.
    pub title: String,
    /// HTTP status code.
    pub status: u16,
    /// What happened and what to do, for people.
    pub detail: String,
    /// Name of the problem, for programs.
    pub code: String,
}

impl Problem {
    /// Media type of the body.
    pub const CONTENT_TYPE: &str = "application/problem+json";
    /// Value of `type`.
    pub const ABOUT_BLANK: &str = "about:blank";
}
