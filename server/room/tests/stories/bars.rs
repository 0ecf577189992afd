//! Bars: who was removed, for how long, and what the circle keeps of it.

use super::*;
use hearth_protocol::limits::BARS_MAX;
use hearth_protocol::moderation::{BarUntil, ModerationFact};
use hearth_protocol::{BarId, Fact};
use hearth_room::{EarlierBar, Effect};
use uuid::Uuid;

#[test]
fn a_bar_that_lasts_belongs_to_the_circle_and_one_for_the_session_does_not() {
    let effects =
        |rows: &[Row]| rows.iter().flat_map(|row| row.effects.clone()).collect::<Vec<_>>();
    let kept = |rows: &[Row]| {
        let all = effects(rows).into_iter();
        all.filter(|effect| matches!(effect, Effect::Bar { .. } | Effect::LiftBar(_))).count()
    };
    let remove = |until| ModerationCommand::Remove { seat: SeatNo(3), until };
    let mut world = round_of(Order::GoRound);
    assert_eq!(kept(&world.remove(1, 3)), 0);
    assert_eq!(kept(&world.lift_bar(1, 3)), 0);
    world.remove(1, 3);
    let longer = world.ok(1, remove(Some(BarUntil::Lifted)));
    assert_eq!(kept(&longer), 1, "it outlasts the session now");
    let gone = |effect: &Effect| matches!(effect, Effect::Disconnect { .. });
    assert!(!effects(&longer).iter().any(gone), "they had gone already");
    assert_eq!(kept(&world.ok(1, remove(Some(BarUntil::Lifted)))), 0);
    assert_eq!(kept(&world.ok(1, remove(None))), 1, "and now only the session");
    world.ok(1, remove(Some(BarUntil::Lifted)));
    let by = SeatNo(1);
    let bar = world.bar_of(SeatNo(3)).unwrap();
    let told = world.lift_bar(1, 3);
    assert_eq!(kept(&told), 1);
    let hosts = told[0].hosts.as_ref().unwrap().facts.as_ref().unwrap();
    let lifted = ModerationFact::BarLifted { bar, seat: Some(SeatNo(3)), by };
    assert_eq!(hosts.get(), serde_json::to_string(&[Fact::from(lifted)]).unwrap());
    assert_eq!(world.ok(1, ModerationCommand::LiftBar { bar }).len(), 1, "it is remembered");
}

#[test]
fn a_circle_keeps_a_bounded_number_of_bars() {
    let earlier = |n: usize| EarlierBar {
        id: BarId(Uuid::from_u128(n as u128)),
        name: text(&format!("Person {n}")),
        at: 1,
    };
    let bars = (1..BARS_MAX).map(earlier).collect();
    let mut world = World::open_with_bars(Settings::default(), bars).joined_by(&HOSTED);
    let remove = |seat, until| ModerationCommand::Remove { seat: SeatNo(seat), until };
    world.ok(1, remove(3, Some(BarUntil::Lifted)));
    assert_eq!(refused(&mut world, 1, remove(4, Some(BarUntil::Lifted))), RefusalCode::Full);
    world.ok(1, remove(4, None));
    assert_eq!(refused(&mut world, 1, remove(4, Some(BarUntil::Lifted))), RefusalCode::Full);
    world.ok(1, ModerationCommand::LiftBar { bar: BarId(Uuid::from_u128(7)) });
    world.ok(1, remove(4, Some(BarUntil::Lifted)));
}
