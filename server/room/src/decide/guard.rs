//! What is refused before the rules of a command are asked: who asks, when, and at which move.

use super::step::Step;
use crate::rights::{Needs, needs};
use hearth_protocol::text::TextError;
use hearth_protocol::{Command, Move, PauseWhy, Phase, Presence, RefusalCode, SeatNo, Text};

pub(super) fn check(step: &Step, seat: SeatNo, command: &Command) -> Result<(), RefusalCode> {
    let common = &step.core.common;
    let person = common.person(seat).ok_or(RefusalCode::NoSuchSeat)?;
    if person.presence != Presence::Here || common.phase == Phase::Ended {
        return Err(RefusalCode::NotNow);
    }
    let needs = needs(command);
    if !needs.met_by(person.role) {
        let listening = needs == Needs::Voice;
        return Err(if listening { RefusalCode::Listening } else { RefusalCode::NotAllowed });
    }
    if named_move(command).is_some_and(|mv| mv != common.flow.mv) {
        return Err(RefusalCode::StaleMove);
    }
    if common.ending.is_some() && !stands_while_ending(command) {
        return Err(RefusalCode::Ending);
    }
    if let Some(pause) = &common.paused
        && !stands_while_paused(command)
    {
        let nobody = pause.why == PauseWhy::NoStaff;
        return Err(if nobody { RefusalCode::NoStaff } else { RefusalCode::Paused });
    }
    Ok(())
}

/// The move that a command saw: of every command that answers or moves the token.
fn named_move(command: &Command) -> Option<Move> {
    match command {
        Command::Take { r#move }
        | Command::Pass { r#move }
        | Command::Later { r#move }
        | Command::Share { r#move, .. }
        | Command::Done { r#move, .. }
        | Command::Say { r#move, .. }
        | Command::Longer { r#move }
        | Command::Offer { r#move, .. }
        | Command::Next { r#move }
        | Command::Skip { r#move }
        | Command::Reclaim { r#move }
        | Command::GoOn { r#move } => Some(*r#move),
        _ => None,
    }
}

/// A closing room still lets people answer, leave, look and be kept safe.
fn stands_while_ending(command: &Command) -> bool {
    matches!(
        command,
        Command::UndoEnd {}
            | Command::End {}
            | Command::Leave {}
            | Command::Page { .. }
            | Command::Stance { .. }
            | Command::Rename { .. }
            | Command::Gesture { .. }
            | Command::TakeBack { .. }
            | Command::Lower {}
            | Command::Pass { .. }
            | Command::Done { .. }
            | Command::Mute { .. }
            | Command::Unmute { .. }
            | Command::Remove { .. }
            | Command::Restore { .. }
            | Command::AnswerPoint { .. }
    )
}

/// In a pause nothing is sent, taken or offered; all else goes on.
fn stands_while_paused(command: &Command) -> bool {
    !matches!(
        command,
        Command::Take { .. }
            | Command::Share { .. }
            | Command::Say { .. }
            | Command::Longer { .. }
            | Command::OpenRound { .. }
            | Command::Offer { .. }
            | Command::Next { .. }
            | Command::GoOn { .. }
    )
}

/// Checks a text of several lines.
pub(super) fn text(text: &Text, max: usize) -> Result<(), RefusalCode> {
    text.check(max).map_err(text_refusal)
}

/// Checks a text of one line.
pub(super) fn line(text: &Text, max: usize) -> Result<(), RefusalCode> {
    text.check_line(max).map_err(text_refusal)
}

fn text_refusal(error: TextError) -> RefusalCode {
    match error {
        TextError::Empty => RefusalCode::Empty,
        TextError::TooLong { .. } => RefusalCode::TooLong,
        TextError::Control => RefusalCode::BadText,
    }
}
