//! Who sees which messages.

use super::*;
use hearth_protocol::MessageNo;
use hearth_protocol::signal::{GestureKind, SignalCommand};

fn say(world: &mut World, seat: u16, words: &str) -> MessageNo {
    world.ok(seat, MessageCommand::Say { turn_id: 0, text: text(words) });
    world.last_message(SeatNo(seat)).unwrap()
}

fn numbers(world: &World, seat: u16) -> Vec<u32> {
    world.screens[&SeatNo(seat)].messages.keys().map(|number| number.0).collect()
}

#[test]
fn someone_who_leaves_and_returns_sees_what_they_saw_before_and_not_what_they_missed() {
    let mut world = World::with(Settings::default(), &HOSTED);
    say(&mut world, 3, "before");
    say(&mut world, 4, "my own");
    world.ok(4, PresenceCommand::Leave {});
    say(&mut world, 3, "behind their back");
    reconnect(&mut world, 4);
    assert_eq!(numbers(&world, 4), [1, 2]);
    say(&mut world, 3, "welcome back");
    assert_eq!(numbers(&world, 4), [1, 2, 4]);
}

#[test]
fn a_removal_that_is_undone_gives_back_what_was_seen_before() {
    let mut world = World::with(Settings::default(), &HOSTED);
    say(&mut world, 4, "my own");
    world.remove(1, 4);
    say(&mut world, 3, "about them");
    world.lift_bar(1, 4);
    reconnect(&mut world, 4);
    assert_eq!(numbers(&world, 4), [1]);
}

#[test]
fn a_dropped_connection_misses_nothing() {
    let mut world = World::with(Settings::default(), &HOSTED);
    disconnect(&mut world, 4);
    say(&mut world, 3, "still for everyone");
    reconnect(&mut world, 4);
    assert_eq!(numbers(&world, 4), [1]);
}

#[test]
fn a_gesture_reaches_only_people_who_may_see_the_message() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let message = say(&mut world, 3, "said before they came");
    let late = world.join(Role::Participant);
    assert!(numbers(&world, late.0).is_empty());
    world.ok(4, SignalCommand::Gesture { message, kind: GestureKind::Heard, on: true });
    let bare = world.frames[&late].last().unwrap();
    assert!(!bare.contains("gestur") && !bare.contains("messages"), "{bare}");
    assert!(world.frames[&SeatNo(1)].last().unwrap().contains("gestured"));
    let gesture = SignalCommand::Gesture { message, kind: GestureKind::Heard, on: true };
    assert_eq!(refused(&mut world, late.0, gesture.clone()), RefusalCode::NoSuchMessage);
    assert_eq!(refused(&mut world, 3, gesture), RefusalCode::OwnMessage);
    world.ok(3, MessageCommand::TakeBack { message });
    let bare = world.frames[&late].last().unwrap();
    assert!(!bare.contains("taken_back") && !bare.contains("texts"), "{bare}");
}

#[test]
fn messages_outside_rounds_belong_to_no_round() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let first = say(&mut world, 3, "hello");
    world.ok(1, open_round(Order::GoRound));
    take(&mut world, 1);
    share(&mut world, 1);
    world.ok(1, RoundCommand::CloseRound {});
    world.ok(1, MessageCommand::Announce { text: text("a break") });
    let screen = &world.screens[&SeatNo(4)];
    let rounds: Vec<u32> = screen.messages.values().map(|message| message.round).collect();
    assert_eq!(rounds, [0, 1, 0]);
    assert_eq!(first, MessageNo(1));
}
