//! Lines that break without a word.

use hearth_protocol::api::LinkRole;
use hearth_protocol::{Command, Presence, Settings};
use hearth_tests::company::{Member, circle};
use hearth_tests::house::House;
use std::time::{Duration, Instant};

/// A ping after 3 s of quiet, where the seat has the token; 5 s for its answer; and some room.
const SEEN_WITHIN: Duration = Duration::from_secs(12);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_whose_line_is_dead_without_a_close_is_seen_as_away_within_seconds() {
    let house = House::with_system_clock(|_| {});
    let links = circle(&house, Settings::default()).await;
    let fay = Member::comes_in(&links, LinkRole::Facilitator, "Fay").await;
    let ana = Member::comes_in(&links, LinkRole::Participant, "Ana").await;
    let open = serde_json::json!({ "open_round": { "start": { "seat": ana.client.seat() } } });
    fay.does(serde_json::from_value(open).unwrap()).await;
    let seat = ana.client.seat();
    ana.client.wait_for(SEEN_WITHIN, |view| view.is_offered_to_me()).await.unwrap();
    ana.does(Command::Take { r#move: ana.client.current_move() }).await;
    // Her socket stays open, and nothing in it is read any more: no ping is answered.
    ana.client.set_reading(false).await.unwrap();
    let began = Instant::now();
    let away = |view: &hearth_client::View| {
        view.snapshot.common.person(seat).is_some_and(|person| person.presence == Presence::Away)
    };
    fay.client.wait_for(SEEN_WITHIN, away).await.expect("she is seen as away");
    assert!(began.elapsed() > Duration::from_secs(2), "nobody is away after a moment's quiet");
    assert_eq!(fay.client.view().flow().token.holder(), Some(seat), "the turn waits");
}
