//! Time: every deadline of a room, and what happens when it comes.

use super::course;
use super::flow::turn_clocks_run;
use super::safety;
use super::step::{Settled, Step};
use crate::event::Event;
use crate::room::Room;
use hearth_protocol::event::{EndWhy, OfferEnd, RoomEvent, TurnEnd};
use hearth_protocol::{Millis, PauseWhy, Phase, SeatNo, Token};

/// Everything that happens by itself. Of several due at once the first listed comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deadline {
    /// An end can be undone no longer: the room closes.
    UndoEnd,
    /// Nobody came back: the room ends itself.
    Empty,
    /// No staff came: the room pauses; once paused, it ends.
    Unstaffed,
    /// A mute for a time is over.
    Mute(SeatNo),
    /// The holder's line did not come back.
    Grace,
    /// A firm limit is over.
    Limit,
    /// An offer was not answered.
    Offer,
    /// The first reach is over.
    FirstReach,
}

impl Room {
    fn deadlines(&self) -> Vec<(Millis, Deadline)> {
        let common = &self.core.common;
        let flow = &common.flow;
        let mut found = Vec::new();
        let mut add = |at: Option<Millis>, deadline| found.extend(at.map(|at| (at, deadline)));
        if common.phase == Phase::Ended {
            return found;
        }
        add(common.ending, Deadline::UndoEnd);
        add(flow.empty, Deadline::Empty);
        add(flow.unstaffed.and_then(|timer| timer.ends()), Deadline::Unstaffed);
        for muted in &self.core.board.muted {
            add(muted.until, Deadline::Mute(muted.seat));
        }
        if turn_clocks_run(&self.core) {
            match &flow.token {
                Token::Centre { first_reach } => {
                    add(first_reach.and_then(|timer| timer.ends()), Deadline::FirstReach);
                }
                Token::Offered { .. } => {
                    let clock = self.core.board.offer.filter(|clock| clock.mv == flow.mv);
                    add(clock.and_then(|clock| clock.until.ends()), Deadline::Offer);
                }
                Token::Held { limit, firm, away, .. } => {
                    add(away.and_then(|timer| timer.ends()), Deadline::Grace);
                    let firm = limit.filter(|_| *firm);
                    add(firm.and_then(|timer| timer.ends()), Deadline::Limit);
                }
            }
        }
        found
    }

    /// Returns the next time at which something happens by itself.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.deadlines().into_iter().map(|(at, _)| at).min()
    }

    /// Returns the events of the earliest deadline that is due; none when nothing is.
    pub fn decide_due(&self, now: Millis) -> Vec<Event> {
        let due = self.deadlines().into_iter().filter(|(at, _)| *at <= now).min();
        let Some((_, deadline)) = due else { return Vec::new() };
        let mut step = Step::new(&self.core, now);
        happen(&mut step, deadline);
        step.settled()
    }
}

fn happen(step: &mut Step, deadline: Deadline) {
    match deadline {
        Deadline::UndoEnd => course::finish(step, EndWhy::Staff),
        Deadline::Empty => course::finish(step, EndWhy::Empty),
        Deadline::Unstaffed => {
            let paused = step.core.common.paused.as_ref();
            if paused.is_some_and(|pause| pause.why == PauseWhy::NoStaff) {
                course::finish(step, EndWhy::NoStaff);
            } else {
                course::pause_without_staff(step);
            }
        }
        Deadline::Mute(seat) => safety::lift(step, seat, None),
        Deadline::Grace => step.end_turn(TurnEnd::LineLost, Settled::Later),
        Deadline::Limit => step.end_turn(TurnEnd::TimeUp, Settled::Later),
        Deadline::Offer => step.end_offer(OfferEnd::Unanswered, Settled::Later),
        Deadline::FirstReach => {
            let mut flow = step.flow();
            flow.token = Token::CENTRE;
            step.tell(flow, |flow| RoomEvent::ReachOpened { flow });
        }
    }
}
