//! Circles: making, reading and deleting them.

use crate::support::{
    Store, a_circle, a_room, all_bytes, batch, new_circle, occurrences, said, words_id,
};
use hearth_journal::{AppendError, Journal, JournalError};
use hearth_protocol::api::NewCircle;
use hearth_protocol::{CircleId, Order, Settings, Text};
use uuid::Uuid;

#[tokio::test]
async fn a_circle_is_read_as_it_was_made() {
    let store = Store::new();
    let circle = CircleId(Uuid::new_v4());
    let mut new = NewCircle {
        title: Text::Sealed("c2VhbGVk".into()),
        agreements: None,
        settings: Settings { order: Order::Hands, slow_ms: 5, ..Settings::default() },
        ..new_circle()
    };
    new.entries.reverse();
    store.create_circle(&new, circle, 77).await.unwrap();
    new.entries.reverse();
    let store = store.reopened();
    let row = store.circle(circle).await.unwrap().unwrap();
    assert_eq!(row.made_at, 77);
    assert_eq!((row.title, row.agreements), (new.title, new.agreements));
    assert_eq!((row.held_by, row.lasts_ms), (new.held_by, new.lasts_ms));
    assert_eq!(row.next_at, new.next_at);
    assert_eq!((row.settings, row.entries), (new.settings, new.entries));
    assert_eq!(store.circle(CircleId(Uuid::new_v4())).await.unwrap(), None);
}

#[tokio::test]
async fn a_circle_that_says_nothing_of_who_and_when_is_read_so() {
    let store = Store::new();
    let circle = CircleId(Uuid::new_v4());
    let new = NewCircle { held_by: None, lasts_ms: None, next_at: None, ..new_circle() };
    store.create_circle(&new, circle, 77).await.unwrap();
    let row = store.circle(circle).await.unwrap().unwrap();
    assert_eq!((row.held_by, row.lasts_ms, row.next_at), (None, None, None));
}

#[tokio::test]
async fn the_hour_of_a_next_session_is_set_moved_and_cleared_for_one_circle_alone() {
    let store = Store::new();
    let (circle, other) = (a_circle(&*store).await, a_circle(&*store).await);
    let before = store.circle(other).await.unwrap();
    for next_at in [Some(1_795_219_200_000), Some(5), None, Some(6)] {
        store.set_next_at(circle, next_at).await.unwrap();
        assert_eq!(store.circle(circle).await.unwrap().unwrap().next_at, next_at);
    }
    let store = store.reopened();
    assert_eq!(store.circle(circle).await.unwrap().unwrap().next_at, Some(6));
    assert_eq!(store.circle(other).await.unwrap(), before);
    store.delete_circle(circle).await.unwrap();
    let gone = Err(JournalError::NoCircle { circle });
    assert_eq!(store.set_next_at(circle, Some(7)).await, gone);
    assert_eq!(store.circle(circle).await.unwrap(), None);
}

#[tokio::test]
async fn a_circle_is_not_made_twice() {
    let store = Store::new();
    let circle = a_circle(&*store).await;
    let other = NewCircle { title: Text::plain("Other"), ..new_circle() };
    assert_eq!(
        store.create_circle(&other, circle, 2).await,
        Err(JournalError::CircleExists { circle })
    );
    assert_eq!(store.circle(circle).await.unwrap().unwrap().title, new_circle().title);
}

#[tokio::test]
async fn a_deleted_circle_leaves_nothing_but_the_time() {
    let store = Store::new();
    let (circle, kept) = (CircleId(Uuid::new_v4()), a_circle(&*store).await);
    let new = NewCircle {
        title: Text::plain("titlemarker"),
        agreements: Some(Text::plain("agreementsmarker")),
        held_by: Some(Text::plain("heldbymarker")),
        ..new_circle()
    };
    store.create_circle(&new, circle, 1).await.unwrap();
    let (room, kept_room) = (a_room(), a_room());
    store.append(circle, room, 0, said(0, words_id(), "sharemarker")).await.unwrap();
    store.append(circle, room, 1, batch(1, 8_000)).await.unwrap();
    store.put_snapshot(room, 3, "{}".into()).await.unwrap();
    let kept_words = words_id();
    store.append(kept, kept_room, 0, said(0, kept_words, "keptmarker")).await.unwrap();

    store.delete_circle(circle).await.unwrap();
    store.delete_circle(circle).await.unwrap();
    let bytes = all_bytes(store.path());
    for marker in ["titlemarker", "agreementsmarker", "heldbymarker", "sharemarker"] {
        assert_eq!(occurrences(&bytes, marker), 0, "{marker}");
    }
    assert_eq!(store.circle(circle).await.unwrap(), None);
    assert_eq!(store.live_room(circle).await.unwrap(), None);
    assert_eq!(store.read(room, 0, 9).await.unwrap(), []);
    assert_eq!(store.snapshot(room).await.unwrap(), None);
    assert_eq!(store.last_batch(room).await.unwrap(), None);
    assert_eq!(
        store.append(circle, room, 2, batch(2, 1)).await,
        Err(AppendError::Failed(JournalError::NoCircle { circle }))
    );
    assert_eq!(store.texts(kept_room, &[kept_words]).await.unwrap().len(), 1);
    assert!(store.circle(kept).await.unwrap().is_some());
    // The clock does not go behind what is forgotten.
    let newest = 1001;
    assert_eq!(store.reopened().newest_at(), newest);
}
