//! Words: shares, messages on an open floor, announcements, taking back, and signs.

use super::flow::open_round;
use super::guard;
use super::step::Step;
use super::{Asked, Decided};
use crate::core::Core;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::limits::{GESTURES_MAX, SAID_MAX, SHARE_CHARS_MAX};
use hearth_protocol::round::Order;
use hearth_protocol::said::{Gesture, GestureKind, SaidKind};
use hearth_protocol::{Phase, RefusalCode, Text, Token, Words, WordsId};

pub(super) fn share(step: &mut Step, asked: &Asked<'_>, text: &Text) -> Decided {
    if step.core.common.flow.token.holder() != Some(asked.seat) {
        return Err(RefusalCode::NotYourTurn);
    }
    let mut flow = step.flow();
    if let Token::Held { shares, .. } = &mut flow.token {
        *shares += 1;
    }
    put_down(step, asked, text, SaidKind::Share, flow)
}

pub(super) fn say(step: &mut Step, asked: &Asked<'_>, text: &Text) -> Decided {
    if step.core.board.mute_of(asked.seat).is_some() {
        return Err(RefusalCode::Muted);
    }
    let slow_ms = open_floor(&step.core)?;
    let last = crate::core::index(asked.seat).and_then(|i| step.core.floor.get(i).copied());
    if let Some(Some(last)) = last
        && step.now < last + slow_ms
    {
        return Err(RefusalCode::SlowDown);
    }
    let flow = step.flow();
    put_down(step, asked, text, SaidKind::Floor, flow)
}

/// Returns the floor's slow mode where the floor is open: in an open round while the token rests,
/// and while people gather or linger in the presence of staff.
pub(super) fn open_floor(core: &Core) -> Result<u64, RefusalCode> {
    let common = &core.common;
    match common.phase {
        Phase::Gathering | Phase::Lingering if core.staff_here() => Ok(common.settings.slow_ms),
        Phase::Gathering | Phase::Lingering => Err(RefusalCode::NoStaff),
        Phase::Open | Phase::Closing => match open_round(core) {
            Some(round)
                if round.order == Order::Open
                    && matches!(common.flow.token, Token::Centre { .. }) =>
            {
                Ok(round.slow_ms)
            }
            Some(_) | None => Err(RefusalCode::FloorClosed),
        },
        Phase::Ended => Err(RefusalCode::NotNow),
    }
}

pub(super) fn announce(step: &mut Step, asked: &Asked<'_>, text: &Text) -> Decided {
    let flow = step.flow();
    put_down(step, asked, text, SaidKind::Announcement, flow)
}

fn put_down(
    step: &mut Step,
    asked: &Asked<'_>,
    text: &Text,
    kind: SaidKind,
    flow: hearth_protocol::Flow,
) -> Decided {
    guard::text(text, SHARE_CHARS_MAX)?;
    if asked.room.said.len() >= SAID_MAX {
        return Err(RefusalCode::Full);
    }
    let words = Words::new(asked.words_id(), text.clone());
    let seat = asked.seat;
    step.tell(flow, |flow| RoomEvent::Said { words, seat, kind, flow });
    Ok(())
}

pub(super) fn take_back(step: &mut Step, asked: &Asked<'_>, said: WordsId) -> Decided {
    let entry = asked
        .room
        .said_to(asked.seat)
        .rfind(|entry| entry.words.id == said)
        .ok_or(RefusalCode::NoSuchWords)?;
    if entry.seat != asked.seat {
        return Err(RefusalCode::NotAllowed);
    }
    if entry.taken_back {
        return Ok(());
    }
    if step.now > entry.at + step.core.common.timers.take_back_ms {
        return Err(RefusalCode::TooLate);
    }
    step.room(RoomEvent::TakenBack { said });
    Ok(())
}

pub(super) fn gesture(
    step: &mut Step,
    asked: &Asked<'_>,
    said: WordsId,
    kind: GestureKind,
    on: bool,
) -> Decided {
    let seat = asked.seat;
    if step.core.board.mute_of(seat).is_some() {
        return Err(RefusalCode::Muted);
    }
    let entry = asked
        .room
        .said_to(seat)
        .rfind(|entry| entry.words.id == said && !entry.taken_back)
        .ok_or(RefusalCode::NoSuchWords)?;
    if entry.seat == seat {
        return Err(RefusalCode::NotOver);
    }
    if entry.gestures.contains(&Gesture { seat, kind }) == on {
        return Ok(());
    }
    if on && entry.gestures.len() >= GESTURES_MAX {
        return Err(RefusalCode::Full);
    }
    step.room(RoomEvent::Gestured { said, seat, kind, on });
    Ok(())
}
