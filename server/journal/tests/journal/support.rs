//! Stores, circles and batches for the tests.

use hearth_journal::{Batch, EventRow, Journal, JournalError, Options, Sqlite};
use hearth_protocol::api::{Entry, LinkRole, NewCircle};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{CircleId, Millis, RoomId, Settings, Text, WordsId};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use uuid::Uuid;

/// A store in a folder of its own.
pub(crate) struct Store {
    pub(crate) journal: Sqlite,
    pub(crate) folder: TempDir,
}

impl std::ops::Deref for Store {
    type Target = Sqlite;
    fn deref(&self) -> &Sqlite {
        &self.journal
    }
}

impl Store {
    pub(crate) fn new() -> Self {
        Self::with(&Options::default())
    }

    pub(crate) fn with(options: &Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Sqlite::open_with(folder.path(), options).unwrap();
        Self { journal, folder }
    }

    pub(crate) fn reopened(self) -> Self {
        let Self { journal, folder } = self;
        drop(journal);
        let journal = opened_again(folder.path());
        Self { journal, folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Another test may just be starting a process: until that runs its own program, it has a share in
/// every lock of this one.
fn opened_again(folder: &Path) -> Sqlite {
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        match Sqlite::open(folder) {
            Err(JournalError::InUse { .. }) if Instant::now() < until => {
                thread::sleep(Duration::from_millis(5));
            }
            opened => return opened.unwrap(),
        }
    }
}

pub(crate) fn new_circle() -> NewCircle {
    NewCircle {
        title: Text::plain("Tuesday circle"),
        agreements: Some(Text::plain("What is said here stays here")),
        held_by: Some(Text::plain("Fay and Mo")),
        lasts_ms: Some(5_400_000),
        next_at: Some(9_000),
        settings: Settings::default(),
        entries: LinkRole::ALL
            .into_iter()
            .map(|role| Entry {
                role,
                entry_hash: KeyHash::from_bytes([role as u8; 32]),
                locker: "bG9ja2Vy".to_owned(),
            })
            .collect(),
    }
}

/// Makes a circle and returns its id.
pub(crate) async fn a_circle(journal: &dyn Journal) -> CircleId {
    let circle = CircleId(Uuid::new_v4());
    journal.create_circle(&new_circle(), circle, 1).await.unwrap();
    circle
}

pub(crate) fn a_room() -> RoomId {
    RoomId(Uuid::new_v4())
}

pub(crate) fn words_id() -> WordsId {
    WordsId(Uuid::new_v4())
}

/// Returns events numbered on from `after`.
pub(crate) fn events(after: u64, count: u64, at: Millis) -> Vec<EventRow> {
    (after + 1..=after + count)
        .map(|seq| EventRow { seq, at, body: format!("{{\"event\":{seq}}}") })
        .collect()
}

/// Returns a batch of `count` events that follow `after`.
pub(crate) fn batch(after: u64, count: u64) -> Batch {
    Batch {
        id: Uuid::new_v4(),
        events: events(after, count, 1000 + after % 1000),
        texts: Vec::new(),
        erased: Vec::new(),
        bars: Vec::new(),
        deadline: None,
        ended: false,
    }
}

/// Returns a batch of one event that says something.
pub(crate) fn said(after: u64, id: WordsId, words: &str) -> Batch {
    Batch { texts: vec![(id, Text::plain(words))], ..batch(after, 1) }
}

/// Returns every byte of every file in a folder.
pub(crate) fn all_bytes(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    bytes
}

/// Returns how often `needle` occurs.
pub(crate) fn occurrences(haystack: &[u8], needle: &str) -> usize {
    haystack.windows(needle.len()).filter(|window| *window == needle.as_bytes()).count()
}
