//! Appending and reading.

use crate::engine::Engine;
use crate::support::{a_circle, a_room, batch, rows, said, text_id};
use futures_util::FutureExt;
use futures_util::future::join_all;
use hearth_journal::{AppendError, BarChange, Batch, Journal, JournalError};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{BarId, CircleId, Text};
use uuid::Uuid;

pub(super) async fn appended_rows_are_read_in_order_from_any_place<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    journal.append(circle, room, 0, batch(0, 3)).await.unwrap();
    journal.append(circle, room, 3, batch(3, 2)).await.unwrap();
    let all = journal.read(room, 0, 100).await.unwrap();
    assert_eq!(all, [rows(0, 3, 1000), rows(3, 2, 1003)].concat());
    assert_eq!(journal.read(room, 1, 2).await.unwrap(), all[1..3]);
    assert_eq!(journal.read(room, 5, 100).await.unwrap(), []);
    assert_eq!(journal.read(a_room(), 0, 100).await.unwrap(), []);
    assert_eq!(journal.live_room(circle).await.unwrap(), Some(room));
}

pub(super) async fn of_two_batches_for_one_head_only_one_is_written<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    let first = batch(0, 2);
    journal.append(circle, room, 0, first.clone()).await.unwrap();
    for after in [0, 1, 3, u64::MAX - 9] {
        let late = journal.append(circle, room, after, batch(after, 1)).await;
        assert_eq!(late, Err(AppendError::Conflict { head: 2 }), "after {after}");
    }
    assert_eq!(journal.last_batch(room).await.unwrap(), Some((first.id, 2)));
    assert_eq!(journal.read(room, 0, 100).await.unwrap(), first.rows);
    assert_eq!(journal.last_batch(a_room()).await.unwrap(), None);
}

pub(super) async fn a_room_that_was_never_opened_accepts_no_later_rows<E: Engine>() {
    let journal = E::new();
    let circle = a_circle(&*journal).await;
    let outcome = journal.append(circle, a_room(), 4, batch(4, 1)).await;
    assert_eq!(outcome, Err(AppendError::Conflict { head: 0 }));
}

pub(super) async fn a_batch_that_breaks_the_contract_is_refused_and_writes_nothing<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    let malformed = |outcome: Result<(), AppendError>| {
        assert!(
            matches!(outcome, Err(AppendError::Failed(JournalError::Malformed { .. }))),
            "{outcome:?}"
        );
    };
    malformed(journal.append(circle, room, 0, batch(0, 0)).await);
    malformed(journal.append(circle, room, 0, batch(1, 1)).await);
    let gap = Batch { rows: [rows(0, 1, 1), rows(2, 1, 1)].concat(), ..batch(0, 0) };
    malformed(journal.append(circle, room, 0, gap).await);
    malformed(journal.append(circle, room, u64::MAX, batch(0, 1)).await);
    let id = text_id();
    let twice =
        Batch { texts: vec![(id, Text::plain("a")), (id, Text::plain("b"))], ..batch(0, 1) };
    malformed(journal.append(circle, room, 0, twice).await);

    let nowhere = CircleId(Uuid::new_v4());
    assert_eq!(
        journal.append(nowhere, room, 0, batch(0, 1)).await,
        Err(AppendError::Failed(JournalError::NoCircle { circle: nowhere }))
    );
    journal.append(circle, room, 0, batch(0, 1)).await.unwrap();
    let other = a_circle(&*journal).await;
    malformed(journal.append(other, room, 1, batch(1, 1)).await);
    assert_eq!(journal.read(room, 0, 9).await.unwrap().len(), 1);
}

pub(super) async fn a_text_id_in_use_fails_its_own_batch_only<E: Engine>() {
    let journal = E::new();
    let (circle, room, id) = (a_circle(&*journal).await, a_room(), text_id());
    journal.append(circle, room, 0, said(0, id, "first")).await.unwrap();
    let mut others = Vec::new();
    for _ in 0..20 {
        others.push((a_circle(&*journal).await, a_room()));
    }
    let appends = others.iter().map(|(c, r)| journal.append(*c, *r, 0, batch(0, 1)));
    let (twice, outcomes) =
        tokio::join!(journal.append(circle, room, 1, said(1, id, "again")), join_all(appends));
    assert!(matches!(twice, Err(AppendError::Failed(JournalError::Malformed { .. }))), "{twice:?}");
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(journal.read(room, 0, 9).await.unwrap().len(), 1);
    let texts = journal.texts(room, &[id]).await.unwrap();
    assert_eq!(texts, [(id, Text::plain("first"))]);
}

pub(super) async fn concurrent_rooms_each_keep_their_order<E: Engine>() {
    const ROOMS: u64 = 40;
    const BATCHES: u64 = 25;
    let journal = E::new();
    let mut rooms = Vec::new();
    for _ in 0..ROOMS {
        rooms.push((a_circle(&*journal).await, a_room()));
    }
    let tasks = rooms.iter().map(|(circle, room)| async {
        for step in 0..BATCHES {
            let after = step * 2;
            journal.append(*circle, *room, after, batch(after, 2)).await.unwrap();
            // An acknowledged row can be read immediately.
            let head = journal.last_batch(*room).await.unwrap().unwrap().1;
            assert_eq!(head, after + 2);
        }
    });
    join_all(tasks).await;
    for (_, room) in rooms {
        let seqs: Vec<u64> =
            journal.read(room, 0, 1000).await.unwrap().iter().map(|row| row.seq).collect();
        assert_eq!(seqs, (1..=BATCHES * 2).collect::<Vec<_>>());
    }
}

pub(super) async fn of_many_concurrent_batches_for_one_head_exactly_one_is_written<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    for head in 0..10 {
        let rivals: Vec<Batch> = (0..16).map(|_| batch(head, 1)).collect();
        let outcomes =
            join_all(rivals.iter().map(|rival| journal.append(circle, room, head, rival.clone())))
                .await;
        let (won, lost): (Vec<_>, Vec<_>) =
            rivals.iter().zip(outcomes).partition(|(_, outcome)| outcome.is_ok());
        assert_eq!(won.len(), 1);
        assert_eq!(journal.last_batch(room).await.unwrap(), Some((won[0].0.id, head + 1)));
        for (_, outcome) in lost {
            assert_eq!(outcome, Err(AppendError::Conflict { head: head + 1 }));
        }
    }
}

pub(super) async fn errors_and_debug_output_contain_no_texts_or_keys<E: Engine>() {
    let journal = E::new();
    let (circle, room, id) = (a_circle(&*journal).await, a_room(), text_id());
    let key = KeyHash::from_bytes([7; 32]);
    let mut secret = said(0, id, "secretmarker");
    secret.bars = vec![BarChange::Put { id: BarId(Uuid::nil()), key, name: id, at: 1 }];
    secret.rows[0].body = format!("\"{}\"", key.encode());
    journal.append(circle, room, 0, secret.clone()).await.unwrap();
    let error = journal.append(circle, room, 1, said(1, id, "secretmarker")).await.unwrap_err();
    for shown in [format!("{secret:?}"), format!("{error:?}"), error.to_string()] {
        assert!(!shown.contains("secretmarker") && !shown.contains(&key.encode()), "{shown}");
    }
}

pub(super) async fn an_append_is_carried_out_even_if_its_future_is_dropped<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    let sent = batch(0, 1);
    let polled_once = journal.append(circle, room, 0, sent.clone()).now_or_never();
    assert!(matches!(polled_once, None | Some(Ok(()))), "{polled_once:?}");
    // Appends are carried out in order, so this one finds the first one's head.
    let next = journal.append(circle, room, 1, batch(1, 1)).await;
    assert_eq!(next, Ok(()));
    assert_eq!(journal.read(room, 0, 1).await.unwrap(), sent.rows);
}
