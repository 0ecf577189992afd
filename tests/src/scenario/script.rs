//! A parsed scenario: what happens, and what is expected after each step.

use hearth_protocol::api::LinkRole;
use hearth_protocol::presence::Stance;
use hearth_protocol::{CloseCode, RefusalCode, Settings};
use serde_json::{Map, Value};
use std::time::Duration;

/// A whole scenario.
#[derive(Debug)]
pub struct Scenario {
    /// The name of its file, for errors.
    pub(super) file: String,
    pub(super) steps: Vec<Step>,
}

/// One thing that happens, and what is expected after it.
#[derive(Debug)]
pub(super) struct Step {
    /// Its line, from 1.
    pub(super) line: usize,
    pub(super) action: Action,
    /// What is expected, each with its line.
    pub(super) expects: Vec<(usize, Expect)>,
}

/// Something that happens.
#[derive(Debug)]
pub(super) enum Action {
    /// A circle is created; always the first line.
    Circle { title: String, settings: Box<Settings> },
    /// From here on every command is sent twice under one id.
    EverythingTwice,
    /// Someone takes a new seat.
    Joins { who: String, by: LinkRole, stance: Stance, closed: Option<CloseCode> },
    /// Someone sends a command.
    Sends { who: String, command: WrittenCommand, refused: Option<RefusalCode> },
    /// Someone sends a typing signal.
    Writes(String),
    /// A connection breaks without a close.
    Drops(String),
    /// Someone's client reconnects: with a resume, or `fresh`.
    Returns { who: String, fresh: bool, closed: Option<CloseCode> },
    /// Everyone whose connection is lost reconnects, in the order they first joined.
    AllReturn,
    /// The seat is opened on one more screen.
    SecondScreen(String),
    /// The previous screen says *it wasn't me*.
    NotMe(String),
    /// Time passes.
    Passes(Duration),
    /// The server is killed.
    Killed,
    /// The server starts again on the same data.
    Starts,
}

/// A command as it is written in a scenario: names in place of seats, words in place of texts and
/// messages, perhaps no turn id.
#[derive(Debug, Clone)]
pub(super) struct WrittenCommand {
    pub(super) name: String,
    pub(super) fields: Map<String, Value>,
}

/// What is expected after a step.
#[derive(Debug)]
pub(super) enum Expect {
    /// The next frame to an audience that has facts.
    Frame(Audience, Vec<ExpectedFact>),
    /// Any frames to the room.
    AnyFrames,
    /// No frame to the room.
    Nothing,
    /// A screen is closed: the current one, or the `old` one before it.
    Closes { who: String, old: bool, code: CloseCode },
    /// State of the view after the step.
    Holds(Vec<Statement>),
}

/// A fact of a frame.
#[derive(Debug)]
pub(super) enum ExpectedFact {
    /// Any facts.
    Any,
    /// This fact, with at least these fields.
    Fact { name: String, fields: Value },
}

/// Who receives a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Audience {
    Room,
    Hosts,
    /// One seat.
    Alone(String),
}

/// State of the view, on every screen that contains it.
#[derive(Debug)]
pub(super) enum Statement {
    /// A place in the view has a value. `of`: on this person's screen only.
    Is { of: Option<String>, path: String, expected: Expected },
    /// A collection of the queue holds these people, in this order if it has one.
    People { list: String, who: Vec<String> },
    /// A timer has this much time left.
    Clock { of: Option<String>, path: &'static str, minus_notice: bool, left: Duration },
    /// Someone sees exactly these messages; `None`: everyone does. `…` is one taken back.
    Sees { who: Option<String>, messages: Vec<String> },
}

/// The value at a path in the view.
#[derive(Debug)]
pub(super) enum Expected {
    Value(Value),
    Present,
    Absent,
}
