//! Messages: shares, announcements, messages on an open floor, questions, and taking them back.

use crate::draft::{Draft, Handled};
use crate::hidden;
use crate::signal::count_gestured;
use hearth_protocol::limits::{
    FLOOR_MESSAGES_PER_SEAT_MAX, FLOOR_MESSAGES_PER_SEAT_MIN, MESSAGES_MAX, MESSAGES_RESERVED,
    SEATS_MAX,
};
use hearth_protocol::message::{Message, MessageCommand, MessageFact, MessageKind};
use hearth_protocol::turn::Token;
use hearth_protocol::{Keyed, MessageNo, RefusalCode, SeatNo, Text, TextId};

/// Messages of a room until each seat has only its own share of the open floor left.
const FLOOR_MESSAGES_SHARED: usize =
    MESSAGES_MAX - MESSAGES_RESERVED - SEATS_MAX as usize * FLOOR_MESSAGES_PER_SEAT_MIN as usize;

pub(crate) fn decide(draft: &mut Draft, seat: SeatNo, command: &MessageCommand) -> Handled {
    match command {
        MessageCommand::Share { text, .. } => {
            if let Token::Held { shares, .. } = &mut draft.state.room.turn.token {
                *shares += 1;
            }
            add(draft, seat, text, MessageKind::Share)
        }
        MessageCommand::Say { text, .. } => say(draft, seat, text),
        MessageCommand::Announce { text } => add(draft, seat, text, MessageKind::Announcement),
        MessageCommand::TakeBack { message } => take_back(draft, seat, *message),
        MessageCommand::HideMessage { message } => hidden::hide(draft, seat, *message),
        MessageCommand::RestoreMessage { message } => hidden::restore(draft, seat, *message),
        // Answered from the log without a decision.
        MessageCommand::Page { .. } => Ok(()),
    }
}

fn say(draft: &mut Draft, seat: SeatNo, text: &Text) -> Handled {
    let slow_ms = draft.state.room.open_floor()?;
    let now = draft.now;
    let messages = draft.state.messages.len();
    let record = draft.state.internal.seats.get_mut(seat).ok_or(RefusalCode::NoSuchSeat)?;
    if record.floor_at.is_some_and(|last| now < last.saturating_add(slow_ms)) {
        return Err(RefusalCode::SlowDown);
    }
    let allowed = if messages < FLOOR_MESSAGES_SHARED {
        FLOOR_MESSAGES_PER_SEAT_MAX
    } else {
        FLOOR_MESSAGES_PER_SEAT_MIN
    };
    if record.floor_messages >= allowed {
        return Err(RefusalCode::Full);
    }
    record.floor_at = Some(now);
    record.floor_messages += 1;
    add(draft, seat, text, MessageKind::Floor)
}

fn add(draft: &mut Draft, seat: SeatNo, text: &Text, kind: MessageKind) -> Handled {
    let reserved = match kind {
        MessageKind::Floor => MESSAGES_RESERVED,
        MessageKind::Share | MessageKind::Announcement | MessageKind::Question => 0,
    };
    if draft.state.messages.len() >= MESSAGES_MAX - reserved {
        return Err(RefusalCode::Full);
    }
    let text = draft.add_text(seat, text)?;
    let number = insert(draft, seat, text, kind);
    draft.tell_message(number, MessageFact::Said { message: number });
    Ok(())
}

/// Adds the question of the open round to the log. A full log doesn't keep a round from opening: the
/// question then stands in the round alone.
pub(crate) fn ask(draft: &mut Draft, seat: SeatNo, question: TextId) {
    if draft.state.messages.len() < MESSAGES_MAX {
        insert(draft, seat, question, MessageKind::Question);
    }
}

/// Takes back a question of the open round that no longer stands, and erases its words.
pub(crate) fn withdraw_question(draft: &mut Draft, question: TextId) {
    let round = draft.state.room.open_round().map(|round| round.number);
    let newest_first = draft.state.messages.before(MessageNo(u32::MAX));
    let number = newest_first
        .take_while(|(_, message)| Some(message.round) == round)
        .find(|(_, message)| message.text == question)
        .map(|(number, _)| number);
    if let Some(message) = number.and_then(|number| draft.state.messages.get_mut(number)) {
        message.taken_back = true;
    }
    draft.erase_text(question);
}

fn insert(draft: &mut Draft, seat: SeatNo, text: TextId, kind: MessageKind) -> MessageNo {
    let number = draft.state.next_message();
    let message = Message {
        seat,
        kind,
        round: draft.state.room.open_round().map_or(0, |round| round.number),
        at: draft.now,
        text,
        taken_back: false,
        hidden: false,
        gestures: Keyed::default(),
    };
    draft.state.messages.insert(number, message);
    draft.message = Some(number);
    number
}

/// Takes a message back: a tombstone stays, and its text is erased.
fn take_back(draft: &mut Draft, seat: SeatNo, number: MessageNo) -> Handled {
    if !draft.state.sees(seat, number) {
        return Err(RefusalCode::NoSuchMessage);
    }
    let until = draft.state.room.circle.timers.take_back_ms;
    let message = draft.state.messages.get_mut(number).ok_or(RefusalCode::NoSuchMessage)?;
    if message.kind == MessageKind::Question {
        return Err(RefusalCode::Question);
    }
    if message.seat != seat {
        return Err(RefusalCode::NotAllowed);
    }
    if message.taken_back {
        return Ok(());
    }
    if draft.now > message.at.saturating_add(until) {
        return Err(RefusalCode::TooLate);
    }
    message.taken_back = true;
    message.hidden = false;
    let gestured: Vec<SeatNo> = message.gestures.keys().collect();
    message.gestures = Keyed::default();
    let text = message.text;
    if !hidden::erase(draft, number) {
        draft.erase_message_text(number, text);
    }
    for seat in gestured {
        count_gestured(draft, seat, false);
    }
    draft.tell_message(number, MessageFact::TakenBack { message: number });
    Ok(())
}
