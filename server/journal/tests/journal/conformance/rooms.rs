//! Live rooms, deadlines, bars and snapshots.

use crate::engine::Engine;
use crate::support::{a_circle, a_room, barring, bars, batch};
use hearth_journal::{AppendError, BarChange, Batch, EraseScope, Journal, JournalError};
use hearth_protocol::BarId;
use hearth_protocol::keys::KeyHash;
use uuid::Uuid;

pub(super) async fn a_circle_has_one_live_room_and_may_open_another_after_it_ended<E: Engine>() {
    let journal = E::new();
    let circle = a_circle(&*journal).await;
    let (first, second) = (a_room(), a_room());
    journal.append(circle, first, 0, batch(0, 1)).await.unwrap();
    let refused = journal.append(circle, second, 0, batch(0, 1)).await;
    assert_eq!(refused, Err(AppendError::Conflict { head: 0 }));
    assert_eq!(journal.read(second, 0, 9).await.unwrap(), []);

    journal.append(circle, first, 1, Batch { ended: true, ..batch(1, 1) }).await.unwrap();
    assert_eq!(journal.live_room(circle).await.unwrap(), None);
    journal.append(circle, second, 0, batch(0, 1)).await.unwrap();
    assert_eq!(journal.live_room(circle).await.unwrap(), Some(second));

    // A late row of the first doesn't make it live again.
    journal.append(circle, first, 2, batch(2, 1)).await.unwrap();
    assert_eq!(journal.live_room(circle).await.unwrap(), Some(second));
}

pub(super) async fn due_rooms_are_listed_earliest_first<E: Engine>() {
    let journal = E::new();
    assert_eq!(journal.next_due().await.unwrap(), None);
    let mut rooms = Vec::new();
    for deadline in [Some(50), Some(20), None, Some(30), Some(20)] {
        let (circle, room) = (a_circle(&*journal).await, a_room());
        journal.append(circle, room, 0, Batch { deadline, ..batch(0, 1) }).await.unwrap();
        rooms.push((circle, room));
    }
    assert_eq!(journal.next_due().await.unwrap(), Some(20));
    assert_eq!(journal.due(19, None).await.unwrap(), []);
    let due = journal.due(30, None).await.unwrap();
    let found: Vec<_> = due.iter().map(|due| (due.circle, due.room, due.deadline)).collect();
    let mut expected = [(1, 20), (4, 20), (3, 30)].map(|(i, at)| (rooms[i].0, rooms[i].1, at));
    expected[..2].sort_by_key(|(_, room, _)| room.0);
    assert_eq!(found, expected);
    for place in 0..3 {
        let rest = journal.due(30, Some(due[place])).await.unwrap();
        assert_eq!(rest, due[place + 1..], "the rest follows one that was listed");
    }

    // Each batch replaces the deadline. A room that ended has none.
    let (circle, room) = rooms[1];
    journal.append(circle, room, 1, Batch { deadline: Some(90), ..batch(1, 1) }).await.unwrap();
    let (circle, room) = rooms[4];
    let end = Batch { deadline: Some(1), ended: true, ..batch(1, 1) };
    journal.append(circle, room, 1, end).await.unwrap();
    assert_eq!(journal.next_due().await.unwrap(), Some(30));
    assert_eq!(journal.due(u64::MAX, None).await.unwrap().len(), 3);
}

pub(super) async fn a_bar_stays_with_its_name_until_it_is_lifted<E: Engine>() {
    let journal = E::new();
    let (circle, other, room) = (a_circle(&*journal).await, a_circle(&*journal).await, a_room());
    let (one, two) = (BarId(Uuid::from_u128(1)), BarId(Uuid::from_u128(2)));
    let key = |n| KeyHash::from_bytes([n; 32]);
    journal.append(circle, room, 0, barring(0, two, key(2), "Ben")).await.unwrap();
    journal.append(circle, room, 1, barring(1, one, key(1), "Ana")).await.unwrap();
    let both = [(one, key(1), "Ana".to_owned()), (two, key(2), "Ben".to_owned())];
    assert_eq!(bars(&*journal, circle).await, both);
    assert_eq!(bars(&*journal, other).await, []);
    let times: Vec<_> = journal.bars(circle).await.unwrap().iter().map(|bar| bar.at).collect();
    assert_eq!(times, [1, 0]);

    // The same bar under another name; a batch that conflicts changes nothing.
    journal.append(circle, room, 2, barring(2, one, key(1), "Anna")).await.unwrap();
    journal.append(circle, room, 2, barring(2, two, key(2), "lost")).await.unwrap_err();
    let renamed = [(one, key(1), "Anna".to_owned()), (two, key(2), "Ben".to_owned())];
    assert_eq!(bars(&*journal, circle).await, renamed);

    // A bar outlives its room.
    let lifts = vec![BarChange::Lift(one), BarChange::Lift(BarId(Uuid::from_u128(3)))];
    let last = Batch { bars: lifts, ended: true, ..batch(3, 1) };
    journal.append(circle, room, 3, last).await.unwrap();
    let journal = journal.reopened();
    assert_eq!(bars(&*journal, circle).await, [(two, key(2), "Ben".to_owned())]);
}

pub(super) async fn a_bar_copies_its_name_even_from_a_text_erased_with_it<E: Engine>() {
    let journal = E::new();
    let (circle, room, id) = (a_circle(&*journal).await, a_room(), BarId(Uuid::from_u128(1)));
    let key = KeyHash::from_bytes([1; 32]);
    let mut batch = barring(0, id, key, "Ana");
    batch.erased = vec![batch.texts[0].0];
    let name = batch.texts[0].0;
    journal.append(circle, room, 0, batch).await.unwrap();
    assert_eq!(bars(&*journal, circle).await, [(id, key, "Ana".to_owned())]);

    let nameless = vec![BarChange::Put { id, key, name, at: 1 }];
    let refused = journal
        .append(circle, room, 1, Batch { bars: nameless, ..crate::support::batch(1, 1) })
        .await;
    assert!(
        matches!(refused, Err(AppendError::Failed(JournalError::Malformed { .. }))),
        "{refused:?}"
    );
    assert_eq!(journal.last_batch(room).await.unwrap().unwrap().1, 1, "nothing was written");
    assert_eq!(bars(&*journal, circle).await, [(id, key, "Ana".to_owned())]);
}

pub(super) async fn only_the_newest_snapshot_is_kept<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    assert_eq!(
        journal.put_snapshot(room, 0, "{}".into()).await,
        Err(JournalError::NoRoom { room })
    );
    journal.append(circle, room, 0, batch(0, 5)).await.unwrap();
    assert_eq!(journal.snapshot(room).await.unwrap(), None);
    journal.put_snapshot(room, 4, "four".into()).await.unwrap();
    journal.put_snapshot(room, 2, "two".into()).await.unwrap();
    assert_eq!(journal.snapshot(room).await.unwrap(), Some((4, "four".into())));
    journal.put_snapshot(room, 5, "five".into()).await.unwrap();
    assert_eq!(journal.snapshot(room).await.unwrap(), Some((5, "five".into())));
    let ahead = journal.put_snapshot(room, 6, "six".into()).await;
    assert!(matches!(ahead, Err(JournalError::Malformed { .. })), "{ahead:?}");
    // One that comes late brings back nothing of a room that was erased.
    journal.append(circle, room, 5, Batch { ended: true, ..batch(5, 1) }).await.unwrap();
    journal.erase(room, EraseScope::All).await.unwrap();
    journal.put_snapshot(room, 6, "six".into()).await.unwrap();
    assert_eq!(journal.snapshot(room).await.unwrap(), None);
}
