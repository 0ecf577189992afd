//! Signals without words: gestures and process points.

use crate::draft::{Draft, Handled};
use hearth_protocol::limits::GESTURED_PER_SEAT_MAX;
use hearth_protocol::message::MessageKind;
use hearth_protocol::signal::{GestureKind, Gestures, SignalCommand, SignalFact};
use hearth_protocol::{MessageNo, RefusalCode, SeatNo};

pub(crate) fn decide(draft: &mut Draft, seat: SeatNo, command: &SignalCommand) -> Handled {
    match command {
        SignalCommand::Gesture { message, kind, on } => {
            return gesture(draft, seat, *message, *kind, *on);
        }
        SignalCommand::ProcessPoint {} => return process_point(draft, seat),
        SignalCommand::AnswerProcessPoint { seat: asked } => {
            if draft.state.hosts.process_points.remove(*asked).is_some() {
                draft.tell_hosts(SignalFact::ProcessPointAnswered { seat: *asked, by: seat });
            }
        }
    }
    Ok(())
}

fn gesture(
    draft: &mut Draft,
    seat: SeatNo,
    number: MessageNo,
    kind: GestureKind,
    on: bool,
) -> Handled {
    if !draft.state.sees(seat, number) {
        return Err(RefusalCode::NoSuchMessage);
    }
    let message = draft.state.messages.get_mut(number).ok_or(RefusalCode::NoSuchMessage)?;
    if message.taken_back || message.hidden {
        return Err(RefusalCode::NoSuchMessage);
    }
    if message.kind == MessageKind::Question {
        return Err(RefusalCode::Question);
    }
    if message.seat == seat {
        return Err(RefusalCode::OwnMessage);
    }
    let was_empty = !message.gestures.contains(seat);
    let Gestures(made) = message.gestures.entry(seat, Gestures::default());
    let changed = if on { made.insert(kind) } else { made.remove(&kind) };
    let is_empty = made.is_empty();
    if is_empty {
        message.gestures.remove(seat);
    }
    if was_empty != is_empty && !count_gestured(draft, seat, !is_empty) {
        return Err(RefusalCode::Full);
    }
    if changed {
        draft.tell_message(number, SignalFact::Gestured { message: number, seat, kind, on });
    }
    Ok(())
}

/// Counts the messages to which a seat has gestures. Returns whether one more is allowed.
pub(crate) fn count_gestured(draft: &mut Draft, seat: SeatNo, more: bool) -> bool {
    let Some(record) = draft.state.internal.seats.get_mut(seat) else { return false };
    let count = if more { record.gestured + 1 } else { record.gestured.saturating_sub(1) };
    record.gestured = count;
    count <= GESTURED_PER_SEAT_MAX
}

fn process_point(draft: &mut Draft, seat: SeatNo) -> Handled {
    let points = &mut draft.state.hosts.process_points;
    if points.contains(seat) {
        return Ok(());
    }
    points.push_last(seat);
    draft.tell_hosts(SignalFact::ProcessPointRaised { seat });
    Ok(())
}
