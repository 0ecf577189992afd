//! People in a circle together: moderation, coming and going, pauses, the end, and texts.

use super::*;
use hearth_protocol::limits::SIGNAL_EVERY_MS;

#[test]
fn someone_removed_during_an_offer_is_gone_and_can_be_let_back_in() {
    let mut world = round_of(Order::GoRound);
    turn(&mut world, 1);
    turn(&mut world, 2);
    let told = world.remove(1, 3);
    assert_eq!(facts(&told), ["offer_ended 3", "left 3", "offered 4"]);
    let back = Input::Return { seat: SeatNo(3), node: NODE };
    assert_eq!(world.act(&back).unwrap_err(), RefusalCode::NotAllowed);
    world.lift_bar(1, 3);
    world.act(&back).unwrap();
    turn(&mut world, 4);
    assert_eq!(offered(&world), Some(3));
}

#[test]
fn the_last_facilitator_cannot_be_removed_or_demoted() {
    let mut world = round_of(Order::GoRound);
    let role = ModerationCommand::SetRole { seat: SeatNo(1), role: Role::Participant };
    assert_eq!(refused(&mut world, 1, role.clone()), RefusalCode::LastFacilitator);
    world.ok(1, ModerationCommand::SetRole { seat: SeatNo(2), role: Role::Facilitator });
    world.ok(1, role);
    assert_eq!(
        refused(&mut world, 1, ModerationCommand::Remove { seat: SeatNo(2), until: None }),
        RefusalCode::NotAllowed
    );
}

#[test]
fn without_hosts_the_room_pauses_keeps_the_turn_and_ends_if_they_stay_away() {
    let mut world = round_of(Order::GoRound);
    turn(&mut world, 1);
    turn(&mut world, 2);
    take(&mut world, 3);
    disconnect(&mut world, 1);
    disconnect(&mut world, 2);
    world.pass_time(60_000);
    assert!(world.is_paused_without_host());
    let turn_id = world.turn_id();
    let words = MessageCommand::Share { turn_id, text: text("alone") };
    assert_eq!(refused(&mut world, 3, words.clone()), RefusalCode::Paused);
    reconnect(&mut world, 2);
    world.ok(3, words);
    disconnect(&mut world, 2);
    world.pass_time(60_000 + 600_000);
    assert_eq!(world.session().phase, Phase::Ended);
}

#[test]
fn an_empty_room_stops_its_clocks_and_ends_after_half_an_hour() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    for seat in 1..=4 {
        disconnect(&mut world, seat);
    }
    world.pass_time(1_799_000);
    reconnect(&mut world, 3);
    assert_eq!(holder(&world), Some(1), "the grace period stood still");
    disconnect(&mut world, 3);
    world.pass_time(1_800_000);
    assert_eq!(world.session().phase, Phase::Ended);
}

#[test]
fn ending_closes_the_round_and_can_be_undone_for_two_minutes() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    assert_eq!(
        facts(&world.ok(1, SessionCommand::End {})),
        ["turn_ended 1", "round_closed", "ending"]
    );
    world.pass_time(119_000);
    world.ok(2, SessionCommand::UndoEnd {});
    world.ok(1, open_round(Order::GoRound));
    world.ok(1, SessionCommand::End {});
    world.pass_time(120_000);
    assert_eq!(world.session().phase, Phase::Ended);
}

#[test]
fn until_a_session_is_over_everyone_may_say_goodbye_hosts_present_or_not() {
    let mut world = round_of(Order::GoRound);
    let goodbye =
        |world: &World| MessageCommand::Say { turn_id: world.turn_id(), text: text("Bye") };
    world.ok(1, ModerationCommand::Mute { seat: SeatNo(4), for_ms: None });
    world.ok(1, SessionCommand::End {});
    for host in [1, 2] {
        world.ok(host, PresenceCommand::Leave {});
    }
    let words = goodbye(&world);
    world.ok(3, words.clone());
    assert_eq!(refused(&mut world, 4, words), RefusalCode::Muted);
    let last = world.last_message(SeatNo(3)).unwrap();
    assert_eq!(world.screens[&SeatNo(3)].messages.get(last).unwrap().round, 0);
}

#[test]
fn a_session_that_is_ending_is_over_once_everyone_has_left() {
    let mut world = World::with(Settings::default(), &HOSTED);
    world.ok(1, SessionCommand::End {});
    for seat in 1..=3 {
        world.ok(seat, PresenceCommand::Leave {});
    }
    disconnect(&mut world, 4);
    assert_ne!(world.session().phase, Phase::Ended, "a lost connection may come back");
    reconnect(&mut world, 4);
    world.ok(4, PresenceCommand::Leave {});
    assert_eq!(world.session().phase, Phase::Ended);
}

#[test]
fn after_a_restart_the_clocks_start_afresh_when_the_first_person_returns() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    world.pass_time(10_000);
    world.act(&Input::Restart).unwrap();
    world.pass_time(600_000);
    reconnect(&mut world, 2);
    world.pass_time(89_999);
    assert_eq!(holder(&world), Some(1));
    world.pass_time(1);
    assert_eq!(offered(&world), Some(2));
}

#[test]
fn late_arrivals_listen_until_the_next_round_and_see_nothing_said_before() {
    let mut world = round_of(Order::GoRound);
    turn(&mut world, 1);
    let late = world.join(Role::Participant);
    assert!(world.screens[&late].messages.is_empty());
    for seat in 2..=4 {
        turn(&mut world, seat);
    }
    assert!(world.queue().complete);
    assert_eq!(world.screens[&late].messages.len(), 3);
}

#[test]
fn the_floor_is_open_while_people_gather_while_a_host_is_present() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let turn_id = world.turn_id();
    let hello = MessageCommand::Say { turn_id, text: text("hello") };
    world.ok(4, hello.clone());
    disconnect(&mut world, 1);
    disconnect(&mut world, 2);
    assert_eq!(refused(&mut world, 4, hello), RefusalCode::NoHost);
}

#[test]
fn listening_is_a_pass_for_whoever_has_the_token() {
    let mut world = round_of(Order::GoRound);
    let told = world.ok(1, PresenceCommand::Stance { stance: Stance::Listening });
    assert_eq!(facts(&told), ["offer_ended 1", "stance_changed 1", "offered 2"]);
    assert_eq!(world.passed(), [SeatNo(1)]);
}

#[test]
fn a_command_done_is_remembered_with_its_answer() {
    let mut world = round_of(Order::GoRound);
    let cause = take(&mut world, 1)[0].cause.unwrap();
    assert_eq!(world.room.remembered(cause.seat, cause.id).unwrap().at, world.now);
    assert!(world.room.remembered(SeatNo(2), cause.id).is_none());
}

#[test]
fn someone_made_a_listener_gives_up_the_token() {
    let mut world = round_of(Order::GoRound);
    turn(&mut world, 1);
    take(&mut world, 2);
    let told = world.ok(1, ModerationCommand::SetRole { seat: SeatNo(2), role: Role::Listener });
    assert_eq!(facts(&told), ["turn_ended 2", "role_changed 2", "offered 3"]);
    assert!(world.screens[&SeatNo(2)].hosts.is_none(), "and no longer sees what hosts see");
    let words = MessageCommand::Say { turn_id: world.turn_id(), text: text("but") };
    assert_eq!(refused(&mut world, 2, words), RefusalCode::Listening);
}

#[test]
fn someone_who_writes_too_often_on_a_slow_floor_is_asked_to_wait() {
    let settings = Settings { slow_ms: 10_000, ..Settings::default() };
    let mut world = World::with(settings, &HOSTED);
    let say = MessageCommand::Say { turn_id: 0, text: text("hello") };
    world.ok(3, say.clone());
    world.pass_time(9_999);
    assert_eq!(refused(&mut world, 3, say.clone()), RefusalCode::SlowDown);
    world.ok(4, say.clone());
    world.pass_time(1);
    world.ok(3, say);
}

#[test]
fn a_hosts_pause_continues_when_they_return() {
    let mut world = round_of(Order::GoRound);
    world.ok(1, SessionCommand::Pause { message: Some(text("a breath")) });
    disconnect(&mut world, 1);
    disconnect(&mut world, 2);
    world.pass_time(60_000);
    assert!(world.is_paused_without_host());
    reconnect(&mut world, 2);
    assert!(world.session().pause.is_some() && !world.is_paused_without_host());
    world.ok(2, SessionCommand::Unpause {});
    world.pass_time(89_999);
    assert_eq!(offered(&world), Some(1), "the offer keeps the time it had left");
}

#[test]
fn a_command_that_breaks_a_bound_is_refused() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    let turn_id = world.turn_id();
    let long = MessageCommand::Share { turn_id, text: text(&"x".repeat(4_001)) };
    assert_eq!(refused(&mut world, 1, long), RefusalCode::TooLong);
    let empty = MessageCommand::Share { turn_id, text: text("  ") };
    assert_eq!(refused(&mut world, 1, empty), RefusalCode::Empty);
    let forever = ModerationCommand::Mute { seat: SeatNo(3), for_ms: Some(u64::MAX) };
    assert_eq!(refused(&mut world, 1, forever), RefusalCode::OutOfRange);
    let limit = Some(TurnLimit { ms: 1, firm: true });
    assert_eq!(refused(&mut world, 1, RoundCommand::SetLimit { limit }), RefusalCode::OutOfRange);
    assert_eq!(
        refused(&mut world, 1, ModerationCommand::Mute { seat: SeatNo(9), for_ms: None }),
        RefusalCode::NoSuchSeat
    );
}

#[test]
fn only_people_who_may_speak_are_shown_as_writing() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let listener = world.join(Role::Listener);
    assert!(world.room.shows_writing(SeatNo(3)), "the floor is open while people gather");
    assert!(!world.room.shows_writing(listener));
    world.ok(1, ModerationCommand::Mute { seat: SeatNo(3), for_ms: None });
    assert!(!world.room.shows_writing(SeatNo(3)));
    world.ok(1, open_round(Order::GoRound));
    assert!(!world.room.shows_writing(SeatNo(1)), "an offer is thought over in private");
    take(&mut world, 1);
    assert!(world.room.shows_writing(SeatNo(1)));
    assert!(!world.room.shows_writing(SeatNo(4)));
    world.ok(2, SessionCommand::Pause { message: None });
    assert!(!world.room.shows_writing(SeatNo(1)));
}

#[test]
fn a_removed_host_is_not_told_by_whom() {
    let mut world = round_of(Order::GoRound);
    world.remove(1, 2);
    let last = world.frames[&SeatNo(2)].last().unwrap();
    assert!(last.contains("you_were_removed"), "{last}");
    assert!(!world.frames[&SeatNo(2)].iter().any(|frame| frame.contains("barred")));
    assert!(world.frames[&SeatNo(1)].last().unwrap().contains("barred"));
}

#[test]
fn a_command_that_changes_nothing_is_remembered_too() {
    let mut world = round_of(Order::Hands);
    world.ok(3, QueueCommand::Raise {});
    let again = world.ok(4, QueueCommand::Raise {});
    let nothing = world.ok(4, QueueCommand::Raise {});
    assert!(again[0].room.is_some() && nothing[0].room.is_none());
    let cause = nothing[0].cause.unwrap();
    assert!(world.room.remembered(cause.seat, cause.id).is_some());
}

#[test]
fn sixty_four_commands_are_remembered_with_what_they_said() {
    let mut world = round_of(Order::Hands);
    let ids: Vec<_> = (0..65)
        .map(|n| {
            let stance = if n % 2 == 0 { Stance::Listening } else { Stance::Sharing };
            world.pass_time(SIGNAL_EVERY_MS);
            world.ok(4, PresenceCommand::Stance { stance })[0].cause.unwrap().id
        })
        .collect();
    assert!(world.room.remembered(SeatNo(4), ids[0]).is_none());
    let remembered = world.room.remembered(SeatNo(4), ids[1]).unwrap();
    let sharing = Command::from(PresenceCommand::Stance { stance: Stance::Sharing });
    assert_eq!(remembered.digest, sharing.digest());
}

#[test]
fn a_key_that_belongs_to_another_seat_is_refused() {
    let mut world = round_of(Order::GoRound);
    let key = hearth_protocol::keys::KeyHash::from_bytes([2; 32]);
    let change = Input::ChangeKey { seat: SeatNo(3), key };
    assert_eq!(world.act(&change).unwrap_err(), RefusalCode::KeyTaken);
}
