//! The HTTP interface: making a circle, and looking at its door.

use crate::ids::{CircleId, Millis, RoomId};
use crate::keys::KeyHash;
use crate::presence::Role;
use crate::session::Phase;
use crate::settings::Settings;
use crate::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a link lets one do: a role in the room, or keeping the circle itself.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LinkRole {
    /// Renews links and deletes the circle; opens no room.
    Keeper,
    /// Comes in as facilitator.
    Facilitator,
    /// Comes in as moderator.
    Moderator,
    /// Comes in as participant.
    Participant,
    /// Comes in as listener.
    Listener,
}

impl LinkRole {
    /// Every kind of link.
    pub const ALL: [Self; 5] =
        [Self::Keeper, Self::Facilitator, Self::Moderator, Self::Participant, Self::Listener];

    /// Returns the role it carries into a room; none for the keeper.
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

/// What the server keeps of one link: enough to know its role, not enough to be it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Entry {
    /// What the link lets one do.
    pub role: LinkRole,
    /// The SHA-256 of its entry key.
    pub entry_hash: KeyHash,
    /// Opaque bytes in base64url that the link's wrap key opens; the server cannot. At most
    /// [`LOCKER_BYTES_MAX`](crate::limits::LOCKER_BYTES_MAX) bytes.
    #[serde(default)]
    pub locker: String,
}

/// The body of `POST /api/circles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct NewCircle {
    /// The circle's title.
    pub title: Text,
    /// What its members agree on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub agreements: Option<Text>,
    /// Who holds it, in their own words: one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub held_by: Option<Text>,
    /// How long a session is meant to last, in milliseconds. It is told, and ends nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub lasts_ms: Option<u64>,
    /// The hour of its next session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next_at: Option<Millis>,
    /// Its settings.
    #[serde(default)]
    pub settings: Settings,
    /// One entry for each kind of link, each kind exactly once.
    pub entries: Vec<Entry>,
}

/// The answer to `POST /api/circles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct CircleMade {
    /// The circle; a link is `<origin>/c/<circle>#<secret>`.
    pub circle: CircleId,
}

/// The hour of a circle's next session: the body of `PUT /api/circles/<circle>/next_session`, and
/// its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct NextSession {
    /// The hour; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub at: Option<Millis>,
}

/// The session under way, as seen from the door. Only hosts who are present are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct LobbySummary {
    /// The session.
    pub room: RoomId,
    /// Where it stands.
    pub phase: Phase,
    /// How many are here.
    pub here: u32,
    /// The names of the hosts who are here.
    pub hosts: Vec<Text>,
    /// Whether no new person is let in any more.
    pub closed: bool,
}

/// The answer to `GET /api/circles/<circle>` with an entry key: what stands at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Door {
    /// The circle.
    pub circle: CircleId,
    /// What the link lets one do.
    pub role: LinkRole,
    /// The circle's title.
    pub title: Text,
    /// What its members agreed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub agreements: Option<Text>,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub held_by: Option<Text>,
    /// How long a session is meant to last, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub lasts_ms: Option<u64>,
    /// The hour of its next session, while it is to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next_at: Option<Millis>,
    /// The server's time.
    pub now: Millis,
    /// Its settings.
    pub settings: Settings,
    /// What the link's wrap key opens.
    #[serde(default)]
    pub locker: String,
    /// The session under way, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub session: Option<LobbySummary>,
}

/// The body of every HTTP error response: problem details as in RFC 9457, with media type
/// `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
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
