//! Circles, rooms and batches for the tests.

use hearth_journal::{BarChange, Batch, Journal, StoredRow};
use hearth_protocol::api::{Entry, LinkRole, NewCircle};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{BarId, CircleId, Millis, RoomId, Settings, Text, TextId};
use std::path::Path;
use uuid::Uuid;

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

/// Creates a circle and returns its id.
pub(crate) async fn a_circle<J: Journal>(journal: &J) -> CircleId {
    let circle = CircleId(Uuid::new_v4());
    journal.create_circle(&new_circle(), circle, 1).await.unwrap();
    circle
}

pub(crate) fn a_room() -> RoomId {
    RoomId(Uuid::new_v4())
}

pub(crate) fn text_id() -> TextId {
    TextId(Uuid::new_v4())
}

/// Returns rows numbered consecutively after `after`.
pub(crate) fn rows(after: u64, count: u64, at: Millis) -> Vec<StoredRow> {
    (after + 1..=after + count)
        .map(|seq| StoredRow { seq, at, body: format!("{{\"number\":{seq}}}") })
        .collect()
}

/// Returns a batch of `count` rows that follow `after`.
pub(crate) fn batch(after: u64, count: u64) -> Batch {
    Batch {
        id: Uuid::new_v4(),
        rows: rows(after, count, 1000 + after % 1000),
        texts: Vec::new(),
        erased: Vec::new(),
        bars: Vec::new(),
        deadline: None,
        ended: false,
    }
}

/// Returns a batch of one row and a text.
pub(crate) fn said(after: u64, id: TextId, words: &str) -> Batch {
    Batch { texts: vec![(id, Text::plain(words))], ..batch(after, 1) }
}

/// Returns a batch of one row that bars a key, under the given name.
pub(crate) fn barring(after: u64, id: BarId, key: KeyHash, name: &str) -> Batch {
    let text = text_id();
    let bars = vec![BarChange::Put { id, key, name: text, at: after }];
    Batch { bars, ..said(after, text, name) }
}

/// Returns a circle's bars as their ids, keys and names.
pub(crate) async fn bars(journal: &dyn Journal, circle: CircleId) -> Vec<(BarId, KeyHash, String)> {
    let bars = journal.bars(circle).await.unwrap().into_iter();
    bars.map(|bar| match bar.name {
        Text::Plain(name) | Text::Sealed(name) => (bar.id, bar.key, name),
    })
    .collect()
}

/// Returns every byte of every file in a folder.
pub(crate) fn all_bytes(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    bytes
}

/// Counts the occurrences of `needle`.
pub(crate) fn occurrences(haystack: &[u8], needle: &str) -> usize {
    haystack.windows(needle.len()).filter(|window| *window == needle.as_bytes()).count()
}
