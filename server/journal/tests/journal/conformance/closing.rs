//! Closing and opening again.

use crate::engine::Engine;
use crate::support::{a_circle, a_room, batch, new_circle, said, text_id};
use hearth_journal::{AppendError, BarChange, Batch, EraseScope, Journal, JournalError};
use hearth_protocol::BarId;
use hearth_protocol::keys::KeyHash;
use uuid::Uuid;

pub(super) async fn contents_survive_reopening<E: Engine>() {
    let journal = E::new();
    let epoch = journal.epoch();
    let (circle, room, id) = (a_circle(&*journal).await, a_room(), text_id());
    let key = KeyHash::from_bytes([9; 32]);
    let bars = vec![BarChange::Put { id: BarId(Uuid::nil()), key, name: id, at: 1 }];
    let last = Batch { deadline: Some(5), bars, ..said(0, id, "words") };
    journal.append(circle, room, 0, last.clone()).await.unwrap();
    journal.put_snapshot(room, 1, "{}".into()).await.unwrap();

    let journal = journal.reopened();
    assert_eq!(journal.epoch(), epoch);
    assert_eq!(journal.last_batch(room).await.unwrap(), Some((last.id, 1)));
    assert_eq!(journal.read(room, 0, 9).await.unwrap(), last.rows);
    assert_eq!(journal.snapshot(room).await.unwrap(), Some((1, "{}".into())));
    assert_eq!(journal.texts(room, &[id]).await.unwrap(), last.texts);
    assert_eq!(journal.live_room(circle).await.unwrap(), Some(room));
    assert_eq!(journal.next_due().await.unwrap(), Some(5));
    assert_eq!(journal.bars(circle).await.unwrap().len(), 1);
    journal.append(circle, room, 1, batch(1, 1)).await.unwrap();
}

pub(super) async fn different_journals_have_different_epochs<E: Engine>() {
    assert_ne!(E::new().epoch(), E::new().epoch());
}

pub(super) async fn a_closed_journal_refuses_every_call<E: Engine>() {
    let journal = E::new();
    let (circle, room) = (a_circle(&*journal).await, a_room());
    journal.append(circle, room, 0, batch(0, 1)).await.unwrap();
    journal.ready().await.unwrap();
    journal.close().await.unwrap();
    journal.close().await.unwrap();
    let append = journal.append(circle, room, 1, batch(1, 1)).await;
    let Err(AppendError::Failed(append)) = append else { panic!("{append:?}") };
    let errors = [
        append,
        journal.ready().await.unwrap_err(),
        journal.create_circle(&new_circle(), circle, 1).await.unwrap_err(),
        journal.circle(circle).await.unwrap_err(),
        journal.set_next_at(circle, None).await.unwrap_err(),
        journal.live_room(circle).await.unwrap_err(),
        journal.bars(circle).await.unwrap_err(),
        journal.last_batch(room).await.unwrap_err(),
        journal.read(room, 0, 1).await.unwrap_err(),
        journal.texts(room, &[]).await.unwrap_err(),
        journal.put_snapshot(room, 1, "{}".to_owned()).await.unwrap_err(),
        journal.snapshot(room).await.unwrap_err(),
        journal.erase(room, EraseScope::Texts).await.unwrap_err(),
        journal.unerased_rooms().await.unwrap_err(),
        journal.expired_rooms(0..=0).await.unwrap_err(),
        journal.due(0, None).await.unwrap_err(),
        journal.next_due().await.unwrap_err(),
        journal.delete_circle(circle).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, JournalError::Closed { .. }), "{error:?}");
    }
}
