//! What a turn or an offer comes to.

/// What a seat did with its turn or offer in this round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TurnOutcome {
    /// It passed.
    Passed,
    /// It comes later in the round.
    Later,
    /// It keeps the place it had.
    KeepsPlace,
}
