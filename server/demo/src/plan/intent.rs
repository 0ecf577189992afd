//! An intent: a command with its timing, and the cause that identifies it.

use crate::memory::Memory;
use crate::observation::{MessageNo, TurnId};
use hearth_protocol::session::Phase;
use hearth_protocol::{Command, SeatNo};

/// A command to send after a delay and some typing, both in milliseconds at human speed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Intent {
    pub(crate) cause: Cause,
    /// Time until others can see any sign of it.
    pub(crate) delay: u64,
    /// Time spent typing after the delay; zero for a command without text.
    pub(crate) typing: u64,
    pub(crate) command: Command,
}

/// Why a member does something. Two intents with equal causes are the same intent, and its time
/// keeps running. A cause therefore names everything that should restart the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The turn is offered to this member.
    Answer(TurnId),
    /// It is this member's turn, with this many shares sent.
    Share(TurnId, u32),
    /// This member has nothing more to share.
    Finish(TurnId),
    /// The token is at the centre, free to take.
    Reach(TurnId),
    /// This member doesn't want a turn in this round.
    SitOut(u32),
    /// This member raises a hand in this round.
    RaiseHand(u32),
    /// A message that this member responds to with a gesture.
    Gesture(MessageNo),
    /// The members say hello or goodbye.
    HelloOrGoodbye(Phase),
    /// This round is an open floor.
    Chat(u32),
    /// A visitor has arrived.
    Greet(SeatNo),
    /// Everyone has waited a while for a visitor. Restarts with each typing signal.
    Reassure(TurnId, u64),
    /// A visitor should be offered the turn.
    OfferToGuest(SeatNo, TurnId),
    /// A visitor holds the turn. Restarts with each message and typing signal.
    Idle(TurnId, usize, u64),
    /// The named step of the session comes next.
    Step(&'static str, TurnId),
    /// The named step comes once the room is quiet. Restarts with each change of the count (of
    /// messages or raised hands) and each typing signal.
    StepWhenQuiet(&'static str, usize, u64),
    /// A pause has lasted long.
    Unpause,
    /// A visitor arrived after the end and had no turn.
    UndoEnd(SeatNo),
}

impl Cause {
    /// Records in memory that an intent with this cause was carried out.
    pub(crate) fn remember(self, memory: &mut Memory) {
        match self {
            Self::Greet(seat) => memory.remember_greeting(seat),
            Self::Reassure(turn_id, _) => memory.remember_reassuring(turn_id),
            _ => {}
        }
    }
}

/// Milliseconds of typing: a start, then so much per character, up to a maximum.
const TYPING_START: u64 = 1_000;
const TYPING_PER_CHAR: u64 = 75;
const TYPING_MAX: u64 = 18_000;

impl Intent {
    /// An intent without text.
    pub(super) fn act(cause: Cause, delay: u64, command: Command) -> Self {
        Self { cause, delay, typing: 0, command }
    }

    /// An intent whose command carries this text. It takes as long as typing the text.
    pub(super) fn write(cause: Cause, delay: u64, text: &str, command: Command) -> Self {
        let chars = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        let typing =
            chars.saturating_mul(TYPING_PER_CHAR).saturating_add(TYPING_START).min(TYPING_MAX);
        Self { cause, delay, typing, command }
    }
}
