//! Rounds: a prompt, an order, and how the token moves.

use crate::declare::{commands, facts, view, wire_enum};
use crate::ids::{SeatNo, TextId};
use crate::text::Text;
use crate::turn::TurnLimit;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
#[cfg(feature = "schema")]
use ts_rs::TS;

wire_enum! {
    /// How the token moves.
    pub enum Order {
        /// Go-round: every seat once, in order.
        GoRound,
        /// The holder names the next person, or puts the token in the centre.
        Popcorn,
        /// A queue of raised hands.
        Hands,
        /// The facilitator offers it each time.
        Facilitator,
        /// Open floor: the token rests, and anyone unmuted may write.
        Open,
    }

    /// How raised hands are served. People who had no turn in the round always come first.
    pub enum HandsBy {
        /// By turns taken in the session, then by when the hand went up.
        LeastHeard,
        /// By when the hand went up.
        FirstCome,
    }

    /// Whether go-round and hands move on by themselves.
    pub enum Advance {
        /// The next offer follows the end of a turn.
        Itself,
        /// The next offer waits for the facilitator.
        Facilitator,
    }
}

impl Order {
    /// Returns whether the next offer can follow automatically.
    pub fn runs_by_itself(self) -> bool {
        match self {
            Self::GoRound | Self::Hands => true,
            Self::Popcorn | Self::Facilitator | Self::Open => false,
        }
    }
}

#[allow(clippy::derivable_impls, reason = "the declaring macro has no place for #[default]")]
impl Default for HandsBy {
    fn default() -> Self {
        Self::LeastHeard
    }
}

#[allow(clippy::derivable_impls, reason = "the declaring macro has no place for #[default]")]
impl Default for Advance {
    fn default() -> Self {
        Self::Itself
    }
}

/// The seat at which a go-round begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// The host who opens the round.
    #[default]
    Facilitator,
    /// A seat drawn at random, shown before the round begins.
    Random,
    /// A chosen seat.
    Seat(SeatNo),
}

impl<'de> Deserialize<'de> for Start {
    /// A derived implementation would refuse unknown fields beside `seat`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Word {
            Facilitator,
            Random,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Word(Word),
            Chosen { seat: SeatNo },
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Word(Word::Facilitator) => Self::Facilitator,
            Written::Word(Word::Random) => Self::Random,
            Written::Chosen { seat } => Self::Seat(seat),
        })
    }
}

view! {
    /// The current round, or the last one.
    pub struct Round {
        /// Its number in the room, from 1.
        pub number: u32,
        /// False once it was closed.
        pub open: bool,
        /// The question; absent if none is asked.
        pub prompt: Option<TextId>,
        /// How the token moves.
        pub order: Order,
        /// How hands are served, if the order is hands.
        pub hands_by: HandsBy,
        /// Whether the order runs automatically.
        pub advance: Advance,
        /// Time for one turn, if there is a limit.
        pub limit: Option<TurnLimit>,
        /// Milliseconds between two messages of one person on an open floor; 0 for none.
        pub slow_ms: u64,
    }
}

commands! {
    /// Hosts' commands about rounds.
    pub enum RoundCommand {
        /// Open a round. Fields left out default to the circle's settings.
        OpenRound "open_round" {
            /// The question.
            prompt: Option<Text> = Some(Text::plain("What helped you through this week?")),
            /// How the token moves.
            order: Option<Order> = Some(Order::Hands),
            /// How hands are served.
            hands_by: Option<HandsBy> = Some(HandsBy::FirstCome),
            /// Whether the order runs automatically.
            advance: Option<Advance> = Some(Advance::Itself),
            /// Time for one turn.
            limit: Option<TurnLimit> = Some(TurnLimit { ms: 180_000, firm: false }),
            /// Whether turns have no limit, overriding the settings. Never sent with `limit`.
            #[serde(default)]
            #[cfg_attr(feature = "schema", ts(optional, as = "Option<_>"))]
            unlimited: bool = false,
            /// The seat at which the go-round begins.
            #[serde(default)]
            #[cfg_attr(feature = "schema", ts(optional, as = "Option<_>"))]
            start: Start = Start::Seat(SeatNo(3)),
            /// Milliseconds between two messages of one person, on an open floor.
            slow_ms: Option<u64> = Some(0),
            /// Whether this is the closing round.
            #[serde(default)]
            #[cfg_attr(feature = "schema", ts(optional, as = "Option<_>"))]
            closing: bool = false,
        }
        policy {
            role: Host, muted: Yes, paused: No, ending: No,
            turn: (), text: (prompt as Prompt), target: (), when: NoRoundOpen,
        }
        /// Close the round.
        CloseRound "close_round" {}
        policy {
            role: Host, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: RoundOpen,
        }
        /// Change the order of the current round.
        SetOrder "set_order" {
            /// How the token moves from now on.
            order: Order = Order::Popcorn,
            /// How hands are served.
            hands_by: Option<HandsBy> = None,
            /// Whether the order runs automatically.
            advance: Option<Advance> = None,
        }
        policy {
            role: Facilitator, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: RoundOpen,
        }
        /// Change the question of the current round.
        SetPrompt "set_prompt" {
            /// The question; absent to ask none.
            prompt: Option<Text> = Some(Text::plain("And now?")),
        }
        policy {
            role: Facilitator, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (prompt as Prompt), target: (), when: RoundOpen,
        }
        /// Change the time for one turn, from the next turn on.
        SetLimit "set_limit" {
            /// The limit; absent for none.
            limit: Option<TurnLimit> = None,
        }
        policy {
            role: Facilitator, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: RoundOpen,
        }
    }
}

facts! {
    /// Facts about rounds.
    pub enum RoundFact {
        /// A round opened.
        RoundOpened {
            /// Its number.
            number: u32 = 2,
        }
        /// The round closed; the token rests.
        RoundClosed {
            /// Its number.
            number: u32 = 2,
        }
        /// The facilitator changed the order.
        OrderChanged {
            /// The order now.
            order: Order = Order::Popcorn,
        }
        /// The facilitator changed the question.
        PromptChanged {}
        /// The facilitator changed the time for one turn.
        LimitChanged {}
    }
}
