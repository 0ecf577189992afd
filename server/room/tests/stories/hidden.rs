//! Hiding a message: its words leave every member's screen at once, hosts can bring them back for two
//! minutes, and then they are erased.

use super::*;
use hearth_protocol::limits::HIDDEN_MS;
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::{Cursor, MessageNo, Text};

const WORDS: &str = "you know where I live";

fn said(world: &mut World, seat: u16) -> MessageNo {
    world.ok(seat, MessageCommand::Say { turn_id: world.turn_id(), text: text(WORDS) });
    world.last_message(SeatNo(seat)).unwrap()
}

fn hide(message: MessageNo) -> MessageCommand {
    MessageCommand::HideMessage { message }
}

fn restore(message: MessageNo) -> MessageCommand {
    MessageCommand::RestoreMessage { message }
}

/// Returns the words of a message as they stand on someone's log.
fn read(world: &World, seat: u16, message: MessageNo) -> Option<Text> {
    let screen = &world.screens[&SeatNo(seat)];
    screen.text(screen.messages.get(message).unwrap().text).cloned()
}

/// Returns whether anything on someone's screen holds the words.
fn holds_words(world: &World, seat: u16) -> bool {
    serde_json::to_string(&world.screens[&SeatNo(seat)]).unwrap().contains(WORDS)
}

/// Returns the id under which a host keeps the words of a hidden message.
fn kept_text(world: &World, host: u16, message: MessageNo) -> Option<TextId> {
    let own = world.room.seat_view(SeatNo(host)).unwrap();
    own.hidden.get(message).map(|hidden| hidden.text)
}

fn cursor(world: &World, seat: u16) -> Cursor {
    world.room.cursor(SeatNo(seat))
}

#[test]
fn hidden_words_leave_every_members_screen_and_stay_with_hosts_for_two_minutes() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let message = said(&mut world, 4);
    let rows = world.ok(2, hide(message));
    assert_eq!(facts(&rows), ["message_hidden"]);
    assert_eq!(erased(&rows), []);
    for member in [3, 4] {
        assert!(!holds_words(&world, member), "seat {member}");
        assert!(world.screens[&SeatNo(member)].messages.get(message).unwrap().hidden);
    }
    for host in [1, 2] {
        assert_eq!(read(&world, host, message), None, "the log shows no words");
        let screen = &world.screens[&SeatNo(host)];
        assert_eq!(screen.text(kept_text(&world, host, message).unwrap()), Some(&text(WORDS)));
    }
    let newcomer = world.join(Role::Participant);
    assert!(!holds_words(&world, newcomer.0));

    world.pass_time(HIDDEN_MS - 1);
    assert_eq!(facts(&world.ok(1, restore(message))), ["message_restored"]);
    for seat in 1..=4 {
        assert_eq!(read(&world, seat, message), Some(text(WORDS)), "seat {seat}");
    }
}

#[test]
fn after_two_minutes_hidden_words_are_erased_and_a_tombstone_stays() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let message = said(&mut world, 4);
    world.ok(1, hide(message));
    let kept = kept_text(&world, 1, message).unwrap();
    world.pass_time(HIDDEN_MS);
    assert!(!world.texts.contains_key(&kept), "the store has erased them");
    for seat in 1..=4 {
        assert!(!holds_words(&world, seat), "seat {seat}");
        assert!(world.screens[&SeatNo(seat)].messages.get(message).unwrap().hidden);
    }
    assert_eq!(kept_text(&world, 1, message), None);
    assert_eq!(refused(&mut world, 1, restore(message)), RefusalCode::TooLate);
}

#[test]
fn nobody_who_was_away_receives_hidden_words_afterwards() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let before = [cursor(&world, 2), cursor(&world, 3)];
    disconnect(&mut world, 3);
    let message = said(&mut world, 4);
    world.ok(1, hide(message));
    assert!(world.room.can_resume(SeatNo(2), &before[0]), "a host may");
    assert!(!world.room.can_resume(SeatNo(3), &before[1]));
}

#[test]
fn hosts_hide_their_own_messages_and_those_of_people_they_may_remove() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let of_facilitator = said(&mut world, 1);
    let of_moderator = said(&mut world, 2);
    let of_member = said(&mut world, 3);
    assert_eq!(refused(&mut world, 4, hide(of_member)), RefusalCode::NotAllowed);
    assert_eq!(refused(&mut world, 3, hide(of_member)), RefusalCode::NotAllowed);
    assert_eq!(refused(&mut world, 2, hide(of_facilitator)), RefusalCode::Outranked);
    assert_eq!(refused(&mut world, 1, hide(MessageNo(9))), RefusalCode::NoSuchMessage);
    world.ok(1, hide(of_moderator));
    world.ok(2, restore(of_moderator));
    world.ok(2, hide(of_moderator));
    world.ok(2, hide(of_member));
    let late = world.join(Role::Moderator);
    assert_eq!(kept_text(&world, late.0, of_member), None, "a host who came afterwards");
    assert_eq!(refused(&mut world, late.0, restore(of_member)), RefusalCode::NoSuchMessage);
    world.ok(1, ModerationCommand::SetRole { seat: SeatNo(2), role: Role::Participant });
    assert_eq!(kept_text(&world, 2, of_member), None, "someone who is no longer a host");
}

#[test]
fn an_author_who_takes_a_hidden_message_back_erases_it_for_hosts_too() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let message = said(&mut world, 4);
    world.ok(1, hide(message));
    let kept = kept_text(&world, 1, message).unwrap();
    let rows = world.ok(4, MessageCommand::TakeBack { message });
    assert_eq!(erased(&rows), [kept]);
    assert!((1..=4).all(|seat| !holds_words(&world, seat)));
    assert_eq!(refused(&mut world, 1, restore(message)), RefusalCode::NoSuchMessage);
}

#[test]
fn responses_to_a_hidden_message_wait_until_it_is_restored() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let message = said(&mut world, 4);
    let respond = SignalCommand::Gesture { message, kind: GestureKind::Heard, on: true };
    world.ok(3, respond.clone());
    world.ok(1, hide(message));
    assert_eq!(refused(&mut world, 2, respond), RefusalCode::NoSuchMessage);
    world.ok(1, restore(message));
    assert!(world.screens[&SeatNo(2)].messages.get(message).unwrap().gestures.contains(SeatNo(3)));
}
