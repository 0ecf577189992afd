//! What happens by itself. Each feature has its own deadlines; here they come in one order.

use crate::draft::Draft;
use crate::hidden;
use crate::moderation;
use crate::session::{self, SessionDeadline};
use crate::silence;
use crate::state::State;
use crate::turn::{self, TurnDeadline};
use hearth_protocol::{MessageNo, Millis, SeatNo};

/// A deadline. Those due at the same time take effect in the order listed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    /// A silence is over. Deadlines that came due during it take effect afterwards.
    Silence,
    Session(SessionDeadline),
    /// A timed mute is over.
    Mute(SeatNo),
    Turn(TurnDeadline),
    /// The room answers for a muted seat that has the token.
    MutedAnswer,
    /// The words of a hidden message are erased.
    Hidden(MessageNo),
}

/// Returns every deadline and its time.
pub(crate) fn deadlines(state: &State) -> Vec<(Millis, Deadline)> {
    let mut found = Vec::new();
    found.extend(silence::deadline(state).map(|at| (at, Deadline::Silence)));
    found.extend(session::deadlines(state).map(|(at, due)| (at, Deadline::Session(due))));
    found.extend(moderation::mute_deadlines(state).map(|(at, seat)| (at, Deadline::Mute(seat))));
    found.extend(turn::deadlines(state).map(|(at, due)| (at, Deadline::Turn(due))));
    found.extend(moderation::answer_deadline(state).map(|at| (at, Deadline::MutedAnswer)));
    found.extend(hidden::deadlines(state).map(|(at, number)| (at, Deadline::Hidden(number))));
    found
}

/// Carries out a deadline.
pub(crate) fn happen(draft: &mut Draft, deadline: Deadline) {
    match deadline {
        Deadline::Silence => silence::end(draft, None),
        Deadline::Session(due) => session::happen(draft, due),
        Deadline::Mute(seat) => moderation::lift_mute(draft, seat, None),
        Deadline::Turn(due) => turn::happen(draft, due),
        Deadline::MutedAnswer => moderation::answer(draft),
        Deadline::Hidden(number) => {
            hidden::erase(draft, number);
        }
    }
}
