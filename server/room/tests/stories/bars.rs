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
    let shorter = world.ok(1, remove(Some(BarUntil::SessionEnd)));
    assert_eq!(kept(&shorter), 1, "and now only the session");
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
fn of_two_hosts_who_remove_someone_at_once_neither_shortens_the_others_bar() {
    let mut world = World::with(Settings::default(), &[Role::Facilitator; 3]);
    world.ok(1, ModerationCommand::Remove { seat: SeatNo(3), until: Some(BarUntil::Lifted) });
    let told = world.remove(2, 3);
    assert!(told.iter().all(|row| row.hosts.is_none()), "nothing changes");
    let bar = world.bar_of(SeatNo(3)).unwrap();
    let bar = &world.room.hosts_view().bars.get(bar).unwrap().clone();
    assert_eq!((bar.until, bar.by), (BarUntil::Lifted, Some(SeatNo(1))));
    let shorter = ModerationCommand::Remove { seat: SeatNo(3), until: Some(BarUntil::SessionEnd) };
    world.ok(2, shorter);
    let bar = world.bar_of(SeatNo(3)).unwrap();
    assert_eq!(world.room.hosts_view().bars.get(bar).unwrap().by, Some(SeatNo(1)));
}

#[test]
fn a_moderator_cannot_let_a_host_back_in_whom_a_facilitator_removed() {
    let roles = [Role::Facilitator, Role::Moderator, Role::Moderator, Role::Participant];
    let mut world = World::with(Settings::default(), &roles);
    world.remove(1, 3);
    world.remove(1, 4);
    let lift = |world: &World, seat| ModerationCommand::LiftBar {
        bar: world.bar_of(SeatNo(seat)).unwrap(),
    };
    let host = lift(&world, 3);
    assert_eq!(refused(&mut world, 2, host), RefusalCode::Outranked);
    let member = lift(&world, 4);
    world.ok(2, member);
}

#[test]
fn hosts_are_told_that_a_bar_of_an_earlier_session_is_lifted_and_nobody_else_is() {
    let id = BarId(Uuid::from_u128(9));
    let earlier = EarlierBar { id, name: text("Robin"), at: 1 };
    let mut world = World::open_with_bars(Settings::default(), vec![earlier]).joined_by(&HOSTED);
    let told = world.ok(2, ModerationCommand::LiftBar { bar: id });
    assert!(told[0].room.is_none() && told[0].own.is_empty());
    let facts = told[0].hosts.as_ref().unwrap().facts.as_ref().unwrap();
    let lifted = ModerationFact::BarLifted { bar: id, seat: None, by: SeatNo(2) };
    assert_eq!(facts.get(), serde_json::to_string(&[Fact::from(lifted)]).unwrap());
    assert_eq!(told[0].effects, [Effect::LiftBar(id)]);
    for member in [3, 4] {
        assert!(!world.frames[&SeatNo(member)].iter().any(|frame| frame.contains("Robin")));
    }
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
