//! Creating, reading and deleting circles.

use crate::engine::Engine;
use crate::support::{a_circle, a_room, batch, new_circle, said, text_id};
use hearth_journal::{AppendError, Journal, JournalError};
use hearth_protocol::api::NewCircle;
use hearth_protocol::round::Order;
use hearth_protocol::{CircleId, Settings, Text};
use uuid::Uuid;

pub(super) async fn a_circle_is_read_as_it_was_created<E: Engine>() {
    let journal = E::new();
    let circle = CircleId(Uuid::new_v4());
    let mut new = NewCircle {
        title: Text::Sealed("c2VhbGVk".into()),
        agreements: None,
        settings: Settings { order: Order::Hands, slow_ms: 5, ..Settings::default() },
        ..new_circle()
    };
    new.entries.reverse();
    journal.create_circle(&new, circle, 77).await.unwrap();
    new.entries.reverse();
    let journal = journal.reopened();
    let row = journal.circle(circle).await.unwrap().unwrap();
    assert_eq!(row.created_at, 77);
    assert_eq!((row.title, row.agreements), (new.title, new.agreements));
    assert_eq!((row.held_by, row.lasts_ms), (new.held_by, new.lasts_ms));
    assert_eq!(row.next_at, new.next_at);
    assert_eq!((row.settings, row.entries), (new.settings, new.entries));
    assert_eq!(journal.circle(CircleId(Uuid::new_v4())).await.unwrap(), None);
}

pub(super) async fn optional_fields_of_a_circle_stay_empty<E: Engine>() {
    let journal = E::new();
    let circle = CircleId(Uuid::new_v4());
    let new = NewCircle { held_by: None, lasts_ms: None, next_at: None, ..new_circle() };
    journal.create_circle(&new, circle, 77).await.unwrap();
    let row = journal.circle(circle).await.unwrap().unwrap();
    assert_eq!((row.held_by, row.lasts_ms, row.next_at), (None, None, None));
}

pub(super) async fn the_time_of_the_next_session_is_set_and_cleared_for_one_circle_only<
    E: Engine,
>() {
    let journal = E::new();
    let (circle, other) = (a_circle(&*journal).await, a_circle(&*journal).await);
    let before = journal.circle(other).await.unwrap();
    for next_at in [Some(1_795_219_200_000), Some(5), None, Some(6)] {
        journal.set_next_at(circle, next_at).await.unwrap();
        assert_eq!(journal.circle(circle).await.unwrap().unwrap().next_at, next_at);
    }
    let journal = journal.reopened();
    assert_eq!(journal.circle(circle).await.unwrap().unwrap().next_at, Some(6));
    assert_eq!(journal.circle(other).await.unwrap(), before);
    journal.delete_circle(circle).await.unwrap();
    let gone = Err(JournalError::NoCircle { circle });
    assert_eq!(journal.set_next_at(circle, Some(7)).await, gone);
    assert_eq!(journal.circle(circle).await.unwrap(), None);
}

pub(super) async fn a_circle_is_not_created_twice<E: Engine>() {
    let journal = E::new();
    let circle = a_circle(&*journal).await;
    let other = NewCircle { title: Text::plain("Other"), ..new_circle() };
    assert_eq!(
        journal.create_circle(&other, circle, 2).await,
        Err(JournalError::CircleExists { circle })
    );
    assert_eq!(journal.circle(circle).await.unwrap().unwrap().title, new_circle().title);
}

pub(super) async fn of_a_deleted_circle_nothing_stays<E: Engine>() {
    let journal = E::new();
    let (circle, kept) = (CircleId(Uuid::new_v4()), a_circle(&*journal).await);
    journal.create_circle(&new_circle(), circle, 1).await.unwrap();
    let (room, kept_room) = (a_room(), a_room());
    journal.append(circle, room, 0, said(0, text_id(), "share")).await.unwrap();
    journal.append(circle, room, 1, batch(1, 8_000)).await.unwrap();
    journal.put_snapshot(room, 3, "{}".into()).await.unwrap();
    let kept_text = text_id();
    journal.append(kept, kept_room, 0, said(0, kept_text, "kept")).await.unwrap();

    journal.delete_circle(circle).await.unwrap();
    journal.delete_circle(circle).await.unwrap();
    assert_eq!(journal.circle(circle).await.unwrap(), None);
    assert_eq!(journal.live_room(circle).await.unwrap(), None);
    assert_eq!(journal.read(room, 0, 9).await.unwrap(), []);
    assert_eq!(journal.snapshot(room).await.unwrap(), None);
    assert_eq!(journal.last_batch(room).await.unwrap(), None);
    assert_eq!(
        journal.append(circle, room, 2, batch(2, 1)).await,
        Err(AppendError::Failed(JournalError::NoCircle { circle }))
    );
    assert_eq!(journal.texts(kept_room, &[kept_text]).await.unwrap().len(), 1);
    assert!(journal.circle(kept).await.unwrap().is_some());
}

pub(super) async fn a_circle_with_two_links_of_one_kind_is_refused<E: Engine>() {
    let journal = E::new();
    let circle = CircleId(Uuid::new_v4());
    let mut new = new_circle();
    new.entries.push(new.entries[0].clone());
    let refused = journal.create_circle(&new, circle, 1).await;
    assert!(matches!(refused, Err(JournalError::Malformed { .. })), "{refused:?}");
    assert_eq!(journal.circle(circle).await.unwrap(), None);
}
