//! The journal that fails on demand.

use crate::support::{a_circle, a_room, batch};
use hearth_journal::faults::{Fault, Faulty};
use hearth_journal::{AppendError, Journal, JournalError, Memory};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

fn faulty() -> Faulty {
    Faulty::new(Arc::new(Memory::new()))
}

#[tokio::test]
async fn planned_faults_happen_once_and_in_order() {
    let journal = faulty();
    let (circle, room) = (a_circle(&journal).await, a_room());
    journal.next_appends(1, Fault::Full);
    journal.next_appends(1, Fault::UnknownNotWritten);
    journal.next_appends(1, Fault::UnknownWritten);
    let sent = batch(0, 1);
    let append = || journal.append(circle, room, 0, sent.clone());
    assert_eq!(append().await, Err(AppendError::Full));
    assert_eq!(append().await, Err(AppendError::Unknown));
    assert_eq!(journal.last_batch(room).await.unwrap(), None);
    assert_eq!(append().await, Err(AppendError::Unknown));
    assert_eq!(journal.last_batch(room).await.unwrap(), Some((sent.id, 1)));
    assert_eq!(append().await, Err(AppendError::Conflict { head: 1 }));
}

#[tokio::test]
async fn a_disk_can_stay_full() {
    let journal = faulty();
    let (circle, room) = (a_circle(&journal).await, a_room());
    journal.every_append(Some(Fault::Full));
    for _ in 0..3 {
        let outcome = journal.append(circle, room, 0, batch(0, 1)).await;
        assert_eq!(outcome, Err(AppendError::Full));
    }
    journal.every_append(None);
    journal.append(circle, room, 0, batch(0, 1)).await.unwrap();
}

#[tokio::test]
async fn a_delayed_append_succeeds() {
    let journal = faulty();
    let (circle, room) = (a_circle(&journal).await, a_room());
    journal.next_appends(1, Fault::Delayed(Duration::from_millis(50)));
    let begun = Instant::now();
    journal.append(circle, room, 0, batch(0, 1)).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn reads_can_fail() {
    let journal = faulty();
    let (circle, room) = (a_circle(&journal).await, a_room());
    journal.append(circle, room, 0, batch(0, 1)).await.unwrap();
    journal.reading_fails(true);
    assert!(matches!(journal.last_batch(room).await, Err(JournalError::Recovering { .. })));
    assert!(matches!(journal.read(room, 0, 1).await, Err(JournalError::Recovering { .. })));
    journal.reading_fails(false);
    assert_eq!(journal.last_batch(room).await.unwrap().unwrap().1, 1);
}
