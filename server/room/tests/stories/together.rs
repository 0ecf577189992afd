//! How people are here together: safety, coming and going, pauses and the end, words.

use super::*;

#[test]
fn a_muted_holder_gives_up_the_token_at_once_and_only_they_and_staff_are_told() {
    let mut world = round_of(Order::GoRound);
    turn(&mut world, 1);
    turn(&mut world, 2);
    take(&mut world, 3);
    let told = world.ok(2, Command::Mute { seat: SeatNo(3), for_ms: Some(60_000) });
    assert_eq!(facts(&told), ["turn_ended 3", "offered 4"]);
    assert!(world.screens[&SeatNo(3)].own.muted.is_some());
    assert!(world.screens[&SeatNo(4)].board.is_none());
    assert!(world.screens[&SeatNo(4)].own.muted.is_none());
    turn(&mut world, 4);
    assert!(world.room.common().flow.complete);
    world.pass_time(60_000);
    assert_eq!(offered(&world), Some(3), "a mute keeps one's place");
}

#[test]
fn who_is_removed_while_offered_is_gone_and_can_be_brought_back() {
    let mut world = round_of(Order::GoRound);
    turn(&mut world, 1);
    turn(&mut world, 2);
    let told = world.ok(1, Command::Remove { seat: SeatNo(3) });
    assert_eq!(facts(&told), ["offer_ended 3", "left 3", "offered 4"]);
    let back = Act::Return { seat: SeatNo(3), node: NODE };
    assert_eq!(world.act(&back).unwrap_err().code, RefusalCode::NotAllowed);
    world.ok(1, Command::Restore { seat: SeatNo(3) });
    world.act(&back).unwrap();
    turn(&mut world, 4);
    assert_eq!(offered(&world), Some(3));
}

#[test]
fn the_last_facilitator_cannot_be_removed_or_made_something_else() {
    let mut world = round_of(Order::GoRound);
    let role = Command::SetRole { seat: SeatNo(1), role: Role::Participant };
    assert_eq!(refused(&mut world, 1, role.clone()), RefusalCode::LastFacilitator);
    world.ok(1, Command::SetRole { seat: SeatNo(2), role: Role::Facilitator });
    world.ok(1, role);
    assert_eq!(
        refused(&mut world, 1, Command::Remove { seat: SeatNo(2) }),
        RefusalCode::NotAllowed
    );
}

#[test]
fn without_staff_the_room_pauses_keeps_the_turn_and_ends_if_they_stay_away() {
    let mut world = round_of(Order::GoRound);
    turn(&mut world, 1);
    turn(&mut world, 2);
    take(&mut world, 3);
    drop_line(&mut world, 1);
    drop_line(&mut world, 2);
    world.pass_time(60_000);
    assert!(world.paused_for_want_of_staff());
    let r#move = world.mv();
    let words = Command::Share { r#move, text: text("alone") };
    assert_eq!(refused(&mut world, 3, words.clone()), RefusalCode::NoStaff);
    come_back(&mut world, 2);
    world.ok(3, words);
    drop_line(&mut world, 2);
    world.pass_time(60_000 + 600_000);
    assert_eq!(world.room.common().phase, Phase::Ended);
}

#[test]
fn an_empty_room_stops_its_clocks_and_ends_after_half_an_hour() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    for seat in 1..=4 {
        drop_line(&mut world, seat);
    }
    world.pass_time(1_799_000);
    come_back(&mut world, 3);
    assert_eq!(holder(&world), Some(1), "the grace stood still while nobody was there");
    drop_line(&mut world, 3);
    world.pass_time(1_800_000);
    assert_eq!(world.room.common().phase, Phase::Ended);
}

#[test]
fn an_end_can_be_undone_for_two_minutes_in_which_clocks_stop() {
    let mut world = round_of(Order::GoRound);
    world.pass_time(80_000);
    world.ok(1, Command::End {});
    world.pass_time(119_000);
    world.ok(2, Command::UndoEnd {});
    assert_eq!(offered(&world), Some(1));
    world.pass_time(9_999);
    assert_eq!(offered(&world), Some(1));
    world.ok(1, Command::End {});
    world.pass_time(120_000);
    assert_eq!(world.room.common().phase, Phase::Ended);
}

#[test]
fn after_a_stop_of_the_server_the_clocks_start_afresh_with_the_first_who_returns() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    world.pass_time(10_000);
    world.act(&Act::Wake { node: NODE }).unwrap();
    world.pass_time(600_000);
    come_back(&mut world, 2);
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
    assert!(world.screens[&late].said.is_empty());
    for seat in 2..=4 {
        turn(&mut world, seat);
    }
    assert!(world.room.common().flow.complete);
    assert_eq!(world.screens[&late].said.len(), 3);
}

#[test]
fn the_floor_is_open_while_people_gather_in_the_presence_of_staff() {
    let mut world = World::with(Settings::default(), &STAFFED);
    let r#move = world.mv();
    let hello = Command::Say { r#move, text: text("hello") };
    world.ok(4, hello.clone());
    drop_line(&mut world, 1);
    drop_line(&mut world, 2);
    assert_eq!(refused(&mut world, 4, hello), RefusalCode::NoStaff);
}

#[test]
fn listening_is_a_pass_for_whoever_has_the_token() {
    let mut world = round_of(Order::GoRound);
    let told = world.ok(1, Command::Stance { stance: Stance::Listening });
    assert_eq!(facts(&told), ["offer_ended 1", "stance 1", "offered 2"]);
    assert_eq!(world.room.common().flow.passed, [SeatNo(1)]);
}

#[test]
fn a_command_done_is_remembered_with_its_answer() {
    let mut world = round_of(Order::GoRound);
    let records = take(&mut world, 1);
    let cause = records.last().unwrap().cause.unwrap();
    assert_eq!(world.room.remembered(cause.seat, cause.id).unwrap().at, world.now);
    assert!(world.room.remembered(SeatNo(2), cause.id).is_none());
}

#[test]
fn a_mute_does_not_show_in_who_waits_until_their_time_comes() {
    let mut world = round_of(Order::GoRound);
    world.ok(2, Command::Mute { seat: SeatNo(3), for_ms: None });
    turn(&mut world, 1);
    assert_eq!(world.screens[&SeatNo(4)].common.flow.waiting, [SeatNo(3), SeatNo(4)]);
    assert_eq!(world.screens[&SeatNo(4)].common.flow.next, Some(SeatNo(3)));
    turn(&mut world, 2);
    assert_eq!(offered(&world), Some(4), "they are passed over when their time comes");
}

#[test]
fn who_is_made_a_listener_gives_up_the_token() {
    let mut world = round_of(Order::GoRound);
    turn(&mut world, 1);
    take(&mut world, 2);
    let told = world.ok(1, Command::SetRole { seat: SeatNo(2), role: Role::Listener });
    assert_eq!(facts(&told), ["turn_ended 2", "role 2", "offered 3"]);
    assert!(world.screens[&SeatNo(2)].board.is_none(), "and sees no more what staff see");
    let words = Command::Say { r#move: world.mv(), text: text("but") };
    assert_eq!(refused(&mut world, 2, words), RefusalCode::Listening);
}

#[test]
fn who_speaks_too_often_on_a_slow_floor_is_asked_to_wait() {
    let settings = Settings { slow_ms: 10_000, ..Settings::default() };
    let mut world = World::with(settings, &STAFFED);
    let say = Command::Say { r#move: 0, text: text("hello") };
    world.ok(3, say.clone());
    world.pass_time(9_999);
    assert_eq!(refused(&mut world, 3, say.clone()), RefusalCode::SlowDown);
    world.ok(4, say.clone());
    world.pass_time(1);
    world.ok(3, say);
}

#[test]
fn a_pause_of_staff_stands_again_when_they_return() {
    let mut world = round_of(Order::GoRound);
    world.ok(1, Command::Pause { message: Some(text("a breath")) });
    drop_line(&mut world, 1);
    drop_line(&mut world, 2);
    world.pass_time(60_000);
    assert!(world.paused_for_want_of_staff());
    come_back(&mut world, 2);
    assert!(world.room.common().paused.is_some() && !world.paused_for_want_of_staff());
    world.ok(2, Command::Unpause {});
    world.pass_time(89_999);
    assert_eq!(offered(&world), Some(1), "the offer has its time left");
}

#[test]
fn a_command_that_breaks_a_bound_is_refused() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    let r#move = world.mv();
    let long = Command::Share { r#move, text: text(&"x".repeat(4_001)) };
    assert_eq!(refused(&mut world, 1, long), RefusalCode::TooLong);
    let empty = Command::Share { r#move, text: text("  ") };
    assert_eq!(refused(&mut world, 1, empty), RefusalCode::Empty);
    let forever = Command::Mute { seat: SeatNo(3), for_ms: Some(u64::MAX) };
    assert_eq!(refused(&mut world, 1, forever), RefusalCode::OutOfRange);
    let limit = Some(TurnLimit { ms: 1, firm: true });
    assert_eq!(refused(&mut world, 1, Command::SetLimit { limit }), RefusalCode::OutOfRange);
    assert_eq!(
        refused(&mut world, 1, Command::Mute { seat: SeatNo(9), for_ms: None }),
        RefusalCode::NoSuchSeat
    );
}

#[test]
fn words_cannot_be_sent_under_the_id_of_other_words() {
    let mut world = World::with(Settings::default(), &STAFFED);
    world.ok(3, Command::Say { r#move: 0, text: text("mine") });
    let said = world.screens[&SeatNo(4)].said[0].words.id;
    let reused = Act::Command {
        seat: SeatNo(4),
        id: hearth_protocol::CommandId(said.0),
        command: Command::Say { r#move: 0, text: text("in its place") },
        dice: 0,
    };
    assert_eq!(world.act(&reused).unwrap_err().code, RefusalCode::Malformed);
    world.ok(3, Command::TakeBack { said });
    assert_eq!(world.act(&reused).unwrap_err().code, RefusalCode::Malformed);
}

#[test]
fn only_who_may_be_heard_is_shown_to_be_writing() {
    let mut world = World::with(Settings::default(), &STAFFED);
    let listener = world.join(Role::Listener);
    assert!(world.room.shows_writing(SeatNo(3)), "the floor is open while people gather");
    assert!(!world.room.shows_writing(listener));
    world.ok(1, Command::Mute { seat: SeatNo(3), for_ms: None });
    assert!(!world.room.shows_writing(SeatNo(3)));
    world.ok(1, open_round(Order::GoRound));
    assert!(!world.room.shows_writing(SeatNo(1)), "an offer is thought over in private");
    take(&mut world, 1);
    assert!(world.room.shows_writing(SeatNo(1)));
    assert!(!world.room.shows_writing(SeatNo(4)));
    world.ok(2, Command::Pause { message: None });
    assert!(!world.room.shows_writing(SeatNo(1)));
}

#[test]
fn who_is_removed_is_not_told_by_whom() {
    let mut world = round_of(Order::GoRound);
    let told = world.ok(1, Command::Remove { seat: SeatNo(2) });
    let place = |wanted: &str| {
        told.iter().position(|r| serde_json::to_string(&r.event).unwrap().contains(wanted))
    };
    assert!(place("\"removed\"").unwrap() < place("\"barred\"").unwrap());
}
