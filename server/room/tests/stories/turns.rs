//! How the turn moves, and how it ends.

use super::*;
use hearth_protocol::settings::Offers;

#[test]
fn a_go_round_offers_each_once_in_the_order_of_seats() {
    let mut world = round_of(Order::GoRound);
    for seat in 1..=4 {
        assert_eq!(offered(&world), Some(seat));
        turn(&mut world, seat);
    }
    assert!(world.queue().complete);
    assert_eq!(world.heard().len(), 4);
}

#[test]
fn someone_who_says_later_is_asked_again_behind_all_who_wait_and_a_second_later_is_a_pass() {
    let mut world = round_of(Order::GoRound);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Later { turn_id });
    for seat in 2..=4 {
        turn(&mut world, seat);
    }
    assert_eq!(offered(&world), Some(1));
    let turn_id = world.turn_id();
    let told = facts(&world.ok(1, TurnCommand::Later { turn_id }));
    assert_eq!(told, ["passed 1"]);
    assert!(world.queue().complete);
}

#[test]
fn only_the_holders_words_are_shares() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    let turn_id = world.turn_id();
    let share = MessageCommand::Share { turn_id, text: text("me too") };
    assert_eq!(refused(&mut world, 3, share), RefusalCode::NotYourTurn);
    let stale = MessageCommand::Share { turn_id: turn_id - 1, text: text("late") };
    assert_eq!(refused(&mut world, 1, stale), RefusalCode::StaleTurn);
}

#[test]
fn a_double_click_on_skip_skips_nobody() {
    let mut world = round_of(Order::GoRound);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Skip { turn_id });
    assert_eq!(refused(&mut world, 1, TurnCommand::Skip { turn_id }), RefusalCode::StaleTurn);
    assert_eq!(offered(&world), Some(2));
}

#[test]
fn a_holder_whose_connection_drops_keeps_the_turn_for_a_while_and_then_the_token_moves_on() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    disconnect(&mut world, 1);
    world.pass_time(89_000);
    reconnect(&mut world, 1);
    assert_eq!(holder(&world), Some(1));
    share(&mut world, 1);
    disconnect(&mut world, 1);
    world.pass_time(90_000);
    assert_eq!(offered(&world), Some(2));
    assert_eq!(world.heard(), [SeatNo(1)]);
}

#[test]
fn an_empty_turn_that_was_cut_off_is_later_and_offered_again_on_return() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    disconnect(&mut world, 1);
    world.pass_time(90_000);
    for seat in 2..=4 {
        turn(&mut world, seat);
    }
    assert!(world.queue().complete, "only the absent remain");
    reconnect(&mut world, 1);
    assert_eq!(offered(&world), Some(1));
}

#[test]
fn an_offer_nobody_answers_becomes_later_and_dropping_gives_no_second_grace() {
    let mut world = round_of(Order::GoRound);
    world.pass_time(60_000);
    disconnect(&mut world, 1);
    world.pass_time(29_999);
    assert_eq!(offered(&world), Some(1));
    world.pass_time(1);
    assert_eq!(offered(&world), Some(2));
    assert_eq!(world.later(), [SeatNo(1)]);
}

#[test]
fn writing_renews_the_wait_for_an_answer() {
    let mut world = round_of(Order::GoRound);
    world.pass_time(80_000);
    world.act(&Input::Writing { seat: SeatNo(1) }).unwrap();
    world.pass_time(89_000);
    assert_eq!(offered(&world), Some(1));
    let told = world.act(&Input::Writing { seat: SeatNo(2) }).unwrap();
    assert!(told.is_empty(), "someone else's typing changes nothing");
}

#[test]
fn popcorn_gives_the_unheard_the_first_reach() {
    let mut world = round_of(Order::Popcorn);
    turn(&mut world, 3);
    assert!(matches!(world.token(), Token::Centre { first_reach: Some(Timer::Until(_)) }));
    let turn_id = world.turn_id();
    assert_eq!(refused(&mut world, 3, TurnCommand::Take { turn_id }), RefusalCode::NotFree);
    world.pass_time(90_000);
    take(&mut world, 3);
    let turn_id = world.turn_id();
    world.ok(3, TurnCommand::Finish { turn_id, to: Some(SeatNo(4)) });
    assert_eq!(offered(&world), Some(4));
    let turn_id = world.turn_id();
    world.ok(4, TurnCommand::Pass { turn_id });
    assert_eq!(world.passed(), [SeatNo(4)], "a pass means the same in every order");
    assert!(!world.waiting().contains(&SeatNo(4)));
    world.ok(2, QueueCommand::SitOut {});
    assert_eq!(world.passed(), [SeatNo(2), SeatNo(4)]);
}

#[test]
fn hands_serve_people_without_a_turn_first() {
    let mut world = round_of(Order::Hands);
    world.ok(3, QueueCommand::Raise {});
    assert_eq!(offered(&world), Some(3));
    turn(&mut world, 3);
    world.ok(4, QueueCommand::Raise {});
    take(&mut world, 4);
    world.ok(3, QueueCommand::Raise {});
    world.ok(2, QueueCommand::Raise {});
    share(&mut world, 4);
    finish(&mut world, 4);
    assert_eq!(offered(&world), Some(2), "a second turn waits until every hand had one");
    turn(&mut world, 2);
    assert_eq!(offered(&world), Some(3));
}

#[test]
fn changing_the_order_keeps_the_turn_and_turns_laters_into_hands() {
    let mut world = round_of(Order::GoRound);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Later { turn_id });
    take(&mut world, 2);
    let change = RoundCommand::SetOrder {
        order: Order::Hands,
        hands_by: Some(HandsBy::FirstCome),
        advance: None,
    };
    world.ok(1, change);
    assert_eq!(holder(&world), Some(2));
    share(&mut world, 2);
    finish(&mut world, 2);
    assert_eq!(offered(&world), Some(1));
}

#[test]
fn a_firm_limit_moves_the_token_on_and_writing_at_its_end_extends_it_once() {
    let mut world = World::with(Settings::default(), &HOSTED);
    let limit = Some(TurnLimit { ms: 60_000, firm: true });
    world.ok(1, open_round_with(Order::GoRound, limit, false));
    take(&mut world, 1);
    world.pass_time(55_000);
    world.act(&Input::Writing { seat: SeatNo(1) }).unwrap();
    world.pass_time(64_000);
    assert_eq!(holder(&world), Some(1));
    world.act(&Input::Writing { seat: SeatNo(1) }).unwrap();
    world.pass_time(1_000);
    assert_eq!(offered(&world), Some(2));
}

#[test]
fn a_round_opened_without_limit_has_none_from_its_first_turn_whatever_the_circle_has() {
    let limit = Some(TurnLimit { ms: 60_000, firm: true });
    let settings = Settings { limit: limit.clone(), offers: Offers::AtOnce, ..Settings::default() };
    let mut world = World::with(settings, &HOSTED);
    let both = open_round_with(Order::GoRound, limit, true);
    assert_eq!(refused(&mut world, 2, both), RefusalCode::Malformed);
    world.ok(2, open_round_with(Order::GoRound, None, true));
    world.pass_time(600_000);
    assert_eq!(holder(&world), Some(2), "nobody is cut off");
    world.ok(2, RoundCommand::CloseRound {});
    world.ok(2, open_round(Order::GoRound));
    world.pass_time(60_000);
    assert_eq!(holder(&world), Some(3), "the next round has the circle's limit again");
}

#[test]
fn a_share_can_be_taken_back_for_ten_seconds_and_still_counts_as_heard() {
    let mut world = round_of(Order::GoRound);
    take(&mut world, 1);
    share(&mut world, 1);
    let message = world.last_message(SeatNo(2)).unwrap();
    let take_back = MessageCommand::TakeBack { message };
    assert_eq!(refused(&mut world, 2, take_back.clone()), RefusalCode::NotAllowed);
    world.pass_time(10_000);
    world.ok(1, take_back);
    let screen = &world.screens[&SeatNo(2)];
    let tombstone = screen.messages.get(message).unwrap();
    assert!(tombstone.taken_back);
    assert_eq!(screen.text(tombstone.text), None, "its words are gone from the screen");
    finish(&mut world, 1);
    assert_eq!(world.heard(), [SeatNo(1)]);
}

#[test]
fn a_facilitator_may_reorder_who_waits_and_anyone_may_step_back() {
    let mut world = round_of(Order::GoRound);
    world.ok(1, QueueCommand::Reorder { waiting: vec![SeatNo(4), SeatNo(2)] });
    assert_eq!(world.waiting(), [SeatNo(4), SeatNo(2), SeatNo(3)]);
    world.ok(4, QueueCommand::StepBack {});
    assert_eq!(world.waiting(), [SeatNo(2), SeatNo(4), SeatNo(3)]);
}

#[test]
fn the_facilitator_takes_the_token_back_and_the_order_waits_for_them() {
    let mut world = round_of(Order::GoRound);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Reclaim { turn_id });
    assert!(world.queue().halted);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Offer { turn_id, seat: SeatNo(4) });
    turn(&mut world, 4);
    assert_eq!(offered(&world), None, "the order stays halted");
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::ResumeOrder { turn_id });
    assert_eq!(offered(&world), Some(1));
}

#[test]
fn in_the_facilitators_order_the_token_returns_to_the_centre_each_time() {
    let mut world = round_of(Order::Facilitator);
    for seat in [3, 2] {
        let turn_id = world.turn_id();
        world.ok(1, TurnCommand::Offer { turn_id, seat: SeatNo(seat) });
        turn(&mut world, seat);
        assert_eq!(world.token(), &Token::CENTRE);
    }
    let turn_id = world.turn_id();
    let reach = TurnCommand::Take { turn_id };
    assert_eq!(refused(&mut world, 4, reach), RefusalCode::NotFree);
}

#[test]
fn a_further_later_is_a_pass_even_after_taking_the_turn() {
    let mut world = round_of(Order::GoRound);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Later { turn_id });
    for seat in 2..=4 {
        turn(&mut world, seat);
    }
    take(&mut world, 1);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Later { turn_id });
    assert!(world.queue().complete, "nobody keeps a round open forever");
    assert_eq!(world.passed(), [SeatNo(1)]);
}
