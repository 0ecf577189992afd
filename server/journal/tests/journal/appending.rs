//! Appending, reading and conflicts.

use crate::support::{Store, a_circle, a_room, batch, events, said, words_id};
use futures_util::FutureExt;
use futures_util::future::join_all;
use hearth_journal::{AppendError, Batch, Journal, JournalError, Options};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{CircleId, Text};
use uuid::Uuid;

#[tokio::test]
async fn what_was_appended_is_read_in_order_from_any_place() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, batch(0, 3)).await.unwrap();
    store.append(circle, room, 3, batch(3, 2)).await.unwrap();
    let all = store.read(room, 0, 100).await.unwrap();
    assert_eq!(all, [events(0, 3, 1000), events(3, 2, 1003)].concat());
    assert_eq!(store.read(room, 1, 2).await.unwrap(), all[1..3]);
    assert_eq!(store.read(room, 5, 100).await.unwrap(), []);
    assert_eq!(store.read(a_room(), 0, 100).await.unwrap(), []);
    assert_eq!(store.live_room(circle).await.unwrap(), Some(room));
}

#[tokio::test]
async fn of_two_who_decided_at_the_same_head_only_one_is_written() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let first = batch(0, 2);
    store.append(circle, room, 0, first.clone()).await.unwrap();
    for after in [0, 1, 3, u64::MAX - 9] {
        let late = store.append(circle, room, after, batch(after, 1)).await;
        assert_eq!(late, Err(AppendError::Conflict { head: 2 }), "after {after}");
    }
    assert_eq!(store.last_batch(room).await.unwrap(), Some((first.id, 2)));
    assert_eq!(store.read(room, 0, 100).await.unwrap(), first.events);
    assert_eq!(store.last_batch(a_room()).await.unwrap(), None);
}

#[tokio::test]
async fn a_room_that_nobody_opened_takes_no_later_events() {
    let store = Store::new();
    let circle = a_circle(&*store).await;
    let outcome = store.append(circle, a_room(), 4, batch(4, 1)).await;
    assert_eq!(outcome, Err(AppendError::Conflict { head: 0 }));
}

#[tokio::test]
async fn a_circle_has_one_live_room_and_a_new_one_after_its_end() {
    let store = Store::new();
    let circle = a_circle(&*store).await;
    let (first, second) = (a_room(), a_room());
    store.append(circle, first, 0, batch(0, 1)).await.unwrap();
    let refused = store.append(circle, second, 0, batch(0, 1)).await;
    assert_eq!(refused, Err(AppendError::Conflict { head: 0 }));
    assert_eq!(store.read(second, 0, 9).await.unwrap(), []);

    store.append(circle, first, 1, Batch { ended: true, ..batch(1, 1) }).await.unwrap();
    assert_eq!(store.live_room(circle).await.unwrap(), None);
    store.append(circle, second, 0, batch(0, 1)).await.unwrap();
    assert_eq!(store.live_room(circle).await.unwrap(), Some(second));

    // A late line of the first does not bring it back to life.
    store.append(circle, first, 2, batch(2, 1)).await.unwrap();
    assert_eq!(store.live_room(circle).await.unwrap(), Some(second));
}

#[tokio::test]
async fn a_batch_that_breaks_the_contract_is_refused_and_writes_nothing() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let malformed = |outcome: Result<(), AppendError>| {
        assert!(
            matches!(outcome, Err(AppendError::Failed(JournalError::Malformed { .. }))),
            "{outcome:?}"
        );
    };
    malformed(store.append(circle, room, 0, batch(0, 0)).await);
    malformed(store.append(circle, room, 0, batch(1, 1)).await);
    let gap = Batch { events: [events(0, 1, 1), events(2, 1, 1)].concat(), ..batch(0, 0) };
    malformed(store.append(circle, room, 0, gap).await);
    malformed(store.append(circle, room, u64::MAX, batch(0, 1)).await);

    let nowhere = CircleId(Uuid::new_v4());
    assert_eq!(
        store.append(nowhere, room, 0, batch(0, 1)).await,
        Err(AppendError::Failed(JournalError::NoCircle { circle: nowhere }))
    );
    store.append(circle, room, 0, batch(0, 1)).await.unwrap();
    let other = a_circle(&*store).await;
    malformed(store.append(other, room, 1, batch(1, 1)).await);
    assert_eq!(store.read(room, 0, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_text_that_is_there_already_fails_its_own_batch_and_no_other_of_the_group() {
    let store = Store::new();
    let (circle, room, id) = (a_circle(&*store).await, a_room(), words_id());
    store.append(circle, room, 0, said(0, id, "first")).await.unwrap();
    let mut others = Vec::new();
    for _ in 0..20 {
        others.push((a_circle(&*store).await, a_room()));
    }
    let appends = others.iter().map(|(c, r)| store.append(*c, *r, 0, batch(0, 1)));
    let (twice, outcomes) =
        tokio::join!(store.append(circle, room, 1, said(1, id, "again")), join_all(appends));
    assert!(matches!(twice, Err(AppendError::Failed(JournalError::Storage { .. }))), "{twice:?}");
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(store.read(room, 0, 9).await.unwrap().len(), 1);
    let texts = store.texts(room, &[id]).await.unwrap();
    assert_eq!(texts, [(id, Text::plain("first"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_rooms_at_once_keep_each_its_own_order() {
    const ROOMS: u64 = 40;
    const BATCHES: u64 = 25;
    let store = Store::new();
    let mut rooms = Vec::new();
    for _ in 0..ROOMS {
        rooms.push((a_circle(&*store).await, a_room()));
    }
    let tasks = rooms.iter().map(|(circle, room)| async {
        for step in 0..BATCHES {
            let after = step * 2;
            store.append(*circle, *room, after, batch(after, 2)).await.unwrap();
            // What was acknowledged is there at once for whoever reads.
            let head = store.last_batch(*room).await.unwrap().unwrap().1;
            assert_eq!(head, after + 2);
        }
    });
    join_all(tasks).await;
    for (_, room) in rooms {
        let seqs: Vec<u64> =
            store.read(room, 0, 1000).await.unwrap().iter().map(|event| event.seq).collect();
        assert_eq!(seqs, (1..=BATCHES * 2).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_race_for_a_place_exactly_one_has_it() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    for head in 0..10 {
        let rivals: Vec<Batch> = (0..16).map(|_| batch(head, 1)).collect();
        let outcomes =
            join_all(rivals.iter().map(|rival| store.append(circle, room, head, rival.clone())))
                .await;
        let (won, lost): (Vec<_>, Vec<_>) =
            rivals.iter().zip(outcomes).partition(|(_, outcome)| outcome.is_ok());
        assert_eq!(won.len(), 1);
        assert_eq!(store.last_batch(room).await.unwrap(), Some((won[0].0.id, head + 1)));
        for (_, outcome) in lost {
            assert_eq!(outcome, Err(AppendError::Conflict { head: head + 1 }));
        }
    }
}

#[tokio::test]
async fn whoever_finds_the_queue_full_waits_for_a_place() {
    let store = Store::with(&Options { queue_max: 2, group_max: 2, ..Options::default() });
    let mut rooms = Vec::new();
    for _ in 0..30 {
        rooms.push((a_circle(&*store).await, a_room()));
    }
    let all = rooms.iter().map(|(circle, room)| async {
        store.append(*circle, *room, 0, batch(0, 1)).await.unwrap();
        store.read(*room, 0, 9).await.unwrap().len()
    });
    assert_eq!(join_all(all).await, [1; 30]);
}

#[tokio::test]
async fn neither_errors_nor_debug_output_show_words_or_keys() {
    let store = Store::new();
    let (circle, room, id) = (a_circle(&*store).await, a_room(), words_id());
    let key = KeyHash::from_bytes([7; 32]);
    let mut secret = said(0, id, "secretmarker");
    secret.bars = vec![(key, true)];
    secret.events[0].body = format!("\"{}\"", key.encode());
    store.append(circle, room, 0, secret.clone()).await.unwrap();
    let error = store.append(circle, room, 1, said(1, id, "secretmarker")).await.unwrap_err();
    for shown in [format!("{secret:?}"), format!("{error:?}"), error.to_string()] {
        assert!(!shown.contains("secretmarker") && !shown.contains(&key.encode()), "{shown}");
    }
}

#[tokio::test]
async fn an_append_whose_caller_went_away_is_done_all_the_same() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let sent = batch(0, 1);
    let begun = store.append(circle, room, 0, sent.clone()).now_or_never();
    assert_eq!(begun, None);
    // The queue keeps its order, so this is decided after the one before.
    let next = store.append(circle, room, 1, batch(1, 1)).await;
    assert_eq!(next, Ok(()));
    assert_eq!(store.read(room, 0, 1).await.unwrap(), sent.events);
}

#[tokio::test]
async fn rooms_are_woken_by_deadline_the_earliest_first() {
    let store = Store::new();
    assert_eq!(store.next_due().await.unwrap(), None);
    let mut rooms = Vec::new();
    for deadline in [Some(50), Some(20), None, Some(30), Some(20)] {
        let (circle, room) = (a_circle(&*store).await, a_room());
        store.append(circle, room, 0, Batch { deadline, ..batch(0, 1) }).await.unwrap();
        rooms.push((circle, room));
    }
    assert_eq!(store.next_due().await.unwrap(), Some(20));
    assert_eq!(store.due(19).await.unwrap(), []);
    let due = store.due(30).await.unwrap();
    let found: Vec<_> = due.iter().map(|due| (due.circle, due.room, due.deadline)).collect();
    let expected = [(1, 20), (4, 20), (3, 30)].map(|(i, at)| (rooms[i].0, rooms[i].1, at));
    assert_eq!(found, expected);

    // The next batch states the deadline anew; a room that ended has none.
    let (circle, room) = rooms[1];
    store.append(circle, room, 1, Batch { deadline: Some(90), ..batch(1, 1) }).await.unwrap();
    let (circle, room) = rooms[4];
    let end = Batch { deadline: Some(1), ended: true, ..batch(1, 1) };
    store.append(circle, room, 1, end).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(30));
    assert_eq!(store.due(u64::MAX).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_removed_seats_key_is_barred_in_its_circle_until_that_is_undone() {
    let store = Store::new();
    let (circle, other, room) = (a_circle(&*store).await, a_circle(&*store).await, a_room());
    let (one, two) = (KeyHash::from_bytes([1; 32]), KeyHash::from_bytes([2; 32]));
    let bars = vec![(one, true), (two, true), (one, true)];
    store.append(circle, room, 0, Batch { bars, ..batch(0, 1) }).await.unwrap();
    assert_eq!(store.barred(circle).await.unwrap(), [one, two]);
    assert_eq!(store.barred(other).await.unwrap(), []);
    let undone = Batch { bars: vec![(one, false)], ended: true, ..batch(1, 1) };
    store.append(circle, room, 1, undone).await.unwrap();
    // It outlives the room.
    assert_eq!(store.barred(circle).await.unwrap(), [two]);
    // A batch that loses its place bars nobody.
    let lost = Batch { bars: vec![(one, true)], ..batch(0, 1) };
    store.append(circle, room, 0, lost).await.unwrap_err();
    assert_eq!(store.barred(circle).await.unwrap(), [two]);
}

#[tokio::test]
async fn only_the_newest_snapshot_is_kept() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    assert_eq!(store.put_snapshot(room, 0, "{}".into()).await, Err(JournalError::NoRoom { room }));
    store.append(circle, room, 0, batch(0, 5)).await.unwrap();
    assert_eq!(store.snapshot(room).await.unwrap(), None);
    store.put_snapshot(room, 4, "four".into()).await.unwrap();
    store.put_snapshot(room, 2, "two".into()).await.unwrap();
    assert_eq!(store.snapshot(room).await.unwrap(), Some((4, "four".into())));
    store.put_snapshot(room, 5, "five".into()).await.unwrap();
    assert_eq!(store.snapshot(room).await.unwrap(), Some((5, "five".into())));
    let ahead = store.put_snapshot(room, 6, "six".into()).await;
    assert!(matches!(ahead, Err(JournalError::Malformed { .. })), "{ahead:?}");
}
