//! Builds commands. The only file of the planner that spells out the protocol's command types.

use crate::observation::{MessageId, TurnId};
use hearth_protocol::{Command, GestureKind, Order, Phase, SeatNo, Start, Text};

pub(super) fn take(r#move: TurnId) -> Command {
    Command::Take { r#move }
}

pub(super) fn pass(r#move: TurnId) -> Command {
    Command::Pass { r#move }
}

pub(super) fn later(r#move: TurnId) -> Command {
    Command::Later { r#move }
}

pub(super) fn share(r#move: TurnId, text: &str) -> Command {
    Command::Share { r#move, text: Text::plain(text) }
}

pub(super) fn done(r#move: TurnId, to: Option<SeatNo>) -> Command {
    Command::Done { r#move, to }
}

pub(super) fn sit_out() -> Command {
    Command::SitOut {}
}

pub(super) fn raise_hand() -> Command {
    Command::Raise {}
}

/// Builds a message outside any turn.
pub(super) fn say(r#move: TurnId, text: &str) -> Command {
    Command::Say { r#move, text: Text::plain(text) }
}

pub(super) fn announce(text: &str) -> Command {
    Command::Announce { text: Text::plain(text) }
}

pub(super) fn gesture(message: MessageId, kind: GestureKind) -> Command {
    Command::Gesture { said: message, kind, on: true }
}

/// Builds a round with the circle's own settings for everything else.
pub(super) fn open_round(
    prompt: Option<&str>,
    order: Option<Order>,
    start: Start,
    closing: bool,
) -> Command {
    Command::OpenRound {
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
}

pub(super) fn close_round() -> Command {
    Command::CloseRound {}
}

pub(super) fn offer(r#move: TurnId, seat: SeatNo) -> Command {
    Command::Offer { r#move, seat }
}

pub(super) fn offer_to_next(r#move: TurnId) -> Command {
    Command::Next { r#move }
}

pub(super) fn skip(r#move: TurnId) -> Command {
    Command::Skip { r#move }
}

pub(super) fn resume_order(r#move: TurnId) -> Command {
    Command::GoOn { r#move }
}

pub(super) fn unpause() -> Command {
    Command::Unpause {}
}

pub(super) fn start_lingering() -> Command {
    Command::SetPhase { phase: Phase::Lingering }
}

pub(super) fn end() -> Command {
    Command::End {}
}

pub(super) fn undo_end() -> Command {
    Command::UndoEnd {}
}
