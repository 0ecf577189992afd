//! Hidden messages: a host takes someone's words away from everyone, and can bring them back for a
//! while. Then they are erased.
//!
//! Hiding gives the message an id that no text has. The text itself stays stored until it is erased,
//! and only hosts who saw the message know its id.

use crate::draft::{Draft, Handled};
use crate::state::State;
use hearth_protocol::limits::HIDDEN_MS;
use hearth_protocol::message::{HiddenMessage, MessageFact, MessageKind};
use hearth_protocol::policy_check::outranks;
use hearth_protocol::session::Phase;
use hearth_protocol::{Keyed, MessageNo, Millis, RefusalCode, SeatNo};

/// Hides a message. Hosts can hide their own, and those of people they may remove. Hosts who may see
/// the message keep its words for a while.
pub(crate) fn hide(draft: &mut Draft, by: SeatNo, number: MessageNo) -> Handled {
    check(draft, by, number)?;
    let nowhere = draft.random.text_id();
    let until = draft.now.saturating_add(HIDDEN_MS);
    let message = draft.state.messages.get_mut(number).ok_or(RefusalCode::NoSuchMessage)?;
    if message.hidden {
        return Ok(());
    }
    message.hidden = true;
    let text = std::mem::replace(&mut message.text, nowhere);
    draft.take_off_screens(number, text);
    let hidden = HiddenMessage { text, by, until };
    let people = draft.state.room.people.iter();
    let people: Vec<(SeatNo, bool)> = people.map(|(seat, p)| (seat, p.role.is_host())).collect();
    for (seat, is_host) in people {
        if !draft.state.sees(seat, number) {
            continue;
        }
        if !is_host {
            // Earlier frames mention the text.
            draft.ends_resumes(seat);
        } else if let Some(own) = draft.state.own.get_mut(seat) {
            own.hidden.insert(number, hidden.clone());
        }
    }
    draft.state.internal.hidden.insert(number, hidden);
    draft.tell_message(number, MessageFact::MessageHidden { message: number });
    Ok(())
}

/// Shows a hidden message again.
pub(crate) fn restore(draft: &mut Draft, by: SeatNo, number: MessageNo) -> Handled {
    check(draft, by, number)?;
    let message = draft.state.messages.get_mut(number).ok_or(RefusalCode::NoSuchMessage)?;
    if !message.hidden {
        return Ok(());
    }
    let hidden = draft.state.internal.hidden.remove(number).ok_or(RefusalCode::TooLate)?;
    message.hidden = false;
    message.text = hidden.text;
    take_from_hosts(draft, number);
    draft.tell_message(number, MessageFact::MessageRestored { message: number });
    Ok(())
}

/// Removes a message from the hidden ones that hosts see. Returns those hosts.
fn take_from_hosts(draft: &mut Draft, number: MessageNo) -> Vec<SeatNo> {
    let seats: Vec<SeatNo> = draft.state.own.keys().collect();
    let own = &mut draft.state.own;
    let had =
        |seat: &SeatNo| own.get_mut(*seat).is_some_and(|own| own.hidden.remove(number).is_some());
    seats.into_iter().filter(had).collect()
}

/// Takes all hidden messages from someone who is no longer a host.
pub(crate) fn take_all_from(draft: &mut Draft, seat: SeatNo) {
    if let Some(own) = draft.state.own.get_mut(seat) {
        own.hidden = Keyed::default();
    }
}

fn check(draft: &Draft, by: SeatNo, number: MessageNo) -> Handled {
    let message = draft.state.messages.get(number).ok_or(RefusalCode::NoSuchMessage)?;
    if !draft.state.sees(by, number) || message.taken_back {
        return Err(RefusalCode::NoSuchMessage);
    }
    if message.kind == MessageKind::Question {
        return Err(RefusalCode::Question);
    }
    if by != message.seat && !outranks(draft.person(by)?.role, draft.person(message.seat)?.role) {
        return Err(RefusalCode::Outranked);
    }
    Ok(())
}

/// Erases the words of a hidden message. Returns whether it had any left.
pub(crate) fn erase(draft: &mut Draft, number: MessageNo) -> bool {
    let Some(hidden) = draft.state.internal.hidden.remove(number) else { return false };
    let hosts = take_from_hosts(draft, number);
    for seat in &hosts {
        draft.tell_own(*seat, MessageFact::HiddenErased { message: number });
    }
    draft.erase_own_text(&hosts, hidden.text);
    true
}

/// Returns when the words of hidden messages are erased. A session that has ended erases all of its
/// words anyway.
pub(crate) fn deadlines(state: &State) -> impl Iterator<Item = (Millis, MessageNo)> {
    let live = state.room.session.phase != Phase::Ended;
    let hidden = state.internal.hidden.iter().filter(move |_| live);
    hidden.map(|(number, hidden)| (hidden.until, number))
}
