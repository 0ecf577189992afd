//! What people live through in a circle, rule by rule, without a socket.
#![allow(clippy::unwrap_used, reason = "tests panic on a broken expectation")]

mod support;

use hearth_protocol::round::{HandsBy, Start, TurnLimit};
use hearth_protocol::{
    Command, Order, Phase, RefusalCode, Role, SeatNo, Settings, Stance, Timer, Token,
};
use hearth_room::Act;
use support::{NODE, World, facts, text};

const STAFFED: [Role; 4] =
    [Role::Facilitator, Role::Moderator, Role::Participant, Role::Participant];

fn open_round(order: Order) -> Command {
    Command::OpenRound {
        prompt: Some(text("What brought you here?")),
        order: Some(order),
        hands_by: None,
        advance: None,
        limit: None,
        start: Start::Facilitator,
        slow_ms: None,
        closing: false,
    }
}

fn round_of(order: Order) -> World {
    let mut world = World::with(Settings::default(), &STAFFED);
    world.ok(1, open_round(order));
    world
}

fn take(world: &mut World, seat: u16) -> Vec<hearth_room::Recorded> {
    let r#move = world.mv();
    world.ok(seat, Command::Take { r#move })
}

fn share(world: &mut World, seat: u16) {
    let r#move = world.mv();
    world.ok(seat, Command::Share { r#move, text: text("I am here") });
}

fn done(world: &mut World, seat: u16) -> Vec<hearth_room::Recorded> {
    let r#move = world.mv();
    world.ok(seat, Command::Done { r#move, to: None })
}

fn turn(world: &mut World, seat: u16) {
    take(world, seat);
    share(world, seat);
    done(world, seat);
}

fn refused(world: &mut World, seat: u16, command: Command) -> RefusalCode {
    world.command(SeatNo(seat), command).unwrap_err().code
}

fn drop_line(world: &mut World, seat: u16) {
    world.act(&Act::Lost { seat: SeatNo(seat) }).unwrap();
}

fn come_back(world: &mut World, seat: u16) {
    world.act(&Act::Return { seat: SeatNo(seat), node: NODE }).unwrap();
}

fn offered(world: &World) -> Option<u16> {
    world.token().offered().map(|seat| seat.0)
}

fn holder(world: &World) -> Option<u16> {
    world.token().holder().map(|seat| seat.0)
}

#[test]
fn a_go_round_offers_each_once_in_the_order_of_seats() {
    let mut world = round_of(Order::GoRound);
    for seat in 1..=4 {
        assert_eq!(offered(&world), Some(seat));
        turn(&mut world, seat);
    }
    assert!(world.room.common().flow.complete);
    assert_eq!(world.room.common().flow.heard.len(), 4);
}

#[test]
fn who_says_later_is_asked_again_behind_all_who_wait_and_a_second_later_is_a_pass() {
    let mut world = round_of(Order::GoRound);
    let r#move = world.mv();
    world.ok(1, Command::Later { r#move });
    for seat in 2..=4 {
        turn(&mut world, seat);
    }
    assert_eq!(offered(&world), Some(1));
    let r#move = world.mv();
    let told = facts(&world.ok(1, Command::Later { r#move }));
    assert_eq!(told, ["passed 1"]);
    assert!(world.room.common().flow.complete);
}

#[test]
fn only_the_holders_words_are_shares() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    let r#move = world.mv();
    let share = Command::Share { r#move, text: text("me too") };
    assert_eq!(refused(&mut world, 3, share), RefusalCode::NotYourTurn);
    let stale = Command::Share { r#move: r#move - 1, text: text("late") };
    assert_eq!(refused(&mut world, 1, stale), RefusalCode::StaleMove);
}

#[test]
fn a_double_click_on_skip_skips_nobody() {
    let mut world = round_of(Order::GoRound);
    let r#move = world.mv();
    world.ok(1, Command::Skip { r#move });
    assert_eq!(refused(&mut world, 1, Command::Skip { r#move }), RefusalCode::StaleMove);
    assert_eq!(offered(&world), Some(2));
}

#[test]
fn a_holder_whose_line_drops_keeps_the_turn_for_a_while_and_then_the_token_moves_on() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    drop_line(&mut world, 1);
    world.pass_time(89_000);
    come_back(&mut world, 1);
    assert_eq!(holder(&world), Some(1));
    share(&mut world, 1);
    drop_line(&mut world, 1);
    world.pass_time(90_000);
    assert_eq!(offered(&world), Some(2));
    assert_eq!(world.room.common().flow.heard, [SeatNo(1)]);
}

#[test]
fn an_empty_turn_that_was_cut_off_is_later_and_offered_again_on_return() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    drop_line(&mut world, 1);
    world.pass_time(90_000);
    for seat in 2..=4 {
        turn(&mut world, seat);
    }
    assert!(world.room.common().flow.complete, "only the absent remain");
    come_back(&mut world, 1);
    assert_eq!(offered(&world), Some(1));
}

#[test]
fn an_offer_nobody_answers_becomes_later_and_dropping_gives_no_second_grace() {
    let mut world = round_of(Order::GoRound);
    world.pass_time(60_000);
    drop_line(&mut world, 1);
    world.pass_time(29_999);
    assert_eq!(offered(&world), Some(1));
    world.pass_time(1);
    assert_eq!(offered(&world), Some(2));
    assert_eq!(world.room.common().flow.later, [SeatNo(1)]);
}

#[test]
fn writing_renews_the_wait_for_an_answer() {
    let mut world = round_of(Order::GoRound);
    world.pass_time(80_000);
    world.act(&Act::Writing { seat: SeatNo(1) }).unwrap();
    world.pass_time(89_000);
    assert_eq!(offered(&world), Some(1));
    let told = world.act(&Act::Writing { seat: SeatNo(2) }).unwrap();
    assert!(told.is_empty(), "somebody else's writing moves nothing");
}

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
fn popcorn_gives_the_unheard_the_first_reach() {
    let mut world = round_of(Order::Popcorn);
    turn(&mut world, 3);
    assert!(matches!(world.token(), Token::Centre { first_reach: Some(Timer::Until(_)) }));
    let r#move = world.mv();
    assert_eq!(refused(&mut world, 3, Command::Take { r#move }), RefusalCode::NotFree);
    world.pass_time(90_000);
    take(&mut world, 3);
    let r#move = world.mv();
    world.ok(3, Command::Done { r#move, to: Some(SeatNo(4)) });
    assert_eq!(offered(&world), Some(4));
    let r#move = world.mv();
    world.ok(4, Command::Pass { r#move });
    assert!(world.room.common().flow.passed.is_empty(), "a named pass is not for the round");
    world.ok(4, Command::SitOut {});
    assert_eq!(world.room.common().flow.passed, [SeatNo(4)]);
}

#[test]
fn hands_serve_whoever_had_no_turn_first() {
    let mut world = round_of(Order::Hands);
    world.ok(3, Command::Raise {});
    assert_eq!(offered(&world), Some(3));
    turn(&mut world, 3);
    world.ok(4, Command::Raise {});
    take(&mut world, 4);
    world.ok(3, Command::Raise {});
    world.ok(2, Command::Raise {});
    share(&mut world, 4);
    done(&mut world, 4);
    assert_eq!(offered(&world), Some(2), "a second turn waits until every hand had one");
    turn(&mut world, 2);
    assert_eq!(offered(&world), Some(3));
}

#[test]
fn changing_the_order_keeps_the_turn_and_turns_laters_into_hands() {
    let mut world = round_of(Order::GoRound);
    let r#move = world.mv();
    world.ok(1, Command::Later { r#move });
    take(&mut world, 2);
    let change = Command::SetOrder {
        order: Order::Hands,
        hands_by: Some(HandsBy::FirstCome),
        advance: None,
    };
    world.ok(1, change);
    assert_eq!(holder(&world), Some(2));
    share(&mut world, 2);
    done(&mut world, 2);
    assert_eq!(offered(&world), Some(1));
}

#[test]
fn a_firm_limit_moves_the_token_on_and_writing_at_its_end_extends_it_once() {
    let mut world = World::with(Settings::default(), &STAFFED);
    let limit = Some(TurnLimit { ms: 60_000, firm: true });
    let Command::OpenRound { prompt, order, hands_by, advance, start, slow_ms, closing, .. } =
        open_round(Order::GoRound)
    else {
        unreachable!()
    };
    world.ok(
        1,
        Command::OpenRound { limit, prompt, order, hands_by, advance, start, slow_ms, closing },
    );
    take(&mut world, 1);
    world.pass_time(55_000);
    world.act(&Act::Writing { seat: SeatNo(1) }).unwrap();
    world.pass_time(64_000);
    assert_eq!(holder(&world), Some(1));
    world.act(&Act::Writing { seat: SeatNo(1) }).unwrap();
    world.pass_time(1_000);
    assert_eq!(offered(&world), Some(2));
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
fn a_share_can_be_taken_back_for_ten_seconds_and_still_counts_as_heard() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    share(&mut world, 1);
    let said = world.screens[&SeatNo(2)].said[0].words.id;
    assert_eq!(refused(&mut world, 2, Command::TakeBack { said }), RefusalCode::NotAllowed);
    world.pass_time(10_000);
    world.ok(1, Command::TakeBack { said });
    assert!(world.screens[&SeatNo(2)].said[0].taken_back);
    done(&mut world, 1);
    assert_eq!(world.room.common().flow.heard, [SeatNo(1)]);
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
fn a_facilitator_may_reorder_who_waits_and_anyone_may_step_back() {
    let mut world = round_of(Order::GoRound);
    world.ok(1, Command::Reorder { waiting: vec![SeatNo(4), SeatNo(2)] });
    assert_eq!(world.room.common().flow.waiting, [SeatNo(4), SeatNo(2), SeatNo(3)]);
    world.ok(4, Command::StepBack {});
    assert_eq!(world.room.common().flow.waiting, [SeatNo(2), SeatNo(4), SeatNo(3)]);
}

#[test]
fn the_facilitator_takes_the_token_back_and_the_order_waits_for_their_word() {
    let mut world = round_of(Order::GoRound);
    let r#move = world.mv();
    world.ok(1, Command::Reclaim { r#move });
    assert!(world.room.common().flow.halted);
    let r#move = world.mv();
    world.ok(1, Command::Offer { r#move, seat: SeatNo(4) });
    turn(&mut world, 4);
    assert_eq!(offered(&world), None, "the order stays halted");
    let r#move = world.mv();
    world.ok(1, Command::GoOn { r#move });
    assert_eq!(offered(&world), Some(1));
}

#[test]
fn in_the_facilitators_order_the_token_returns_to_the_centre_each_time() {
    let mut world = round_of(Order::Facilitator);
    for seat in [3, 2] {
        let r#move = world.mv();
        world.ok(1, Command::Offer { r#move, seat: SeatNo(seat) });
        turn(&mut world, seat);
        assert_eq!(world.token(), &Token::CENTRE);
    }
    let r#move = world.mv();
    let reach = Command::Take { r#move };
    assert_eq!(refused(&mut world, 4, reach), RefusalCode::NotFree);
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
fn a_further_later_is_a_pass_even_after_taking_the_turn() {
    let mut world = round_of(Order::GoRound);
    let r#move = world.mv();
    world.ok(1, Command::Later { r#move });
    for seat in 2..=4 {
        turn(&mut world, seat);
    }
    take(&mut world, 1);
    let r#move = world.mv();
    world.ok(1, Command::Later { r#move });
    assert!(world.room.common().flow.complete, "nobody keeps a round open for ever");
    assert_eq!(world.room.common().flow.passed, [SeatNo(1)]);
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
