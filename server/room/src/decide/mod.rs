//! Decisions: which events an act causes, or why it is refused.
//!
//! One file for each kind of act. Every decision works on a [`Step`], tells its facts, and ends by
//! settling the order, so that whoever becomes eligible while the token rests is offered it in the
//! same batch.

mod course;
mod due;
mod flow;
mod guard;
mod guide;
mod hands;
mod presence;
mod rounds;
mod safety;
mod saying;
mod step;
mod turns;

use crate::act::{Act, Opening};
use crate::core::Core;
use crate::event::{Event, LedgerEvent};
use crate::room::Room;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::{Command, CommandId, Flow, Millis, Refusal, RefusalCode, SeatNo, WordsId};
use step::Step;

/// Returns whether anyone unmuted may write now.
pub(crate) fn floor_is_open(core: &Core) -> bool {
    saying::open_floor(core).is_ok()
}

/// What a decision comes to: a refusal, or nothing more to say than its events.
type Decided = Result<(), RefusalCode>;

/// A command on its way through a decision.
struct Asked<'a> {
    /// Who asks.
    seat: SeatNo,
    /// The command's id, which becomes the id of its words.
    id: CommandId,
    /// For what is drawn by lot.
    dice: u64,
    /// The room's log, which no decision changes.
    room: &'a Room,
}

impl Asked<'_> {
    fn words_id(&self) -> WordsId {
        WordsId(self.id.0)
    }
}

impl Room {
    /// Returns the events that open a room.
    pub fn open(opening: &Opening, now: Millis) -> Vec<Event> {
        let timers = opening.timers;
        // Nobody is here yet; should nobody come after all, the room ends itself.
        let flow = Flow { empty: Some(now + timers.empty_ms), ..Flow::at_rest() };
        vec![Event::Room(RoomEvent::Opened {
            room: opening.room,
            circle: opening.circle,
            title: opening.title.clone(),
            agreements: opening.agreements.clone(),
            settings: opening.settings.clone(),
            timers,
            flow,
        })]
    }

    /// Returns the events that an act causes. An empty list: done, and nothing to record.
    pub fn decide(&self, act: &Act, now: Millis) -> Result<Vec<Event>, Refusal> {
        let mut step = Step::new(&self.core, now);
        self.decide_act(&mut step, act).map_err(Refusal::from)?;
        Ok(step.settled())
    }

    fn decide_act(&self, step: &mut Step, act: &Act) -> Decided {
        match act {
            Act::Join { key, role, name, stance, node } => {
                if self.seat_of(key).is_some() {
                    return Err(RefusalCode::NotNow);
                }
                presence::join(step, *key, *role, name.clone(), *stance, *node)
            }
            Act::Return { seat, node } => presence::come_back(step, *seat, *node),
            Act::Lost { seat } => presence::line_lost(step, *seat),
            Act::Rekey { seat, key } => {
                step.person(*seat).ok_or(RefusalCode::NoSuchSeat)?;
                if self.seat_of(key).is_some_and(|owner| owner != *seat) {
                    return Err(RefusalCode::NotAllowed);
                }
                step.emit(Event::Ledger(LedgerEvent::Admitted { seat: *seat, key: *key }));
                Ok(())
            }
            Act::Command { seat, id, command, dice } => {
                guard::check(step, *seat, command)?;
                if command.text().is_some() {
                    self.check_words_id(WordsId(id.0))?;
                }
                let asked = Asked { seat: *seat, id: *id, dice: *dice, room: self };
                decide_command(step, &asked, command)
            }
            Act::Writing { seat } => {
                turns::writing(step, *seat);
                Ok(())
            }
            Act::Wake { node: _ } => {
                presence::wake(step);
                Ok(())
            }
        }
    }
}

fn decide_command(step: &mut Step, asked: &Asked<'_>, command: &Command) -> Decided {
    let seat = asked.seat;
    match command {
        Command::Take { .. } => turns::take(step, seat),
        Command::Pass { .. } => turns::pass(step, seat),
        Command::Later { .. } => turns::later(step, seat),
        Command::Done { to, .. } => turns::done(step, seat, *to),
        Command::Longer { .. } => turns::longer(step, seat),
        Command::SitOut {} => turns::sit_out(step, seat),
        Command::Share { text, .. } => saying::share(step, asked, text),
        Command::Say { text, .. } => saying::say(step, asked, text),
        Command::Announce { text } => saying::announce(step, asked, text),
        Command::TakeBack { said } => saying::take_back(step, asked, *said),
        Command::Gesture { said, kind, on } => saying::gesture(step, asked, *said, *kind, *on),
        Command::Raise {} => hands::raise(step, seat),
        Command::Lower {} => hands::lower(step, seat),
        Command::StepBack {} => hands::step_back(step, seat),
        Command::Reorder { waiting } => hands::reorder(step, waiting),
        Command::Point {} => safety::point(step, seat),
        Command::AnswerPoint { seat: whose } => safety::answer_point(step, seat, *whose),
        Command::Stance { stance } => presence::stance(step, seat, *stance),
        Command::Rename { name } => presence::rename(step, asked, name),
        Command::Leave {} => presence::leave(step, seat),
        // Answered from the log by the driver; nothing follows from it.
        Command::Page { .. } => Ok(()),
        Command::OpenRound { .. } => rounds::open(step, asked, command),
        Command::CloseRound {} => rounds::close(step),
        Command::SetOrder { order, hands_by, advance } => {
            rounds::set_order(step, seat, *order, *hands_by, *advance)
        }
        Command::SetPrompt { prompt } => rounds::set_prompt(step, asked, prompt.as_ref()),
        Command::SetLimit { limit } => rounds::set_limit(step, *limit),
        Command::Offer { seat: to, .. } => guide::offer(step, seat, *to),
        Command::Next { .. } => guide::next(step, seat),
        Command::Skip { .. } => guide::skip(step),
        Command::Reclaim { .. } => guide::reclaim(step),
        Command::GoOn { .. } => guide::go_on(step),
        Command::Mute { seat: whom, for_ms } => safety::mute(step, seat, *whom, *for_ms),
        Command::Unmute { seat: whom } => safety::unmute(step, seat, *whom),
        Command::Remove { seat: whom } => safety::remove(step, seat, *whom),
        Command::Restore { seat: whom } => safety::restore(step, seat, *whom),
        Command::SetRole { seat: whom, role } => safety::set_role(step, *whom, *role),
        Command::Pause { message } => course::pause(step, asked, message.as_ref()),
        Command::Unpause {} => course::unpause(step),
        Command::SetPhase { phase } => course::set_phase(step, *phase),
        Command::End {} => course::end(step, seat),
        Command::UndoEnd {} => course::undo_end(step, seat),
    }
}
