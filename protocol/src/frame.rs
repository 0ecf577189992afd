//! Frames: the encoding of decisions, commands and answers as WebSocket text messages.

use crate::features::Command;
use crate::hello::Hello;
use crate::ids::{CommandId, Epoch, MessageNo, Millis, SeatNo};
use crate::limits::{DEPTH_MAX, Limits};
use crate::refusal::{Refusal, RefusalCode};
use crate::snapshot::Snapshot;
pub use crate::update::{AudienceFrame, Page};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
#[cfg(feature = "schema")]
use ts_rs::TS;

/// The first frame from the server.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(optional_fields))]
pub struct Welcome {
    /// Your seat.
    pub seat: SeatNo,
    /// The store's epoch, for `resume`.
    pub epoch: Epoch,
    /// The server's time.
    pub now: Millis,
    /// Limits a client should know.
    pub limits: Limits,
    /// Everything you may see. Absent if the connection resumes; the missed frames follow instead.
    pub snapshot: Option<Snapshot>,
}

/// A command was carried out. Sent again, it gets the same answer.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(optional_fields))]
pub struct Done {
    /// Time of the decision.
    pub at: Millis,
    /// The number of the message it created.
    pub message: Option<MessageNo>,
}

/// The result of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done. The frames it caused were sent before this answer.
    Ok(Done),
    /// Earlier messages.
    Page(Page),
    /// Refused. Nothing was changed.
    Refused(Refusal),
}

/// The answer to a command.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(optional_fields))]
pub struct Answer {
    /// The command's id. Absent if the frame had no readable id.
    pub re: Option<CommandId>,
    /// The result.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Someone is typing. It has no number, and isn't resent on a resume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct Writing {
    /// Their seat.
    pub seat: SeatNo,
}

/// A heartbeat after 20 seconds without other frames, since browsers don't expose pings. It isn't
/// resent on a resume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct Beat {
    /// The server's time.
    pub now: Millis,
}

/// Frames that have no number and aren't answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The first frame.
    Welcome(Box<Welcome>),
    /// A new snapshot, which replaces everything: your role has changed, or you fell behind.
    Snapshot(Box<Snapshot>),
    /// Someone is typing.
    Writing(Writing),
    /// A heartbeat.
    Beat(Beat),
}

/// One frame from the server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
#[serde(untagged)]
pub enum ServerFrame {
    /// A decision.
    Decision(Box<AudienceFrame>),
    /// Neither a decision nor an answer.
    Notice(Notice),
    /// The result of a command.
    Answer(Answer),
}

/// A frame from the server that this version doesn't understand: fetch a new snapshot.
#[derive(Debug, thiserror::Error)]
#[error("cannot read a frame from the server ({0}): reload, or update the client")]
pub struct UnknownFrame(&'static str);

#[derive(Deserialize)]
struct Peek {
    at: Option<IgnoredAny>,
    re: Option<CommandId>,
    ok: Option<Done>,
    page: Option<Page>,
    refused: Option<Refusal>,
}

impl ServerFrame {
    /// Parses a text message from the server.
    ///
    /// # Errors
    /// If it isn't a frame of this version.
    pub fn parse(text: &str) -> Result<Self, UnknownFrame> {
        let peek: Peek = read(text, "not an object")?;
        if peek.at.is_some() {
            return read(text, "a decision").map(|frame| Self::Decision(Box::new(frame)));
        }
        let outcome = (peek.ok.map(Outcome::Ok))
            .or(peek.page.map(Outcome::Page))
            .or(peek.refused.map(Outcome::Refused));
        match outcome {
            Some(outcome) => Ok(Self::Answer(Answer { re: peek.re, outcome })),
            None => read(text, "a notice").map(Self::Notice),
        }
    }
}

fn read<'a, T: Deserialize<'a>>(text: &'a str, what: &'static str) -> Result<T, UnknownFrame> {
    serde_json::from_str(text).map_err(|_| UnknownFrame(what))
}

/// One frame from a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientFrame {
    /// The first frame.
    Hello(Box<Hello>),
    /// A command under its id.
    Command {
        /// Its id.
        id: CommandId,
        /// The command.
        command: Box<Command>,
    },
    /// A typing signal. It has no id, gets no answer and is never stored.
    Writing,
}

/// A malformed frame from a client, with its id if that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFrame {
    /// The id to answer to.
    pub re: Option<CommandId>,
    /// `malformed` or `unknown_command`.
    pub code: RefusalCode,
}

impl ClientFrame {
    /// Parses a text message from a client. It must contain exactly one known command; unknown
    /// fields are ignored. The error contains no part of the text.
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
        let mut known = fields.iter().filter_map(|(name, raw)| Command::parse(name, raw));
        let command = match (known.next(), known.next()) {
            (Some(command), None) => command,
            (None, _) => return Err(bad(id, RefusalCode::UnknownCommand)),
            (Some(_), Some(_)) => return Err(bad(id, RefusalCode::Malformed)),
        };
        let id = id.ok_or(bad(None, RefusalCode::Malformed))?;
        let command = command.map_err(|_| bad(Some(id), RefusalCode::Malformed))?;
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
    use crate::message::MessageCommand;
    use crate::text::Text;
    use uuid::Uuid;

    const ID: &str = "0190a5e0-0000-7000-8000-000000000001";

    #[test]
    fn a_command_survives_the_way_there_and_back() {
        let frame = ClientFrame::Command {
            id: CommandId::new(Uuid::parse_str(ID).unwrap()),
            command: Box::new(
                MessageCommand::Share { turn_id: 17, text: Text::plain("I am here") }.into(),
            ),
        };
        let text = frame.to_text().unwrap();
        assert_eq!(
            text,
            format!(r#"{{"id":"{ID}","share":{{"turn_id":17,"text":{{"plain":"I am here"}}}}}}"#)
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

    /// Adds a field that no version knows to every object.
    fn extend(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.values_mut().for_each(extend);
                fields.insert("later_field".to_owned(), serde_json::json!({"x": [1]}));
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(extend),
            serde_json::Value::Null
            | serde_json::Value::Bool(_)
            | serde_json::Value::Number(_)
            | serde_json::Value::String(_) => {}
        }
    }

    #[test]
    fn unknown_fields_at_any_depth_change_no_command() {
        for command in Command::samples() {
            let mut body = serde_json::to_value(&command).unwrap()[command.name()].take();
            extend(&mut body);
            let text = format!(r#"{{"id":"{ID}","{}":{body}}}"#, command.name());
            match ClientFrame::parse(&text) {
                Ok(ClientFrame::Command { command: parsed, .. }) => assert_eq!(*parsed, command),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn two_commands_no_id_wrong_types_and_depth_are_malformed() {
        for text in [
            format!(r#"{{"id":"{ID}","raise":{{}},"lower":{{}}}}"#),
            r#"{"raise":{}}"#.to_owned(),
            format!(r#"{{"id":"{ID}","take":{{"turn_id":"x"}}}}"#),
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
