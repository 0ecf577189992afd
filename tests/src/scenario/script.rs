//! What a scenario's lines mean: the steps of a story, and what is expected of each.

use hearth_protocol::api::LinkRole;
use hearth_protocol::{CloseCode, Order, Phase, RefusalCode, Settings, Stance};
use serde_json::Value;
use std::time::Duration;

/// A whole scenario.
#[derive(Debug)]
pub struct Scenario {
    /// Its file, as errors name it.
    pub file: String,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// One thing that happens, and what follows from it.
#[derive(Debug)]
pub struct Step {
    /// The line it stands on, from 1.
    pub line: usize,
    /// What happens.
    pub act: Act,
    /// What is expected to follow, each with its line.
    pub expects: Vec<(usize, Expect)>,
}

/// Something that happens.
#[derive(Debug)]
pub enum Act {
    /// A circle is made; always the first line.
    Circle {
        /// Its title.
        title: String,
        /// Its settings.
        settings: Box<Settings>,
    },
    /// From here on every command is sent twice under one id.
    EverythingTwice,
    /// Somebody comes in by a link.
    ComesIn {
        /// Who.
        who: String,
        /// By which link.
        by: LinkRole,
        /// How they arrive.
        stance: Stance,
        /// Where they are not let in.
        closed: Option<CloseCode>,
    },
    /// Somebody asks for something.
    Asks {
        /// Who.
        who: String,
        /// What for.
        command: Draft,
        /// Names the move that the command before it named, in place of the present one.
        same_move: bool,
        /// Where it is refused.
        refused: Option<RefusalCode>,
    },
    /// Somebody shows a sign of writing.
    Writes(String),
    /// A line is cut, without a goodbye.
    Drops(String),
    /// Somebody's client comes back.
    Returns {
        /// Who.
        who: String,
        /// Without resume: everything anew.
        fresh: bool,
        /// Where they are not let in.
        closed: Option<CloseCode>,
    },
    /// Everybody whose line is lost comes back, in the order they first came.
    AllReturn,
    /// The seat is opened on one more screen.
    SecondScreen(String),
    /// The screen before says *it wasn't me*.
    NotMe(String),
    /// Time passes.
    Passes(Duration),
    /// The server's process dies.
    Killed,
    /// The server starts again on what it kept.
    Starts,
}

/// A command as the story tells it: names for seats, words for their ids, no move yet.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its fields.
    pub fields: Vec<(&'static str, Arg)>,
}

/// A field of a command.
#[derive(Debug, Clone)]
pub enum Arg {
    /// A human text.
    Text(String),
    /// Somebody's seat.
    Seat(String),
    /// Several seats.
    Seats(Vec<String>),
    /// The id of words said before, named by their text.
    Said(String),
    /// A go-round's start at a seat.
    StartAt(String),
    /// Anything else, as it stands on the wire.
    Json(Value),
}

/// Something that is expected to follow from a step.
#[derive(Debug)]
pub enum Expect {
    /// An event.
    Event(EventExpect),
    /// Any events of the room may stand here.
    Anything,
    /// No event for the room.
    Nothing,
    /// A screen is closed.
    Closes {
        /// Whose.
        who: String,
        /// The screen before the present one.
        old: bool,
        /// With which code.
        code: CloseCode,
    },
    /// How things stand afterwards.
    Stands(Stands),
}

/// An event that is expected next in its audience's sequence.
#[derive(Debug)]
pub struct EventExpect {
    /// For whom.
    pub audience: Audience,
    /// Its name on the wire.
    pub name: String,
    /// Whom it is about.
    pub who: Vec<String>,
    /// Who did it.
    pub by: Option<String>,
    /// The words in it.
    pub text: Option<String>,
    /// How, why, which kind, phase, order, role or stance.
    pub words: Vec<String>,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everyone.
    Room,
    /// Facilitators and moderators.
    Staff,
    /// One seat.
    Alone(String),
}

/// A list of seats on every screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListOf {
    /// Who waits.
    Waiting,
    /// Who was heard.
    Heard,
    /// Who passed.
    Passed,
    /// Who said later.
    Later,
    /// Raised hands.
    Hands,
    /// Who is next: one or nobody.
    Next,
    /// The order it goes.
    Lineup,
}

/// How things stand, on every screen that may show it.
#[derive(Debug)]
pub enum Stands {
    /// Somebody has the turn.
    Has(String),
    /// It is offered to somebody.
    OfferedTo(String),
    /// The token is in the centre.
    Centre,
    /// A list holds just these, in this order.
    List(ListOf, Vec<String>),
    /// The round is complete, or not.
    Complete(bool),
    /// A round is open, or not.
    RoundOpen(bool),
    /// The order is halted, or not.
    Halted(bool),
    /// The room is paused.
    Paused(String),
    /// The room is not paused.
    NotPaused,
    /// The end can be undone for so long.
    Ending(Option<Duration>),
    /// The phase.
    Phase(Phase),
    /// The order of the round.
    Order(Order),
    /// Somebody is here, away or left.
    Presence(String, String),
    /// Somebody's role or stance.
    Is(String, String),
    /// Somebody is muted, as staff and they see it.
    Muted(String, bool),
    /// Somebody is barred, as staff see it.
    Barred(String, bool),
    /// A clock of the token has so long to run; `None`: there is no such clock.
    Clock(String, ClockOf, Option<Duration>),
    /// Somebody sees just these words, or everybody does.
    Sees(Option<String>, Vec<String>),
    /// Staff count these turns.
    Turns(Vec<(String, u32)>),
}

/// A clock of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockOf {
    /// The turn's limit.
    Turn,
    /// The notice before it.
    Notice,
    /// The offer, as its seat and staff see it.
    Offer,
    /// The wait for a lost line.
    Line,
}
