//! A round: one prompt, one order, and how the token travels in it.

use crate::declare::{commands, facts, view, wire_enum};
use crate::ids::{SeatNo, TextId};
use crate::text::Text;
use crate::turn::TurnLimit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire_enum! {
    /// How the token travels.
    pub enum Order {
        /// In the order of seats, each once.
        GoRound,
        /// The holder names who is next, or lays the token in the centre.
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

/// Where a go-round begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// At the host who opens the round.
    #[default]
    Facilitator,
    /// At a seat drawn at random, shown before the round begins.
    Random,
    /// At a chosen seat.
    Seat(SeatNo),
}

view! {
    /// The present round, or the last one.
    pub struct Round {
        /// Its number in the room, from 1.
        pub number: u32,
        /// False once it was closed.
        pub open: bool,
        /// The question; absent if nothing in particular is asked.
        pub prompt: Option<TextId>,
        /// How the token travels.
        pub order: Order,
        /// How hands are served, if the order is hands.
        pub hands_by: HandsBy,
        /// Whether the order runs by itself.
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
        /// Open a round. What is left out is as the circle's settings say.
        OpenRound "open_round" {
            /// The question.
            prompt: Option<Text> = Some(Text::plain("What helped you through this week?")),
            /// How the token travels.
            order: Option<Order> = Some(Order::Hands),
            /// How hands are served.
            hands_by: Option<HandsBy> = Some(HandsBy::FirstCome),
            /// Whether the order runs by itself.
            advance: Option<Advance> = Some(Advance::Itself),
            /// Time for one turn.
            limit: Option<TurnLimit> = Some(TurnLimit { ms: 180_000, firm: false }),
            /// Whether turns have no limit, whatever the settings say. Never beside a `limit`.
            #[serde(default)]
            #[ts(optional, as = "Option<_>")]
            unlimited: bool = false,
            /// Where a go-round begins.
            #[serde(default)]
            #[ts(optional, as = "Option<_>")]
            start: Start = Start::Seat(SeatNo(3)),
            /// Milliseconds between two messages of one person, on an open floor.
            slow_ms: Option<u64> = Some(0),
            /// Whether this is the closing round.
            #[serde(default)]
            #[ts(optional, as = "Option<_>")]
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
        /// Change the order of the present round.
        SetOrder "set_order" {
            /// How the token travels from now on.
            order: Order = Order::Popcorn,
            /// How hands are served.
            hands_by: Option<HandsBy> = None,
            /// Whether the order runs by itself.
            advance: Option<Advance> = None,
        }
        policy {
            role: Facilitator, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: RoundOpen,
        }
        /// Change the question of the present round.
        SetPrompt "set_prompt" {
            /// The question; absent to ask nothing.
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
    /// What happened to rounds.
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
