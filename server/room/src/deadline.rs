//! Time: every deadline of a room, and what happens when it is due.

use crate::draft::Draft;
use crate::moderation;
use crate::session;
use crate::silence;
use crate::state::State;
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::session::{EndReason, PauseReason, Phase};
use hearth_protocol::turn::{OfferEnd, Timer, Token, TurnEnd, TurnFact};
use hearth_protocol::{Millis, SeatNo};

/// Everything that happens by itself. Deadlines that are due at the same time take effect in the
/// order listed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    /// An end can no longer be undone: the room closes.
    UndoEnd,
    /// A silence is over. Deadlines that came due during it take effect afterwards.
    Silence,
    /// Nobody came back: the room ends by itself.
    Empty,
    /// No host came: the room pauses; once paused, it ends.
    NoHost,
    /// A timed mute is over.
    Mute(SeatNo),
    /// The holder's connection did not come back.
    Grace,
    /// A firm limit is over.
    Limit,
    /// An offer was not answered.
    Offer,
    /// The first reach is over.
    FirstReach,
    /// A muted seat has the token: the room answers for it.
    MutedAnswer,
}

/// Returns every deadline and its time.
pub(crate) fn deadlines(state: &State) -> Vec<(Millis, Deadline)> {
    let session = &state.room.session;
    let mut found = Vec::new();
    if session.phase == Phase::Ended {
        return found;
    }
    let mut add = |at: Option<Millis>, deadline| found.extend(at.map(|at| (at, deadline)));
    add(session.closes_at, Deadline::UndoEnd);
    add(session.empty_until, Deadline::Empty);
    if let Some(silence) = &state.room.silence {
        add(Some(silence.until), Deadline::Silence);
        return found;
    }
    add(session.no_host.and_then(Timer::ends), Deadline::NoHost);
    for (seat, mute) in state.hosts.mutes.iter() {
        add(mute.until, Deadline::Mute(seat));
    }
    if !state.room.turn_timers_run() {
        return found;
    }
    match &state.room.turn.token {
        Token::Centre { first_reach } => {
            add(first_reach.and_then(Timer::ends), Deadline::FirstReach)
        }
        Token::Offered { .. } => {
            add(state.hosts.offer.as_ref().and_then(|clock| clock.until.ends()), Deadline::Offer);
        }
        Token::Held { limit, firm, away, .. } => {
            add(away.and_then(Timer::ends), Deadline::Grace);
            add(limit.filter(|_| *firm).and_then(Timer::ends), Deadline::Limit);
        }
    }
    let answer = state.internal.muted_answer;
    add(answer.and_then(|answer| answer.until.ends()), Deadline::MutedAnswer);
    found
}

/// Carries out a deadline.
pub(crate) fn happen(draft: &mut Draft, deadline: Deadline) {
    match deadline {
        Deadline::UndoEnd => session::finish(draft, EndReason::Host),
        Deadline::Silence => silence::end(draft, None),
        Deadline::Empty => session::finish(draft, EndReason::Empty),
        Deadline::NoHost => {
            let pause = draft.state.room.session.pause.as_ref();
            if pause.is_some_and(|pause| pause.reason == PauseReason::NoHost) {
                session::finish(draft, EndReason::NoHost);
            } else {
                session::pause_without_host(draft);
            }
        }
        Deadline::Mute(seat) => moderation::lift(draft, seat, None),
        Deadline::Grace => draft.turn().end_turn(TurnEnd::ConnectionLost, TurnOutcome::Later),
        Deadline::Limit => draft.turn().end_turn(TurnEnd::TimeUp, TurnOutcome::Later),
        Deadline::Offer => draft.turn().end_offer(OfferEnd::Unanswered, TurnOutcome::Later),
        Deadline::FirstReach => {
            draft.state.room.turn.token = Token::CENTRE;
            draft.tell(TurnFact::ReachOpened {});
        }
        Deadline::MutedAnswer => draft.turn().answer(TurnOutcome::Later),
    }
}
