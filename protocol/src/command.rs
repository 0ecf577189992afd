//! What a client may ask for.

use crate::ids::{CircleId, CommandId, Epoch, Move, RoomId, SeatNo, WordsId};
use crate::keys::{EntryKey, SeatKey};
use crate::people::{Role, Stance};
use crate::round::{Advance, HandsBy, Order, Start, TurnLimit};
use crate::said::GestureKind;
use crate::text::Text;
use crate::view::{Cursor, Phase};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A hello's wish to go on where a lost line stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Resume {
    /// The room it was in.
    pub room: RoomId,
    /// The store's epoch, from `welcome`.
    pub epoch: Epoch,
    /// The last event of each audience that arrived.
    pub cursor: Cursor,
}

/// The first frame of every line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Hello {
    /// Which circle.
    pub circle: CircleId,
    /// Made by the client once and kept: the same key is the same seat.
    pub seat_key: SeatKey,
    /// Follows from the link's secret; needed to take a new seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub entry_key: Option<EntryKey>,
    /// The name to go by; needed to take a new seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<Text>,
    /// How they arrive.
    #[serde(default)]
    #[ts(optional, as = "Option<_>")]
    pub stance: Stance,
    /// Where a lost line stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub resume: Option<Resume>,
    /// *It wasn't me*: from now on this key is the seat's, and the old one is worth nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub new_seat_key: Option<SeatKey>,
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident $wire:literal $({ $($(#[$fdoc:meta])* $field:ident : $ty:ty $([$($extra:tt)*])?,)* })?;)*) => {
        /// What a seat may ask for once it is welcomed.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Command {
            $($(#[$doc])* $name { $($($(#[$fdoc])* $($($extra)*)? $field: $ty,)*)? },)*
        }

        impl Command {
            /// The names of all commands on the wire.
            pub const NAMES: &[&str] = &[$($wire,)*];

            /// Returns its name on the wire.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => $wire,)* }
            }
        }
    };
}

commands! {
    /// Take the token: offered to you, or from the centre in popcorn.
    Take "take" {
        /// The move you saw.
        r#move: Move,
    };
    /// Pass: no reason asked, always allowed.
    Pass "pass" {
        /// The move you saw.
        r#move: Move,
    };
    /// Come back to me in this round.
    Later "later" {
        /// The move you saw.
        r#move: Move,
    };
    /// Say something in your turn. The command's id becomes the id of the words.
    Share "share" {
        /// The move you saw.
        r#move: Move,
        /// What you say.
        text: Text,
    };
    /// End your turn.
    Done "done" {
        /// The move you saw.
        r#move: Move,
        /// In popcorn: who is next. Without it the token is laid in the centre.
        to: Option<SeatNo> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
    };
    /// Write on an open floor.
    Say "say" {
        /// The move you saw.
        r#move: Move,
        /// What you write.
        text: Text,
    };
    /// Take your words back while that is possible.
    TakeBack "take_back" {
        /// Which words.
        said: WordsId,
    };
    /// Make or withdraw a sign to somebody's words.
    Gesture "gesture" {
        /// Which words.
        said: WordsId,
        /// Which sign.
        kind: GestureKind,
        /// Make it, or withdraw it.
        on: bool,
    };
    /// Raise your hand (order of hands).
    Raise "raise";
    /// Lower your hand.
    Lower "lower";
    /// Move yourself back behind the one who waits after you.
    StepBack "step_back";
    /// Pass this round for good.
    SitOut "sit_out";
    /// Signal a process point to staff.
    Point "point";
    /// Change how you are here.
    Stance "stance" {
        /// How.
        stance: Stance,
    };
    /// Change the name you go by.
    Rename "rename" {
        /// The new name.
        name: Text,
    };
    /// A little longer: your offer, your turn; staff may ask for whoever has it.
    Longer "longer" {
        /// The move you saw.
        r#move: Move,
    };
    /// Leave the circle.
    Leave "leave";
    /// Ask for words said before those on your screen.
    Page "page" {
        /// The earliest entry you have.
        before: WordsId,
    };
    /// Open a round. What is left out is as the circle's settings say.
    OpenRound "open_round" {
        /// What is asked.
        prompt: Option<Text> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
        /// How the token travels.
        order: Option<Order> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
        /// How hands are served.
        hands_by: Option<HandsBy> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
        /// Whether the order runs by itself.
        advance: Option<Advance> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
        /// Time for one turn.
        limit: Option<TurnLimit> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
        /// Whether turns have no limit, whatever the settings say. Never beside a `limit`.
        unlimited: bool [#[serde(default)] #[ts(optional, as = "Option<_>")]],
        /// Where a go-round begins.
        start: Start [#[serde(default)] #[ts(optional, as = "Option<_>")]],
        /// Milliseconds between two messages of one person, on an open floor.
        slow_ms: Option<u64> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
        /// Whether this is the closing round.
        closing: bool [#[serde(default)] #[ts(optional, as = "Option<_>")]],
    };
    /// Close the round.
    CloseRound "close_round";
    /// Change the order of the round under way.
    SetOrder "set_order" {
        /// How the token travels from now on.
        order: Order,
        /// How hands are served.
        hands_by: Option<HandsBy> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
        /// Whether the order runs by itself.
        advance: Option<Advance> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
    };
    /// Change what is asked in the round under way.
    SetPrompt "set_prompt" {
        /// What is asked; nothing to ask nothing.
        prompt: Option<Text> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
    };
    /// Change the time for one turn, from the next turn on.
    SetLimit "set_limit" {
        /// The limit; nothing for none.
        limit: Option<TurnLimit> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
    };
    /// Offer the token to somebody.
    Offer "offer" {
        /// The move you saw.
        r#move: Move,
        /// To whom.
        seat: SeatNo,
    };
    /// Let the order make its next offer, where it waits for the facilitator's word.
    Next "next" {
        /// The move you saw.
        r#move: Move,
    };
    /// Move on from the offer or the turn under way.
    Skip "skip" {
        /// The move you saw.
        r#move: Move,
    };
    /// Take the token back to the centre, and halt the order.
    Reclaim "reclaim" {
        /// The move you saw.
        r#move: Move,
    };
    /// Let a halted order run again.
    GoOn "go_on" {
        /// The move you saw.
        r#move: Move,
    };
    /// Put those who wait in another order.
    Reorder "reorder" {
        /// The seats that wait, the next first. Whoever is left out comes after them.
        waiting: Vec<SeatNo>,
    };
    /// Say a word to all, outside any turn.
    Announce "announce" {
        /// What you say.
        text: Text,
    };
    /// Mute somebody: they keep their place. Told to them and to staff alone.
    Mute "mute" {
        /// Whom.
        seat: SeatNo,
        /// For how many milliseconds; left out, until it is lifted.
        for_ms: Option<u64> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
    };
    /// Lift a mute.
    Unmute "unmute" {
        /// Whose.
        seat: SeatNo,
    };
    /// Remove somebody. Their key is barred in this circle; it can be undone.
    Remove "remove" {
        /// Whom.
        seat: SeatNo,
    };
    /// Undo a removal.
    Restore "restore" {
        /// Whose.
        seat: SeatNo,
    };
    /// Change somebody's role.
    SetRole "set_role" {
        /// Whose.
        seat: SeatNo,
        /// To what.
        role: Role,
    };
    /// Answer a process point.
    AnswerPoint "answer_point" {
        /// Whose.
        seat: SeatNo,
    };
    /// Pause the room.
    Pause "pause" {
        /// A word to it.
        message: Option<Text> [#[serde(default, skip_serializing_if = "Option::is_none")] #[ts(optional)]],
    };
    /// Let the room go on.
    Unpause "unpause";
    /// Move the session on: to `closing`, `lingering`, or back to `open`.
    SetPhase "set_phase" {
        /// Which.
        phase: Phase,
    };
    /// End the session. It can be undone for two minutes.
    End "end";
    /// Undo the end.
    UndoEnd "undo_end";
}

impl Command {
    /// Returns the text it carries, if any.
    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Share { text, .. } | Self::Say { text, .. } | Self::Announce { text } => {
                Some(text)
            }
            Self::Rename { name } => Some(name),
            Self::OpenRound { prompt, .. } | Self::SetPrompt { prompt } => prompt.as_ref(),
            Self::Pause { message } => message.as_ref(),
            _ => None,
        }
    }
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
        /// What it asks for.
        command: Box<Command>,
    },
    /// A sign of writing: no id, no answer, never stored.
    Writing,
}
