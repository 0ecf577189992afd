//! Frames: how commands, events and answers stand in a WebSocket text message.

use crate::command::{ClientFrame, Command, Hello};
use crate::event::{RoomEvent, SeatEvent, StaffEvent};
use crate::ids::{CommandId, Epoch, Millis, SeatNo};
use crate::limits::{DEPTH_MAX, Limits};
use crate::refusal::{Refusal, RefusalCode};
use crate::said::Said;
use crate::view::Snapshot;
use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::de::value::{MapAccessDeserializer, MapDeserializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::iter;
use ts_rs::TS;

/// An event as it stands on the wire: its audience's sequence number, when, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(untagged)]
pub enum EventFrame {
    /// To everyone.
    Room {
        /// Its number among the events to the room.
        room: u64,
        /// When it was decided.
        at: Millis,
        /// What happened.
        #[serde(flatten)]
        event: RoomEvent,
    },
    /// To staff.
    Staff {
        /// Its number among the events to staff.
        staff: u64,
        /// When it was decided.
        at: Millis,
        /// What happened.
        #[serde(flatten)]
        event: StaffEvent,
    },
    /// To one seat.
    Seat {
        /// Its number among the events to this seat.
        seat: u64,
        /// When it was decided.
        at: Millis,
        /// What happened.
        #[serde(flatten)]
        event: SeatEvent,
    },
}

/// The first frame of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Welcome {
    /// Your seat.
    pub seat: SeatNo,
    /// The store's epoch, for `resume`.
    pub epoch: Epoch,
    /// The server's time.
    pub now: Millis,
    /// What fits.
    pub limits: Limits,
    /// All you may see. Absent where a resume goes on: then what was missed follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub snapshot: Option<Snapshot>,
}

/// A command was done. The same answer comes again when the same id is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Done {
    /// When it was decided.
    pub at: Millis,
}

/// Words said earlier, in answer to `page`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Page {
    /// The entries just before the one named, the oldest first.
    pub said: Vec<Said>,
    /// Whether there are older ones still.
    pub earlier: bool,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done, after the events it caused.
    Ok(Done),
    /// Earlier words.
    Page(Page),
    /// Refused: nothing was changed.
    Refused(Refusal),
}

/// The answer to a command. `re` is absent where the frame had no id that could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Answer {
    /// The command's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub re: Option<CommandId>,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Somebody is writing. Without a number, never resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Writing {
    /// Who.
    pub seat: SeatNo,
}

/// A sign of life, after a quiet while: browsers see no pings. Never resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Beat {
    /// The server's time.
    pub now: Millis,
}

/// Frames that are neither events nor answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The first frame.
    Welcome(Box<Welcome>),
    /// All you may see, anew (your role has changed).
    Snapshot(Box<Snapshot>),
    /// Somebody is writing.
    Writing(Writing),
    /// A sign of life.
    Beat(Beat),
}

/// One frame from the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(untagged)]
pub enum ServerFrame {
    /// Something happened.
    Event(EventFrame),
    /// Neither event nor answer.
    Notice(Notice),
    /// What became of a command.
    Answer(Answer),
}

/// A frame from the server that this version does not understand: fetch a snapshot anew.
#[derive(Debug, thiserror::Error)]
#[error("a frame from the server was not understood ({0}): reload, or update the client")]
pub struct UnknownFrame(&'static str);

#[derive(Deserialize)]
struct Peek {
    room: Option<IgnoredAny>,
    staff: Option<IgnoredAny>,
    seat: Option<IgnoredAny>,
    ok: Option<IgnoredAny>,
    page: Option<IgnoredAny>,
    refused: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RoomFrame {
    room: u64,
    at: Millis,
    #[serde(flatten)]
    event: RoomEvent,
}

#[derive(Deserialize)]
struct StaffFrame {
    staff: u64,
    at: Millis,
    #[serde(flatten)]
    event: StaffEvent,
}

#[derive(Deserialize)]
struct SeatFrame {
    seat: u64,
    at: Millis,
    #[serde(flatten)]
    event: SeatEvent,
}

impl ServerFrame {
    /// Parses a text message from the server.
    pub fn parse(text: &str) -> Result<Self, UnknownFrame> {
        let peek: Peek = read(text, "not an object")?;
        if peek.room.is_some() {
            let RoomFrame { room, at, event } = read(text, "an event to the room")?;
            return Ok(Self::Event(EventFrame::Room { room, at, event }));
        }
        if peek.ok.is_some() || peek.page.is_some() || peek.refused.is_some() {
            return read(text, "an answer").map(Self::Answer);
        }
        if peek.staff.is_some() {
            let StaffFrame { staff, at, event } = read(text, "an event to staff")?;
            return Ok(Self::Event(EventFrame::Staff { staff, at, event }));
        }
        if peek.seat.is_some() {
            let SeatFrame { seat, at, event } = read(text, "an event to this seat")?;
            return Ok(Self::Event(EventFrame::Seat { seat, at, event }));
        }
        read(text, "a notice").map(Self::Notice)
    }
}

fn read<'a, T: Deserialize<'a>>(text: &'a str, what: &'static str) -> Result<T, UnknownFrame> {
    serde_json::from_str(text).map_err(|_| UnknownFrame(what))
}

/// A frame from a client that is not as it should be, with its id where that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFrame {
    /// The id to answer to.
    pub re: Option<CommandId>,
    /// `malformed` or `unknown_command`.
    pub code: RefusalCode,
}

impl ClientFrame {
    /// Parses a text message from a client. Unknown fields are ignored; exactly one known command
    /// must be in it. Nothing of the text gets into the error.
    pub fn parse(text: &str) -> Result<Self, BadFrame> {
        let bad = |re, code| BadFrame { re, code };
        if nests_deeper_than(text, DEPTH_MAX) {
            return Err(bad(None, RefusalCode::Malformed));
        }
        let fields: BTreeMap<String, &RawValue> =
            serde_json::from_str(text).map_err(|_| bad(None, RefusalCode::Malformed))?;
        let id: Option<CommandId> =
            fields.get("id").and_then(|raw| serde_json::from_str(raw.get()).ok());
        if let Some(raw) = fields.get("hello") {
            let hello: Hello =
                serde_json::from_str(raw.get()).map_err(|_| bad(id, RefusalCode::Malformed))?;
            return Ok(Self::Hello(Box::new(hello)));
        }
        if fields.contains_key("writing") && fields.len() == 1 {
            return Ok(Self::Writing);
        }
        let mut known = fields.iter().filter(|(name, _)| Command::NAMES.contains(&name.as_str()));
        let (name, raw) = match (known.next(), known.next()) {
            (Some((name, raw)), None) => (name.as_str(), *raw),
            (None, _) => return Err(bad(id, RefusalCode::UnknownCommand)),
            (Some(_), Some(_)) => return Err(bad(id, RefusalCode::Malformed)),
        };
        let id = id.ok_or(bad(None, RefusalCode::Malformed))?;
        let tagged = MapDeserializer::new(iter::once((name, raw)));
        let command = Command::deserialize(MapAccessDeserializer::new(tagged))
            .map_err(|_: serde_json::Error| bad(Some(id), RefusalCode::Malformed))?;
        Ok(Self::Command { id, command: Box::new(command) })
    }

    /// Returns the text message of this frame.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct Tagged<'a> {
            id: &'a CommandId,
            #[serde(flatten)]
            command: &'a Command,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "snake_case")]
        enum Bare<'a> {
            Hello(&'a Hello),
            Writing {},
        }
        match self {
            Self::Hello(hello) => serde_json::to_string(&Bare::Hello(hello)),
            Self::Command { id, command } => serde_json::to_string(&Tagged { id, command }),
            Self::Writing => serde_json::to_string(&Bare::Writing {}),
        }
    }
}

/// Returns whether arrays and objects in `json` nest deeper than `max`, without building them.
fn nests_deeper_than(json: &str, max: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > max {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;
    use uuid::Uuid;

    const ID: &str = "0190a5e0-0000-7000-8000-000000000001";

    #[test]
    fn a_command_survives_the_way_there_and_back() {
        let frame = ClientFrame::Command {
            id: CommandId(Uuid::parse_str(ID).unwrap()),
            command: Box::new(Command::Share { r#move: 17, text: Text::plain("I am here") }),
        };
        let text = frame.to_text().unwrap();
        assert_eq!(
            text,
            format!(r#"{{"id":"{ID}","share":{{"move":17,"text":{{"plain":"I am here"}}}}}}"#)
        );
        assert_eq!(ClientFrame::parse(&text), Ok(frame));
    }

    #[test]
    fn unknown_fields_are_ignored_and_unknown_commands_are_answered() {
        let known = format!(r#"{{"id":"{ID}","raise":{{"later_field":1}},"later_too":[]}}"#);
        assert!(matches!(ClientFrame::parse(&known), Ok(ClientFrame::Command { .. })));
        let unknown = format!(r#"{{"id":"{ID}","sing":{{}}}}"#);
        let bad = ClientFrame::parse(&unknown).unwrap_err();
        assert_eq!(bad.code, RefusalCode::UnknownCommand);
        assert_eq!(bad.re.unwrap().to_string(), ID);
    }

    #[test]
    fn two_commands_no_id_wrong_types_and_depth_are_malformed() {
        for text in [
            format!(r#"{{"id":"{ID}","raise":{{}},"lower":{{}}}}"#),
            r#"{"raise":{}}"#.to_owned(),
            format!(r#"{{"id":"{ID}","take":{{"move":"x"}}}}"#),
            format!(r#"{{"id":"{ID}","raise":{}1{}}}"#, "[".repeat(200), "]".repeat(200)),
            "[]".to_owned(),
            "{".to_owned(),
        ] {
            assert_eq!(
                ClientFrame::parse(&text).unwrap_err().code,
                RefusalCode::Malformed,
                "{text}"
            );
        }
    }
}
