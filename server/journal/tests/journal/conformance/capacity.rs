//! A full engine.

use crate::engine::Engine;
use crate::support::{a_circle, a_room, batch, said, text_id};
use futures_util::future::join_all;
use hearth_journal::{AppendError, Batch, EraseScope, Journal, JournalError};

pub(super) async fn a_batch_that_does_not_fit_changes_nothing_and_smaller_ones_are_appended<
    E: Engine,
>() {
    let journal = E::small();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    journal.append(circle, room, 0, batch(0, 1)).await.unwrap();
    let large = "x".repeat(400_000);
    let (id, small_id) = (text_id(), text_id());
    let outcome = journal.append(circle, room, 1, said(1, id, &large)).await;
    assert_eq!(outcome, Err(AppendError::Full));
    assert_eq!(journal.read(room, 0, 9).await.unwrap().len(), 1);
    assert_eq!(journal.texts(room, &[id]).await.unwrap(), []);
    assert!(matches!(journal.put_snapshot(room, 1, large).await, Err(JournalError::Full { .. })));

    journal.append(circle, room, 1, said(1, small_id, "short")).await.unwrap();
    assert_eq!(journal.ready().await, Ok(()));
    let journal = journal.reopened();
    assert_eq!(journal.read(room, 0, 9).await.unwrap().len(), 2);
}

pub(super) async fn a_batch_that_does_not_fit_fails_alone<E: Engine>() {
    let journal = E::small();
    let mut rooms = Vec::new();
    for _ in 0..10 {
        rooms.push((a_circle(&*journal).await, a_room()));
    }
    let appends = rooms.iter().enumerate().map(|(i, (circle, room))| {
        let words = if i == 3 { "x".repeat(400_000) } else { "short".to_owned() };
        journal.append(*circle, *room, 0, said(0, text_id(), &words))
    });
    let outcomes = join_all(appends).await;
    for (i, outcome) in outcomes.into_iter().enumerate() {
        let expected = if i == 3 { Err(AppendError::Full) } else { Ok(()) };
        assert_eq!(outcome, expected, "room {i}");
    }
}

pub(super) async fn erasing_frees_space<E: Engine>() {
    let journal = E::small();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    let mut head = 0;
    loop {
        match journal.append(circle, room, head, said(head, text_id(), "some words")).await {
            Ok(()) => head += 1,
            Err(AppendError::Full) => break,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(head > 10);
    journal.erase(room, EraseScope::Texts).await.unwrap();
    let end = Batch { ended: true, ..said(head, text_id(), "a last word") };
    journal.append(circle, room, head, end).await.unwrap();
}
