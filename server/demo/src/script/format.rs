//! The shape of a session's script.

use hearth_protocol::round::Order;

pub(crate) const MEMBERS: usize = 6;

/// Everything the members say in one session.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SessionScript {
    /// What each member says on arrival.
    pub(crate) hellos: [&'static str; MEMBERS],
    /// The facilitator's opening words.
    pub(crate) opening: &'static str,
    /// An opening round, the session's main question, and a closing round.
    pub(crate) rounds: [QuestionScript; 3],
    /// The facilitator's words after each round but the last.
    pub(crate) transitions: [&'static str; 2],
    /// What each member says before leaving.
    pub(crate) goodbyes: [&'static str; MEMBERS],
    /// The facilitator's closing words.
    pub(crate) closing: &'static str,
}

/// One round: its question, its order, and each member's turn.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QuestionScript {
    pub(crate) prompt: &'static str,
    pub(crate) order: Order,
    pub(crate) turns: [TurnScript; MEMBERS],
}

/// What a member does with a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TurnScript {
    /// Sends these shares, one after another.
    Share(&'static [&'static str]),
    /// Says later, then sends these shares.
    Later(&'static [&'static str]),
    Pass,
}
