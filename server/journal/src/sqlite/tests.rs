//! Tests of failing commits.

use super::commit_faults::{CommitFault, CommitFaults};
use super::*;

/// A store whose commits can be made to fail, with a circle.
struct Fixture {
    journal: Sqlite,
    faults: CommitFaults,
    circle: CircleId,
    room: RoomId,
    folder: tempfile::TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let faults = CommitFaults::default();
        let options = SqliteOptions::default();
        let store = LockedFolder::lock(folder.path(), &options).unwrap().open().unwrap();
        let journal = Sqlite::start(store, &options, faults.clone()).unwrap();
        let circle = CircleId(Uuid::new_v4());
        let new = NewCircle {
            title: Text::plain("A circle"),
            agreements: None,
            held_by: None,
            lasts_ms: None,
            next_at: None,
            settings: hearth_protocol::Settings::default(),
            entries: Vec::new(),
        };
        journal.create_circle(&new, circle, 1).await.unwrap();
        Self { journal, faults, circle, room: RoomId(Uuid::new_v4()), folder }
    }

    fn batch(after: u64) -> Batch {
        let id = Uuid::new_v4();
        Batch {
            id,
            rows: vec![StoredRow { seq: after + 1, at: 5, body: format!("\"{id}\"") }],
            texts: vec![(TextId(id), Text::plain("words"))],
            erased: Vec::new(),
            bars: Vec::new(),
            deadline: None,
            ended: false,
        }
    }

    async fn append(&self, after: u64, batch: &Batch) -> Result<(), AppendError> {
        self.journal.append(self.circle, self.room, after, batch.clone()).await
    }
}

#[tokio::test]
async fn after_a_failed_commit_the_head_tells_whether_the_batch_was_written() {
    let store = Fixture::new().await;
    let mut head = 0;
    for fault in [
        CommitFault::NotWritten,
        CommitFault::Written,
        CommitFault::Written,
        CommitFault::NotWritten,
    ] {
        store.faults.push(fault);
        let batch = Fixture::batch(head);
        assert_eq!(store.append(head, &batch).await, Err(AppendError::Unknown), "{fault:?}");
        let last = store.journal.last_batch(store.room).await.unwrap();
        if matches!(fault, CommitFault::Written) {
            head += 1;
            assert_eq!(last, Some((batch.id, head)));
        } else {
            assert_eq!(last.map_or(0, |last| last.1), head);
        }
        assert_eq!(store.journal.ready().await, Ok(()));
        let next = Fixture::batch(head);
        store.append(head, &next).await.unwrap();
        head += 1;
    }
    assert_eq!(store.journal.read(store.room, 0, 100).await.unwrap().len() as u64, head);
}

#[tokio::test]
async fn the_outcome_of_every_command_in_a_failed_group_is_unknown() {
    let store = Fixture::new().await;
    store.faults.push(CommitFault::NotWritten);
    // The first group may contain one batch or several; all of its batches share its outcome.
    let rivals: Vec<Batch> = (0..8).map(|_| Fixture::batch(0)).collect();
    let appends = rivals.iter().map(|batch| store.append(0, batch));
    let outcomes = futures_util::future::join_all(appends).await;
    let unknown = outcomes.iter().filter(|o| **o == Err(AppendError::Unknown)).count();
    let written = outcomes.iter().filter(|o| o.is_ok()).count();
    assert!(unknown >= 1, "{outcomes:?}");
    let head = store.journal.last_batch(store.room).await.unwrap().map_or(0, |last| last.1);
    assert_eq!(head, written as u64);
}

#[tokio::test]
async fn a_disk_that_is_full_at_the_commit_leaves_nothing_behind() {
    let store = Fixture::new().await;
    store.faults.push(CommitFault::Full);
    let batch = Fixture::batch(0);
    assert_eq!(store.append(0, &batch).await, Err(AppendError::Full));
    assert_eq!(store.journal.last_batch(store.room).await.unwrap(), None);
    assert!(matches!(store.journal.ready().await, Err(JournalError::Full { .. })));
    store.append(0, &batch).await.unwrap();
    assert_eq!(store.journal.ready().await, Ok(()));
}

#[tokio::test]
async fn a_store_that_cannot_be_reopened_fails_calls_until_it_can() {
    let store = Fixture::new().await;
    store.append(0, &Fixture::batch(0)).await.unwrap();
    let (file, aside) = (store.folder.path().join("hearth.db"), store.folder.path().join("aside"));
    std::fs::rename(&file, &aside).unwrap();
    store.faults.push(CommitFault::NotWritten);
    assert_eq!(store.append(1, &Fixture::batch(1)).await, Err(AppendError::Unknown));
    let refused = store.append(1, &Fixture::batch(1)).await;
    assert!(
        matches!(refused, Err(AppendError::Failed(JournalError::Recovering { .. }))),
        "{refused:?}"
    );
    let unread = store.journal.last_batch(store.room).await;
    assert!(matches!(unread, Err(JournalError::Recovering { .. })), "{unread:?}");
    assert!(matches!(store.journal.ready().await, Err(JournalError::Recovering { .. })));

    std::fs::rename(&aside, &file).unwrap();
    for _ in 0..100 {
        if store.journal.ready().await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    store.append(1, &Fixture::batch(1)).await.unwrap();
    assert_eq!(store.journal.read(store.room, 0, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_erasure_whose_commit_failed_can_be_repeated() {
    let store = Fixture::new().await;
    let batch = Fixture::batch(0);
    store.append(0, &batch).await.unwrap();
    store.faults.push(CommitFault::NotWritten);
    let doing = "erase a room's texts";
    let failed = store.journal.erase(store.room, EraseScope::Texts).await;
    assert_eq!(failed, Err(JournalError::Unknown { doing }));
    store.journal.erase(store.room, EraseScope::Texts).await.unwrap();
    assert_eq!(store.journal.texts(store.room, &[batch.texts[0].0]).await.unwrap(), []);
}

#[tokio::test]
async fn an_erasure_waits_for_a_copy_of_the_log_that_is_running() {
    let store = Fixture::new().await;
    store.append(0, &Fixture::batch(0)).await.unwrap();
    let (locked, is_locked) = channel();
    let (finish, finished) = channel::<()>();
    let shared = Arc::clone(&store.journal.shared);
    let copying = thread::spawn(move || {
        let _connection = shared.log_connection();
        locked.send(()).unwrap();
        finished.recv().unwrap();
    });
    is_locked.recv().unwrap();
    let mut erasing = store.journal.erase(store.room, EraseScope::Texts);
    let early = tokio::time::timeout(Duration::from_millis(300), &mut erasing).await;
    assert!(early.is_err(), "the log was emptied during a copy");
    finish.send(()).unwrap();
    assert_eq!(erasing.await, Ok(()));
    copying.join().unwrap();
}
