//! Refusals: why a command changed nothing.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
#[cfg(feature = "schema")]
use ts_rs::TS;

macro_rules! refusals {
    ($($(#[$meta:meta])* $name:ident = $say:literal;)*) => {
        /// Why a command was refused. A client treats an unknown code like `malformed`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum RefusalCode { $($(#[$meta])* $name,)* }

        impl RefusalCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns one sentence for developers; a page shows its own wording.
            pub fn say(self) -> &'static str {
                match self { $(Self::$name => $say,)* }
            }
        }
    };
}

refusals! {
    /// The token has moved since the turn id that the command names.
    StaleTurn = "The turn has moved on since you pressed that. Nothing was changed.";
    /// Only the holder may do this.
    NotYourTurn = "It isn't your turn right now. Your words are kept in your draft.";
    /// Only the person it is offered to may do this.
    NotOffered = "The turn isn't offered to you right now.";
    /// The token can't be taken from the centre by this seat now.
    NotFree = "The turn can't be taken from the centre right now.";
    /// The role doesn't allow it.
    NotAllowed = "Your role in this circle doesn't include that.";
    /// The person it names outranks the sender, or is the sender.
    Outranked = "You can't do that to this person.";
    /// A room keeps at least one facilitator.
    LastFacilitator = "This is the last facilitator. Ask someone else to be one first.";
    /// No such seat in this room, or its person has left.
    NoSuchSeat = "That person isn't in the circle.";
    /// The seat is away, listening or otherwise can't be offered the token.
    NotEligible = "The turn can't be offered to that person right now.";
    /// The seat is muted.
    Muted = "You're muted for now. You keep your place.";
    /// Listeners, and people who aren't sharing, can't do this.
    Listening = "You're here to listen. Change how you take part first.";
    /// The session is in another phase.
    NotNow = "That isn't possible at this point of the session.";
    /// No round is open.
    NoRound = "No round is open.";
    /// A round is open already.
    RoundOpen = "A round is already open. Close it first.";
    /// The order of this round doesn't have this command.
    WrongOrder = "This round's order doesn't have that.";
    /// The room is paused.
    Paused = "The circle is paused. Your words are kept in your draft.";
    /// A silence is being kept.
    Silence = "The bell has rung. Your words are kept in your draft.";
    /// The seat has already rung the bell in this round.
    AlreadyRung = "You've already rung the bell in this round.";
    /// The room is ending.
    Ending = "The session is closing. Nothing more can be sent.";
    /// No host is present, so the floor is closed until one is.
    NoHost = "No host is here. You can write when one is.";
    /// The floor isn't open.
    FloorClosed = "Open conversation isn't on right now.";
    /// It is too soon after the sender last did the same, or after a silence.
    SlowDown = "Please wait a moment before you do that again.";
    /// No such message in this room, or the sender may not see it.
    NoSuchMessage = "That message isn't here any longer.";
    /// People can't make gestures to their own messages.
    OwnMessage = "That's your own message.";
    /// A round's question can only be changed.
    Question = "That's the round's question. A facilitator can change it while the round is open.";
    /// The time to take a message back is over.
    TooLate = "It's too late to take that back.";
    /// The text is empty.
    Empty = "There are no words in it.";
    /// The text is longer than its kind allows.
    TooLong = "That's too long. Please send it in parts.";
    /// The text contains characters that aren't allowed.
    BadText = "The text contains characters that can't be sent.";
    /// A number is outside its range.
    OutOfRange = "A value in that is out of range.";
    /// The time can't be extended: the last extension was too recent, or the firm limit was
    /// extended before.
    NoLonger = "The time can't be extended again right now.";
    /// The key already belongs to another seat.
    KeyTaken = "That key belongs to another seat.";
    /// The session has begun, and its circle is closed to latecomers.
    Begun = "The session has begun and is closed to newcomers.";
    /// The room has reached one of its limits.
    Full = "The circle is full.";
    /// The server doesn't know the command.
    UnknownCommand = "This server doesn't know that command. Please reload the page.";
    /// Too many commands in a short time.
    TooFast = "That was a little fast. Please try again in a moment.";
    /// It could not be stored. Retrying with the same id is safe: it happens once.
    NotStored = "It couldn't be saved just now. Nothing was changed; it will be tried again.";
    /// The frame isn't a command as PROTOCOL.md describes it. Clients read unknown codes as this one.
    #[serde(other)]
    Malformed = "The page sent something this server doesn't understand. Please reload it.";
}

/// A command was refused and changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
#[error("refused: {code:?}")]
pub struct Refusal {
    /// For programs.
    pub code: RefusalCode,
    /// A detail for developers. It contains nothing of what was sent. Pages don't show it.
    #[cfg_attr(feature = "schema", ts(type = "string"))]
    pub say: Cow<'static, str>,
}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Self {
        Self { code, say: Cow::Borrowed(code.say()) }
    }
}
