//! Bounds that no session reaches in a test's time.

use super::*;
use crate::Input;
use hearth_protocol::limits::{TEXTS_MAX, TEXTS_RESERVED};
use hearth_protocol::presence::{PresenceCommand, Stance};
use hearth_protocol::round::{Order, RoundCommand};
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{CircleId, CommandId, RoomId, Settings, Text};
use uuid::Uuid;

/// A room in which a facilitator, a member and a listener hold a round, and `texts` texts are stored.
fn room_with(texts: usize) -> Room {
    let settings = Settings::default();
    let opening = Opening {
        room: RoomId(Uuid::nil()),
        circle: CircleId(Uuid::nil()),
        title: Text::plain("Tuesday circle"),
        agreements: None,
        timers: settings.pace.timers(),
        settings,
        bars: Vec::new(),
    };
    let (mut room, _) = Room::open(&opening, 1, Random::repeatable(1)).unwrap();
    for (key, role) in [(1, Role::Facilitator), (2, Role::Participant), (3, Role::Listener)] {
        let (key, name, stance) =
            (KeyHash::from_bytes([key; 32]), Text::plain("Robin"), Stance::Sharing);
        let join = Input::Join { key, role, name, stance, node: Uuid::nil() };
        let joined = room.decide(&join, 1, Random::repeatable(2)).unwrap().unwrap();
        room.accept(&joined);
    }
    room.state.internal.texts = texts as u32;
    room
}

fn sends(room: &mut Room, seat: u16, command: impl Into<Command>) -> Result<(), RefusalCode> {
    let (seat, id) = (SeatNo(seat), CommandId::new(Uuid::from_u128(room.seq.into())));
    let input = Input::Command { seat, id, command: command.into() };
    match room.decide(&input, 1, Random::repeatable(room.seq)) {
        Ok(decision) => decision.iter().for_each(|decision| room.accept(decision)),
        Err(DecideError::Refused(refusal)) => return Err(refusal.code),
        Err(error) => panic!("{error}"),
    }
    Ok(())
}

fn rename() -> PresenceCommand {
    PresenceCommand::Rename { name: Text::plain("Kit") }
}

#[test]
fn the_last_texts_are_reserved_for_hosts_and_the_holder() {
    let mut room = room_with(TEXTS_MAX - TEXTS_RESERVED);
    for stranger in [2, 3] {
        assert_eq!(sends(&mut room, stranger, rename()), Err(RefusalCode::Full));
    }
    let opens = RoundCommand::OpenRound {
        prompt: Some(Text::plain("How are you?")),
        order: Some(Order::Popcorn),
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: hearth_protocol::round::Start::Facilitator,
        slow_ms: None,
        closing: false,
    };
    sends(&mut room, 1, opens).unwrap();
    let turn_id = room.state.room.turn.turn_id;
    sends(&mut room, 2, TurnCommand::Take { turn_id }).unwrap();
    sends(&mut room, 2, rename()).unwrap();
    assert_eq!(sends(&mut room, 3, rename()), Err(RefusalCode::Full));
    room.state.internal.texts = TEXTS_MAX as u32;
    assert_eq!(sends(&mut room, 1, rename()), Err(RefusalCode::Full), "nobody has more than all");
}
