//! A full disk.

use crate::support::{Store, a_circle, a_room, batch, said, words_id};
use futures_util::future::join_all;
use hearth_journal::{AppendError, Batch, Journal, JournalError, Options, What};
use std::time::Duration;

fn small() -> Store {
    Store::with(&Options { pages_max: Some(300), ..Options::default() })
}

#[tokio::test]
async fn a_full_disk_leaves_the_room_unharmed_and_later_appends_go_on() {
    let store = small();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, batch(0, 1)).await.unwrap();
    let large = "x".repeat(400_000);
    let (id, small_id) = (words_id(), words_id());
    let outcome = store.append(circle, room, 1, said(1, id, &large)).await;
    assert_eq!(outcome, Err(AppendError::Full));
    let full = JournalError::Full { doing: "append" };
    assert_eq!(store.ready().await, Err(full));
    assert_eq!(store.read(room, 0, 9).await.unwrap().len(), 1);
    assert_eq!(store.texts(room, &[id]).await.unwrap(), []);
    assert!(matches!(store.put_snapshot(room, 1, large).await, Err(JournalError::Full { .. })));

    store.append(circle, room, 1, said(1, small_id, "short")).await.unwrap();
    assert_eq!(store.ready().await, Ok(()));
    assert_eq!(store.reopened().read(room, 0, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_store_finds_out_by_itself_that_the_disk_has_room_again() {
    let store = small();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let large = "x".repeat(400_000);
    store.append(circle, room, 0, said(0, words_id(), &large)).await.unwrap_err();
    assert!(store.ready().await.is_err());
    for _ in 0..100 {
        if store.ready().await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not ready again after ten seconds");
}

#[tokio::test]
async fn one_large_batch_does_not_take_the_small_ones_of_its_group_with_it() {
    let store = small();
    let mut rooms = Vec::new();
    for _ in 0..10 {
        rooms.push((a_circle(&*store).await, a_room()));
    }
    let appends = rooms.iter().enumerate().map(|(i, (circle, room))| {
        let words = if i == 3 { "x".repeat(400_000) } else { "short".to_owned() };
        store.append(*circle, *room, 0, said(0, words_id(), &words))
    });
    let outcomes = join_all(appends).await;
    for (i, outcome) in outcomes.into_iter().enumerate() {
        let expected = if i == 3 { Err(AppendError::Full) } else { Ok(()) };
        assert_eq!(outcome, expected, "room {i}");
    }
}

#[tokio::test]
async fn erasing_makes_room_again() {
    let store = small();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let mut head = 0;
    loop {
        match store.append(circle, room, head, said(head, words_id(), "some words")).await {
            Ok(()) => head += 1,
            Err(AppendError::Full) => break,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(head > 10);
    store.erase(room, What::Texts).await.unwrap();
    let end = Batch { ended: true, ..said(head, words_id(), "a last word") };
    store.append(circle, room, head, end).await.unwrap();
}
