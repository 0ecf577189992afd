//! Tests that need a commit to fail.

use super::writer::Attempt;
use super::*;
use rusqlite::Transaction;
use std::collections::VecDeque;

/// Commits that are to fail, one after the other.
#[derive(Debug, Default, Clone)]
pub(super) struct Sabotage(Arc<Mutex<VecDeque<Instead>>>);

/// What happens instead of a commit.
#[derive(Debug, Clone, Copy)]
pub(super) enum Instead {
    /// It is written, and said to have failed.
    Written,
    /// It is not written, and said to have failed.
    NotWritten,
    /// The disk is found full.
    Full,
}

impl Sabotage {
    pub(super) fn instead_of_commit(&self) -> Option<Instead> {
        self.0.lock().unwrap().pop_front()
    }

    fn next(&self, instead: Instead) {
        self.0.lock().unwrap().push_back(instead);
    }
}

impl Instead {
    pub(super) fn of(self, transaction: Transaction<'_>) -> Attempt {
        match self {
            Self::Written => {
                transaction.commit().unwrap();
                Attempt::Unknown
            }
            Self::NotWritten => Attempt::Unknown,
            Self::Full => Attempt::Full,
        }
    }
}

struct Rig {
    journal: Sqlite,
    sabotage: Sabotage,
    circle: CircleId,
    room: RoomId,
    folder: tempfile::TempDir,
}

impl Rig {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sabotage = Sabotage::default();
        let options = Options::default();
        let opened = Files::claim(folder.path(), &options).unwrap().open().unwrap();
        let journal = Sqlite::start(opened, &options, sabotage.clone()).unwrap();
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
        Self { journal, sabotage, circle, room: RoomId(Uuid::new_v4()), folder }
    }

    fn batch(after: u64) -> Batch {
        let id = Uuid::new_v4();
        Batch {
            id,
            events: vec![EventRow { seq: after + 1, at: 5, body: format!("\"{id}\"") }],
            texts: vec![(WordsId(id), Text::plain("words"))],
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
async fn after_a_failed_commit_the_head_says_whether_the_batch_was_written() {
    let rig = Rig::new().await;
    let mut head = 0;
    for instead in [Instead::NotWritten, Instead::Written, Instead::Written, Instead::NotWritten] {
        rig.sabotage.next(instead);
        let batch = Rig::batch(head);
        assert_eq!(rig.append(head, &batch).await, Err(AppendError::Unknown), "{instead:?}");
        let last = rig.journal.last_batch(rig.room).await.unwrap();
        if matches!(instead, Instead::Written) {
            head += 1;
            assert_eq!(last, Some((batch.id, head)));
        } else {
            assert_eq!(last.map_or(0, |last| last.1), head);
        }
        assert_eq!(rig.journal.ready().await, Ok(()));
        let next = Rig::batch(head);
        rig.append(head, &next).await.unwrap();
        head += 1;
    }
    assert_eq!(rig.journal.read(rig.room, 0, 100).await.unwrap().len() as u64, head);
}

#[tokio::test]
async fn every_member_of_a_group_whose_commit_failed_is_told_that_it_is_unknown() {
    let rig = Rig::new().await;
    rig.sabotage.next(Instead::NotWritten);
    // The first is decided alone or with others: all that failed together were told so, and the
    // rest went on.
    let rivals: Vec<Batch> = (0..8).map(|_| Rig::batch(0)).collect();
    let appends = rivals.iter().map(|batch| rig.append(0, batch));
    let outcomes = futures_util::future::join_all(appends).await;
    let unknown = outcomes.iter().filter(|o| **o == Err(AppendError::Unknown)).count();
    let written = outcomes.iter().filter(|o| o.is_ok()).count();
    assert!(unknown >= 1, "{outcomes:?}");
    let head = rig.journal.last_batch(rig.room).await.unwrap().map_or(0, |last| last.1);
    assert_eq!(head, written as u64);
}

#[tokio::test]
async fn a_disk_found_full_at_the_commit_leaves_nothing_behind() {
    let rig = Rig::new().await;
    rig.sabotage.next(Instead::Full);
    let batch = Rig::batch(0);
    assert_eq!(rig.append(0, &batch).await, Err(AppendError::Full));
    assert_eq!(rig.journal.last_batch(rig.room).await.unwrap(), None);
    assert!(matches!(rig.journal.ready().await, Err(JournalError::Full { .. })));
    rig.append(0, &batch).await.unwrap();
    assert_eq!(rig.journal.ready().await, Ok(()));
}

#[tokio::test]
async fn a_store_that_cannot_be_reopened_says_so_and_serves_when_it_can() {
    let rig = Rig::new().await;
    rig.append(0, &Rig::batch(0)).await.unwrap();
    let (file, aside) = (rig.folder.path().join("hearth.db"), rig.folder.path().join("aside"));
    std::fs::rename(&file, &aside).unwrap();
    rig.sabotage.next(Instead::NotWritten);
    assert_eq!(rig.append(1, &Rig::batch(1)).await, Err(AppendError::Unknown));
    let refused = rig.append(1, &Rig::batch(1)).await;
    assert!(
        matches!(refused, Err(AppendError::Failed(JournalError::Recovering { .. }))),
        "{refused:?}"
    );
    let unread = rig.journal.last_batch(rig.room).await;
    assert!(matches!(unread, Err(JournalError::Recovering { .. })), "{unread:?}");
    assert!(matches!(rig.journal.ready().await, Err(JournalError::Recovering { .. })));

    std::fs::rename(&aside, &file).unwrap();
    for _ in 0..100 {
        if rig.journal.ready().await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    rig.append(1, &Rig::batch(1)).await.unwrap();
    assert_eq!(rig.journal.read(rig.room, 0, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_erasure_whose_commit_failed_can_be_asked_for_again() {
    let rig = Rig::new().await;
    let batch = Rig::batch(0);
    rig.append(0, &batch).await.unwrap();
    rig.sabotage.next(Instead::NotWritten);
    let doing = "erase a room's words";
    let failed = rig.journal.erase(rig.room, What::Texts).await;
    assert_eq!(failed, Err(JournalError::Unknown { doing }));
    rig.journal.erase(rig.room, What::Texts).await.unwrap();
    assert_eq!(rig.journal.texts(rig.room, &[batch.texts[0].0]).await.unwrap(), []);
}

/// Makes a store as the first Hearth left one, with a circle in it.
fn first_store(folder: &Path, circle: CircleId) {
    let files = Files::claim(folder, &Options::default()).unwrap();
    let mut db = files.writer().unwrap();
    db.pragma_update(None, "application_id", store::APPLICATION_ID).unwrap();
    let first = refinery::Target::Version(1);
    store::embedded::migrations::runner().set_target(first).run(&mut db).unwrap();
    let usable: usize =
        db.pragma_query_value(None, "page_size", |row| row.get::<_, u32>(0)).unwrap() as usize;
    let body = at_rest::lay_out(usable, None, &Text::plain("An old circle"));
    db.execute("INSERT INTO texts (words, body) VALUES (?, ?)", (Uuid::new_v4().as_bytes(), body))
        .unwrap();
    let title = db.last_insert_rowid();
    db.execute(
        "INSERT INTO circles (circle, made_at, title, agreements, settings) \
         VALUES (?, 7, ?, NULL, ?)",
        (circle.0.as_bytes(), title, r#"{"late":"at_end"}"#),
    )
    .unwrap();
}

#[tokio::test]
async fn a_store_of_the_first_hearth_opens_and_its_circles_are_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let circle = CircleId(Uuid::new_v4());
    first_store(folder.path(), circle);
    let journal = Sqlite::open(folder.path()).unwrap();
    let row = journal.circle(circle).await.unwrap().unwrap();
    assert_eq!((row.made_at, &row.title), (7, &Text::plain("An old circle")));
    assert_eq!(row.settings.late, hearth_protocol::Late::AtEnd);
    assert_eq!((row.held_by, row.lasts_ms, row.next_at), (None, None, None));
    journal.set_next_at(circle, Some(9)).await.unwrap();
    journal.append(circle, RoomId(Uuid::new_v4()), 0, Rig::batch(0)).await.unwrap();
    drop(journal);
    let journal = Sqlite::open(folder.path()).unwrap();
    assert_eq!(journal.circle(circle).await.unwrap().unwrap().next_at, Some(9));
}
