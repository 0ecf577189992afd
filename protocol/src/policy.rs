//! Who may do what, and when: the columns of the policy table and what each cell means.
//!
//! Each command is declared with its row (`policy { … }`), which states every column.
//! `policy_check` evaluates a row over the views; the page does the same from
//! `protocol/generated/policy.json`. Conditions that depend on the room's internal state (slow
//! mode, the time to take a message back …) are checked by the room afterwards.

use serde::Serialize;

/// The role a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Anyone with a seat, listeners included.
    Seat,
    /// Anyone but listeners.
    Voice,
    /// A facilitator or a moderator.
    Host,
    /// A facilitator, or a moderator who acts in their place.
    Facilitator,
    /// A facilitator, and nobody in their place.
    FacilitatorOnly,
}

/// Whether a command is allowed in a certain state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowed {
    /// It is.
    Yes,
    /// It isn't.
    No,
}

/// What kind of text a command carries, and so how long it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// One line: a name.
    Name,
    /// A prompt, or the message of a pause.
    Prompt,
    /// A message.
    Message,
}

/// Which seats a command may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Any seat that was ever taken.
    Anyone,
    /// Someone who hasn't left.
    Present,
    /// Someone else whom the sender's role outranks. A facilitator outranks anyone, a moderator
    /// participants and listeners.
    Ranked,
    /// Someone who could be offered the token and doesn't have it.
    Eligible,
    /// In popcorn only: someone else who could be offered the token. It may be left out.
    NextSpeaker,
}

/// A further condition on the state of the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Nothing.
    Always,
    /// The token is offered to the sender, or it rests in popcorn and the sender may take it.
    CanTake,
    /// The token is offered to the sender or held by them.
    HasToken,
    /// The sender holds the token.
    HoldsToken,
    /// The token is offered to or held by the sender or, if the sender is a host, anyone.
    HasTokenOrHosts,
    /// The token is offered or held by someone.
    TokenOut,
    /// A round is open whose order offers the token: any but an open floor.
    OrderOffers,
    /// A round in go-round or hands is open, and the token rests.
    TokenRestsInQueue,
    /// A round is open and its order is halted.
    OrderHalted,
    /// The floor is open: an open round of that order with a resting token, or people gather or
    /// linger while a host is present.
    FloorOpen,
    /// A round of raised hands is open.
    OrderIsHands,
    /// As `OrderIsHands`, and the sender takes part.
    CanRaise,
    /// A round in go-round or hands is open and the sender is waiting in it.
    WaitsInQueue,
    /// A round in go-round, or in hands by first come, is open.
    QueueCanBeReordered,
    /// A round is open.
    RoundOpen,
    /// No round is open.
    NoRoundOpen,
    /// The room is paused.
    Paused,
    /// The room isn't paused.
    NotPaused,
    /// The session is ending.
    Ending,
    /// No silence is being kept.
    NotSilent,
    /// A silence is being kept.
    Silent,
    /// The sender is a facilitator, or the circle lets everyone ring and they haven't in this round.
    CanRing,
}

/// The policy of one command. Its cells are checked in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// The role it needs.
    pub role: Permission,
    /// Whether a muted seat may send it without a text. With one, it never may.
    pub muted: Allowed,
    /// Whether it names the turn id that its sender saw.
    pub names_turn: bool,
    /// Whether it may be sent while an end can be undone.
    pub ending: Allowed,
    /// Whether it may be sent in a pause or a silence.
    pub paused: Allowed,
    /// The further condition on the state of the room.
    pub when: When,
    /// Which seats it may name.
    pub target: Option<Target>,
    /// What kind of text it carries.
    pub text: Option<TextKind>,
}

/// Returns the cell that a row states, if it states one.
pub(crate) const fn cell<T: Copy>(stated: &[T]) -> Option<T> {
    match stated {
        [cell, ..] => Some(*cell),
        [] => None,
    }
}
