//! Builds commands. The only file of the planner that spells out the protocol's command types.

use crate::observation::{MessageNo, TurnId};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::queue::QueueCommand;
use hearth_protocol::round::{Order, RoundCommand, Start};
use hearth_protocol::session::{Phase, SessionCommand};
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{Command, SeatNo, Text};

pub(super) fn take(turn_id: TurnId) -> Command {
    TurnCommand::Take { turn_id }.into()
}

pub(super) fn pass(turn_id: TurnId) -> Command {
    TurnCommand::Pass { turn_id }.into()
}

pub(super) fn later(turn_id: TurnId) -> Command {
    TurnCommand::Later { turn_id }.into()
}

pub(super) fn share(turn_id: TurnId, text: &str) -> Command {
    MessageCommand::Share { turn_id, text: Text::plain(text) }.into()
}

pub(super) fn finish(turn_id: TurnId, to: Option<SeatNo>) -> Command {
    TurnCommand::Finish { turn_id, to }.into()
}

pub(super) fn sit_out() -> Command {
    QueueCommand::SitOut {}.into()
}

pub(super) fn raise_hand() -> Command {
    QueueCommand::Raise {}.into()
}

/// Builds a message outside any turn.
pub(super) fn say(turn_id: TurnId, text: &str) -> Command {
    MessageCommand::Say { turn_id, text: Text::plain(text) }.into()
}

pub(super) fn announce(text: &str) -> Command {
    MessageCommand::Announce { text: Text::plain(text) }.into()
}

pub(super) fn gesture(message: MessageNo, kind: GestureKind) -> Command {
    SignalCommand::Gesture { message, kind, on: true }.into()
}

/// Builds a round with the circle's own settings for everything else.
pub(super) fn open_round(
    prompt: Option<&str>,
    order: Option<Order>,
    start: Start,
    closing: bool,
) -> Command {
    RoundCommand::OpenRound {
        prompt: prompt.map(Text::plain),
        order,
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start,
        slow_ms: None,
        closing,
    }
    .into()
}

pub(super) fn close_round() -> Command {
    RoundCommand::CloseRound {}.into()
}

pub(super) fn offer(turn_id: TurnId, seat: SeatNo) -> Command {
    TurnCommand::Offer { turn_id, seat }.into()
}

pub(super) fn offer_to_next(turn_id: TurnId) -> Command {
    TurnCommand::Next { turn_id }.into()
}

pub(super) fn skip(turn_id: TurnId) -> Command {
    TurnCommand::Skip { turn_id }.into()
}

pub(super) fn resume_order(turn_id: TurnId) -> Command {
    TurnCommand::ResumeOrder { turn_id }.into()
}

pub(super) fn unpause() -> Command {
    SessionCommand::Unpause {}.into()
}

pub(super) fn start_lingering() -> Command {
    SessionCommand::SetPhase { phase: Phase::Lingering }.into()
}

pub(super) fn end() -> Command {
    SessionCommand::End {}.into()
}

pub(super) fn undo_end() -> Command {
    SessionCommand::UndoEnd {}.into()
}
