//! Texts: stored apart from rows, and erased.

use crate::engine::Engine;
use crate::support::{a_circle, a_room, barring, bars, batch, said, text_id};
use hearth_journal::{Batch, EraseScope, Journal, JournalError};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{BarId, Text};
use uuid::Uuid;

pub(super) async fn texts_are_found_by_id_unless_they_were_erased<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    let (plain, sealed, never) = (text_id(), text_id(), text_id());
    let texts =
        vec![(plain, Text::plain("Grüße 👩‍👩‍👧\n…")), (sealed, Text::Sealed("c2VhbGVk".into()))];
    journal.append(circle, room, 0, Batch { texts: texts.clone(), ..batch(0, 1) }).await.unwrap();
    assert_eq!(journal.texts(room, &[plain, never, sealed]).await.unwrap(), texts);
    assert_eq!(journal.texts(a_room(), &[plain]).await.unwrap(), []);

    journal.append(circle, room, 1, Batch { erased: vec![plain], ..batch(1, 1) }).await.unwrap();
    assert_eq!(journal.texts(room, &[plain, sealed]).await.unwrap(), texts[1..]);
}

pub(super) async fn of_a_room_erased_as_a_whole_only_its_head_stays<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    journal.append(circle, room, 0, said(0, text_id(), "wholemarker")).await.unwrap();
    journal.put_snapshot(room, 1, "{}".into()).await.unwrap();
    assert_eq!(journal.erase(room, EraseScope::All).await, Err(JournalError::RoomIsLive { room }));
    assert_eq!(journal.read(room, 0, 9).await.unwrap().len(), 1);

    let end = Batch { ended: true, ..batch(1, 1) };
    journal.append(circle, room, 1, end.clone()).await.unwrap();
    journal.erase(room, EraseScope::All).await.unwrap();
    assert_eq!(journal.read(room, 0, 9).await.unwrap(), []);
    assert_eq!(journal.snapshot(room).await.unwrap(), None);
    assert_eq!(journal.last_batch(room).await.unwrap(), Some((end.id, 2)));
}

pub(super) async fn ended_rooms_with_texts_are_listed_until_they_are_erased<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    journal.append(circle, room, 0, said(0, text_id(), "words")).await.unwrap();
    assert_eq!(journal.unerased_rooms().await.unwrap(), []);
    journal.append(circle, room, 1, Batch { ended: true, ..batch(1, 1) }).await.unwrap();
    let journal = journal.reopened();
    assert_eq!(journal.unerased_rooms().await.unwrap(), [(circle, room)]);
    journal.erase(room, EraseScope::Texts).await.unwrap();
    assert_eq!(journal.unerased_rooms().await.unwrap(), []);
}

pub(super) async fn ended_rooms_are_listed_once_their_time_is_over_until_they_are_erased<
    E: Engine,
>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    let (other_circle, live) = (a_circle(&*journal).await, a_room());
    // Both end, or stop, at 1000.
    journal.append(circle, room, 0, batch(0, 3)).await.unwrap();
    journal.append(other_circle, live, 0, batch(0, 3)).await.unwrap();
    assert_eq!(journal.expired_rooms(5_000..=9_000).await.unwrap(), [], "no room has ended");
    let end = Batch { ended: true, ..batch(3, 1) };
    journal.append(circle, room, 3, end.clone()).await.unwrap();
    let ended_at = end.rows[0].at;
    assert_eq!(journal.expired_rooms(ended_at..=9_000).await.unwrap(), []);
    assert_eq!(journal.expired_rooms(0..=ended_at).await.unwrap(), []);

    let journal = journal.reopened();
    assert_eq!(journal.expired_rooms(ended_at + 1..=9_000).await.unwrap(), [room]);
    assert_eq!(journal.expired_rooms(0..=ended_at - 1).await.unwrap(), [room], "in the future");
    journal.erase(room, EraseScope::Texts).await.unwrap();
    assert_eq!(journal.expired_rooms(5_000..=9_000).await.unwrap(), [room], "it has rows");
    journal.erase(room, EraseScope::All).await.unwrap();
    assert_eq!(journal.expired_rooms(5_000..=9_000).await.unwrap(), []);
    assert_eq!(journal.read(live, 0, 9).await.unwrap().len(), 3);
}

pub(super) async fn bars_outlive_the_erased_session_that_they_come_from<E: Engine>() {
    let journal = E::new();
    let (circle, room, key) = (a_circle(&*journal).await, a_room(), KeyHash::from_bytes([5; 32]));
    let id = BarId(Uuid::from_u128(5));
    let barring = Batch { ended: true, ..barring(0, id, key, "Ana") };
    journal.append(circle, room, 0, barring).await.unwrap();
    journal.erase(room, EraseScope::All).await.unwrap();
    assert_eq!(bars(&*journal.reopened(), circle).await, [(id, key, "Ana".to_owned())]);
}

pub(super) async fn erasing_a_rooms_texts_keeps_its_rows_and_other_rooms<E: Engine>() {
    let journal = E::new();
    let (circle, room, id) = (a_circle(&*journal).await, a_room(), text_id());
    let (other_circle, other, other_id) = (a_circle(&*journal).await, a_room(), text_id());
    journal.append(circle, room, 0, said(0, id, "words")).await.unwrap();
    journal.append(other_circle, other, 0, said(0, other_id, "words")).await.unwrap();
    journal.put_snapshot(room, 1, "{}".into()).await.unwrap();
    journal.erase(room, EraseScope::Texts).await.unwrap();
    journal.erase(room, EraseScope::Texts).await.unwrap();
    journal.erase(a_room(), EraseScope::All).await.unwrap();
    assert_eq!(journal.texts(room, &[id]).await.unwrap(), []);
    assert_eq!(journal.read(room, 0, 9).await.unwrap().len(), 1);
    assert!(journal.snapshot(room).await.unwrap().is_some());
    assert_eq!(journal.texts(other, &[other_id]).await.unwrap().len(), 1);
    // The room is still live, and an erased id may be used again.
    journal.append(circle, room, 1, said(1, id, "more words")).await.unwrap();
    assert_eq!(journal.texts(room, &[id]).await.unwrap().len(), 1);
}
