//! Refusals: a command changed nothing, and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use ts_rs::TS;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $say:literal;)*) => {
        /// Why a command was refused. A client meets an unknown code as it meets `malformed`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum RefusalCode { $($(#[$doc])* $name,)* }

        impl RefusalCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns one gentle sentence for the person who sent the command.
            pub fn say(self) -> &'static str {
                match self { $(Self::$name => $say,)* }
            }
        }
    };
}

refusals! {
    /// The token has moved since the screen that sent this was drawn.
    StaleMove = "The turn has moved on since you pressed that. Nothing was changed.";
    /// Only the holder may do this.
    NotYourTurn = "It is not your turn just now. Your words are kept in your draft.";
    /// Only the one it is offered to may do this.
    NotOffered = "The turn is not offered to you just now.";
    /// The token cannot be taken from the centre by this seat now.
    NotFree = "The turn cannot be taken from the centre just now.";
    /// The role does not allow it.
    NotAllowed = "Your part in this circle does not include that.";
    /// The person it names outranks the one who asks, or is themselves.
    NotOver = "You cannot do that to this person.";
    /// A room keeps at least one facilitator.
    LastFacilitator = "This is the last facilitator. Ask somebody else to be one first.";
    /// No such seat in this room, or it is gone.
    NoSuchSeat = "That person is not in the circle.";
    /// The seat is away, muted, listening or otherwise not to be offered the token.
    NotEligible = "The turn cannot be offered to that person just now.";
    /// The seat is muted.
    Muted = "You are muted for now. You keep your place.";
    /// Listeners and those who chose to listen do not do this.
    Listening = "You are here to listen. Change how you are here first.";
    /// The session is in another phase.
    NotNow = "That is not possible at this point of the session.";
    /// No round is open.
    NoRound = "No round is open.";
    /// A round is open already.
    RoundOpen = "A round is open already. Close it first.";
    /// The order of this round has no such step.
    WrongOrder = "The order of this round does not have that.";
    /// The room is paused.
    Paused = "The circle is paused. Your words are kept in your draft.";
    /// The room is ending.
    Ending = "The session is closing. Nothing more can be sent.";
    /// No staff are present, and the open floor rests until they are.
    NoStaff = "Nobody who holds this circle is here. The floor opens when they are.";
    /// The floor is not open.
    FloorClosed = "The floor is not open just now.";
    /// Too soon after the last message on an open floor.
    SlowDown = "Please wait a moment before you write again.";
    /// No such words in this room.
    NoSuchWords = "Those words are not here any more.";
    /// The time to take words back is over.
    TooLate = "The moment to take that back has passed.";
    /// The text is empty.
    Empty = "There are no words in it.";
    /// The text is longer than its kind may be.
    TooLong = "That is longer than fits. Please send it in parts.";
    /// The text holds characters that are not allowed.
    BadText = "The text holds characters that cannot be sent.";
    /// A number lies outside its range.
    OutOfRange = "A value in that is outside what is possible.";
    /// A second extension too soon, or of a firm limit that was extended before.
    NoLonger = "The time cannot be extended again just now.";
    /// The session has begun, and its circle lets nobody in who comes late.
    Begun = "The session has begun, and nobody new comes in any more.";
    /// The room holds as much as it can.
    Full = "The circle is full.";
    /// The frame is not a command as PROTOCOL.md describes it.
    Malformed = "The page sent something this server does not understand. Please reload it.";
    /// The command is not one this server knows.
    UnknownCommand = "This server does not know that command. Please reload the page.";
    /// Too many commands in a short time.
    TooFast = "That was a little fast. Please try again in a moment.";
    /// It could not be stored. Sent again with the same id it happens once.
    NotStored = "It could not be kept just now. Nothing was changed; it is being tried again.";
}

/// A command was refused and changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema, thiserror::Error)]
#[error("refused: {code:?}")]
pub struct Refusal {
    /// For programs.
    pub code: RefusalCode,
    /// For people: one sentence, without any of the words sent.
    #[ts(type = "string")]
    pub say: Cow<'static, str>,
}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Self {
        Self { code, say: Cow::Borrowed(code.say()) }
    }
}
