//! What one person, or a stranger with a link, can't do to a circle.

use super::*;
use hearth_protocol::MessageNo;
use hearth_protocol::limits::{
    BELL_EVERY_MS, FLOOR_MESSAGES_PER_SEAT_MAX, FLOOR_MESSAGES_PER_SEAT_MIN, GESTURED_PER_SEAT_MAX,
    MESSAGES_MAX, MESSAGES_RESERVED, RENAME_EVERY_MS, RETURN_EVERY_MS, RETURNS_AT_ONCE,
    SEATS_FOR_HOSTS, SEATS_MAX, SIGNAL_EVERY_MS, SIGNALS_AT_ONCE,
};
use hearth_protocol::message::MessageKind;
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::silence::{Bell, SilenceCommand};

fn rename(words: &str) -> Command {
    PresenceCommand::Rename { name: text(words) }.into()
}

fn name_of(world: &World, seat: u16) -> TextId {
    world.room.view().people.get(SeatNo(seat)).unwrap().name
}

#[test]
fn nobody_speaks_by_renaming_themselves() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let sentence = || rename("You are all wrong");
    world.ok(1, ModerationCommand::Mute { seat: SeatNo(4), for_ms: None });
    assert_eq!(refused(&mut world, 4, sentence()), RefusalCode::Muted);
    world.ok(1, SessionCommand::Pause { message: None });
    assert_eq!(refused(&mut world, 3, sentence()), RefusalCode::Paused);
    world.ok(1, SessionCommand::Unpause {});
    world.ok(1, SilenceCommand::RingBell { for_ms: None, reason: None });
    assert_eq!(refused(&mut world, 3, sentence()), RefusalCode::Silence);
    world.ok(1, SilenceCommand::EndSilence {});
    world.ok(1, SessionCommand::End {});
    assert_eq!(refused(&mut world, 3, sentence()), RefusalCode::Ending);
    world.ok(1, SessionCommand::UndoEnd {});
    world.ok(3, rename("Robin"));
    world.pass_time(RENAME_EVERY_MS - 1);
    assert_eq!(refused(&mut world, 3, sentence()), RefusalCode::SlowDown);
    world.pass_time(1);
    world.ok(3, rename("Robin B."));
}

#[test]
fn a_replaced_name_is_erased_even_if_a_host_replaced_it() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let legal_name = name_of(&world, 4);
    let rows = world.ok(4, rename("Kit"));
    assert_eq!(erased(&rows), [legal_name]);
    let kit = name_of(&world, 4);
    let host_gives = ModerationCommand::SetName { seat: SeatNo(4), name: text("K.") };
    let rows = world.ok(2, host_gives);
    assert_eq!(erased(&rows), [kit]);
    assert!(
        world
            .screens
            .values()
            .all(|screen| { screen.text(legal_name).is_none() && screen.text(kit).is_none() })
    );
    assert_eq!(refused(&mut world, 4, rename("Kit again")), RefusalCode::SlowDown);
    let upwards = ModerationCommand::SetName { seat: SeatNo(1), name: text("Boss") };
    assert_eq!(refused(&mut world, 2, upwards.clone()), RefusalCode::Outranked);
    assert_eq!(refused(&mut world, 3, upwards), RefusalCode::NotAllowed);
}

#[test]
fn names_that_were_replaced_use_up_nothing() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let state = serde_json::to_value(&world.room).unwrap();
    for _ in 0..3 {
        world.pass_time(RENAME_EVERY_MS);
        world.ok(3, rename("Somebody else"));
    }
    let texts = |state: &serde_json::Value| state["state"]["internal"]["texts"].clone();
    assert_eq!(texts(&serde_json::to_value(&world.room).unwrap()), texts(&state));
}

#[test]
fn a_muted_host_sends_no_words_either() {
    let mut world = World::with(Settings::default(), &[Role::Facilitator, Role::Facilitator]);
    world.ok(1, ModerationCommand::Mute { seat: SeatNo(2), for_ms: None });
    let announce = MessageCommand::Announce { text: text("Listen to me") };
    assert_eq!(refused(&mut world, 2, announce), RefusalCode::Muted);
    let words = SessionCommand::Pause { message: Some(text("Listen to me")) };
    assert_eq!(refused(&mut world, 2, words), RefusalCode::Muted);
    world.ok(2, open_round(Order::GoRound));
    world.ok(1, RoundCommand::CloseRound {});
    world.ok(2, SessionCommand::Pause { message: None });
}

#[test]
fn strangers_with_a_link_cannot_take_the_last_seats() {
    let mut world = World::light(Settings::default(), &[Role::Facilitator]);
    let strangers = SEATS_MAX - SEATS_FOR_HOSTS;
    for _ in 1..strangers {
        world.join(Role::Participant);
    }
    let full = world.try_join(Role::Listener, Stance::Listening);
    assert_eq!(full.map(drop), Err(RefusalCode::Full));
    for _ in 0..SEATS_FOR_HOSTS {
        world.join(Role::Moderator);
    }
    assert!(world.try_join(Role::Facilitator, Stance::Sharing).is_err());
}

fn say(world: &mut World, seat: u16) -> Result<(), RefusalCode> {
    let turn_id = world.turn_id();
    let words = MessageCommand::Say { turn_id, text: text("noise") };
    world.command(SeatNo(seat), words).map(drop)
}

#[test]
fn noise_on_an_open_floor_never_silences_the_holder_or_other_members() {
    let roles = [[Role::Facilitator; 1].as_slice(), &[Role::Participant; 9]].concat();
    let mut world = World::light(Settings::default(), &roles);
    let shared = MESSAGES_MAX
        - MESSAGES_RESERVED
        - usize::from(SEATS_MAX) * FLOOR_MESSAGES_PER_SEAT_MIN as usize;
    let mut said = 0;
    for seat in 2..=6 {
        for _ in 0..FLOOR_MESSAGES_PER_SEAT_MAX {
            said += usize::from(say(&mut world, seat).is_ok());
        }
        assert_eq!(say(&mut world, seat), Err(RefusalCode::Full), "seat {seat} used up its own");
    }
    // The last of the five had only its own share left.
    assert_eq!(said, shared + FLOOR_MESSAGES_PER_SEAT_MIN as usize);
    for seat in 7..=10 {
        for _ in 0..FLOOR_MESSAGES_PER_SEAT_MIN {
            say(&mut world, seat).unwrap();
        }
        assert_eq!(say(&mut world, seat), Err(RefusalCode::Full), "seat {seat} used up its share");
    }
    world.ok(1, open_round(Order::GoRound));
    take(&mut world, 1);
    share(&mut world, 1);
    world.ok(1, MessageCommand::Announce { text: text("Five minutes are left.") });
    let last = world.room.messages_seen(SeatNo(2), None).next().unwrap().1;
    assert_eq!(last.kind, MessageKind::Announcement);
}

#[test]
fn one_seat_can_gesture_to_a_bounded_number_of_messages_at_a_time() {
    let mut world = World::light(Settings::default(), &HOSTED);
    let gesture = |message, on| {
        Command::from(SignalCommand::Gesture { message, kind: GestureKind::Heard, on })
    };
    for number in 1..=GESTURED_PER_SEAT_MAX + 1 {
        say(&mut world, if number % 2 == 0 { 1 } else { 2 }).unwrap();
        let done = world.command(SeatNo(3), gesture(MessageNo(number), true)).map(drop);
        let fits = number <= GESTURED_PER_SEAT_MAX;
        assert_eq!(done, if fits { Ok(()) } else { Err(RefusalCode::Full) }, "{number}");
    }
    world.ok(3, gesture(MessageNo(1), false));
    world.ok(3, gesture(MessageNo(GESTURED_PER_SEAT_MAX + 1), true));
}

#[test]
fn typing_adds_at_most_the_limit_itself_and_nothing_in_a_pause() {
    let limit = |world: &World| match world.token() {
        Token::Held { limit, .. } => limit.unwrap().left(world.now),
        token => panic!("{token:?}"),
    };
    let mut world = World::with(Settings::default(), &HOSTED);
    let brief = TurnLimit { ms: 15_000, firm: true };
    world.ok(1, open_round_with(Order::GoRound, Some(brief), false));
    take(&mut world, 1);
    world.pass_time(10_000);
    world.ok(2, SessionCommand::Pause { message: None });
    world.act(&Input::Writing { seat: SeatNo(1) }).unwrap();
    assert_eq!(limit(&world), 5_000, "a pause stands still");
    world.ok(2, SessionCommand::Unpause {});
    world.act(&Input::Writing { seat: SeatNo(1) }).unwrap();
    assert_eq!(limit(&world), 20_000);
}

#[test]
fn nobody_sends_signals_by_changing_their_stance_or_their_hand_again_and_again() {
    let mut world = round_of(Order::Hands);
    world.ok(1, ModerationCommand::Mute { seat: SeatNo(3), for_ms: None });
    world.ok(2, SessionCommand::Pause { message: None });
    let stances = [Stance::Resting, Stance::Sharing];
    let change = |world: &mut World, n: u64| {
        let stance = stances[n as usize % 2];
        world.command(SeatNo(3), PresenceCommand::Stance { stance })
    };
    for n in 0..SIGNALS_AT_ONCE {
        change(&mut world, n).unwrap();
    }
    assert_eq!(change(&mut world, SIGNALS_AT_ONCE).unwrap_err(), RefusalCode::SlowDown);
    assert_eq!(refused(&mut world, 3, QueueCommand::Raise {}), RefusalCode::SlowDown);
    world.ok(4, QueueCommand::Raise {});
    world.pass_time(SIGNAL_EVERY_MS);
    world.ok(3, QueueCommand::Raise {});
    world.ok(3, QueueCommand::Lower {});
    assert_eq!(refused(&mut world, 3, QueueCommand::Raise {}), RefusalCode::SlowDown);
}

#[test]
fn everyone_may_ask_for_the_hosts_attention_at_once() {
    let mut world = World::with(Settings::default(), &[Role::Facilitator]);
    for _ in 0..30 {
        let seat = world.join(Role::Participant);
        world.ok(seat.0, SignalCommand::ProcessPoint {});
    }
    assert_eq!(world.room.hosts_view().process_points.len(), 30);
}

#[test]
fn nobody_speaks_by_taking_new_seats_in_a_pause_or_a_silence() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let knock = |world: &mut World, role| world.try_join(role, Stance::Sharing).map(drop);
    world.ok(2, SessionCommand::Pause { message: None });
    for role in [Role::Participant, Role::Listener] {
        assert_eq!(knock(&mut world, role), Err(RefusalCode::Paused), "{role:?}");
    }
    knock(&mut world, Role::Moderator).unwrap();
    disconnect(&mut world, 4);
    reconnect(&mut world, 4);
    world.ok(2, SessionCommand::Unpause {});
    world.ok(1, SilenceCommand::RingBell { for_ms: None, reason: None });
    assert_eq!(knock(&mut world, Role::Participant), Err(RefusalCode::Silence));
    world.pass_time(15_000);
    knock(&mut world, Role::Participant).unwrap();
}

#[test]
fn nobody_sends_signals_by_leaving_and_coming_back_again_and_again() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let come_back =
        |world: &mut World| world.act(&Input::Return { seat: SeatNo(3), node: NODE }).map(drop);
    for n in 0..RETURNS_AT_ONCE {
        if n % 2 == 0 {
            world.ok(3, PresenceCommand::Leave {});
        } else {
            disconnect(&mut world, 3);
        }
        come_back(&mut world).unwrap();
    }
    world.ok(3, PresenceCommand::Leave {});
    assert_eq!(come_back(&mut world), Err(RefusalCode::SlowDown));
    world.pass_time(RETURN_EVERY_MS);
    come_back(&mut world).unwrap();
}

#[test]
fn members_who_ring_one_after_the_other_leave_time_to_speak() {
    let settings = Settings { bell: Bell::Everyone, ..Settings::default() };
    let mut world = World::with(settings, &HOSTED);
    let bell = || SilenceCommand::RingBell { for_ms: None, reason: None };
    world.ok(3, bell());
    world.pass_time(15_000);
    assert_eq!(refused(&mut world, 4, bell()), RefusalCode::SlowDown);
    world.ok(1, bell());
    world.pass_time(15_000);
    world.pass_time(BELL_EVERY_MS - 1);
    assert_eq!(refused(&mut world, 4, bell()), RefusalCode::SlowDown);
    world.pass_time(1);
    world.ok(4, bell());
}
