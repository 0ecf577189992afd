//! Outcome of a turn or an offer.

/// What a seat did with its turn or offer in this round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TurnOutcome {
    /// It passed.
    Passed,
    /// It said later.
    Later,
    /// It keeps its place.
    KeepsPlace,
}
