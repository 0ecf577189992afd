//! Erased texts, searched for in every file of the store.

use crate::engine::{Engine, SqliteEngine};
use crate::support::{
    a_circle, a_room, all_bytes, barring, batch, new_circle, occurrences, said, text_id,
};
use hearth_journal::{BarChange, Batch, EraseScope, Journal, Sqlite};
use hearth_protocol::api::NewCircle;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{BarId, CircleId, Text, TextId};
use proptest::prelude::*;
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::time::Duration;
use tempfile::tempdir;
use uuid::Uuid;

#[tokio::test]
async fn an_erased_rooms_texts_are_in_no_byte_of_any_file() {
    let store = SqliteEngine::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let (other_circle, other_room) = (a_circle(&*store).await, a_room());
    let long = "longmarker ".repeat(3_000);
    for (head, words) in ["shortmarker", &long, "lastmarker"].into_iter().enumerate() {
        store.append(circle, room, head as u64, said(head as u64, text_id(), words)).await.unwrap();
    }
    store.append(other_circle, other_room, 0, said(0, text_id(), "othermarker")).await.unwrap();
    store.put_snapshot(room, 3, "{\"snapshot\":3}".into()).await.unwrap();
    // Closing moves the texts from the log to the database file.
    let store = store.reopened();
    let before = all_bytes(store.path());
    for marker in ["shortmarker", "longmarker", "lastmarker"] {
        assert!(occurrences(&before, marker) > 0, "{marker} is not found before it is erased");
    }

    store.erase(room, EraseScope::Texts).await.unwrap();
    store.erase(room, EraseScope::Texts).await.unwrap();
    store.erase(a_room(), EraseScope::All).await.unwrap();
    let after = all_bytes(store.path());
    for marker in ["shortmarker", "longmarker", "lastmarker"] {
        assert_eq!(occurrences(&after, marker), 0, "{marker}");
    }
    assert!(occurrences(&after, "othermarker") > 0);
    assert_eq!(store.read(room, 0, 9).await.unwrap().len(), 3);
    assert!(store.snapshot(room).await.unwrap().is_some());
}

#[tokio::test]
async fn a_text_erased_by_an_append_leaves_the_files_soon_after() {
    let store = SqliteEngine::new();
    let (circle, room, id) = (a_circle(&*store).await, a_room(), text_id());
    store.append(circle, room, 0, said(0, id, "takenmarker")).await.unwrap();
    store.append(circle, room, 1, Batch { erased: vec![id], ..batch(1, 1) }).await.unwrap();
    assert_gone_soon(&store, "takenmarker").await;
}

#[tokio::test]
async fn the_name_in_a_bar_leaves_the_files_soon_after_it_is_replaced_or_the_bar_is_lifted() {
    let store = SqliteEngine::new();
    let (circle, room, id) = (a_circle(&*store).await, a_room(), BarId(Uuid::new_v4()));
    let key = KeyHash::from_bytes([1; 32]);
    for (head, name) in ["firstmarker", "secondmarker"].into_iter().enumerate() {
        let mut batch = barring(head as u64, id, key, name);
        batch.erased = vec![batch.texts[0].0];
        store.append(circle, room, head as u64, batch).await.unwrap();
    }
    assert_gone_soon(&store, "firstmarker").await;
    assert!(occurrences(&all_bytes(store.path()), "secondmarker") > 0);
    let lifts = Batch { bars: vec![BarChange::Lift(id)], ..batch(2, 1) };
    store.append(circle, room, 2, lifts).await.unwrap();
    assert_gone_soon(&store, "secondmarker").await;
}

async fn assert_gone_soon(store: &SqliteEngine, marker: &str) {
    for _ in 0..100 {
        if occurrences(&all_bytes(store.path()), marker) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{marker} is still there after five seconds");
}

#[tokio::test]
async fn a_deleted_circles_texts_are_in_no_byte_of_any_file() {
    let store = SqliteEngine::new();
    let (circle, room) = (CircleId(Uuid::new_v4()), a_room());
    let new = NewCircle {
        title: Text::plain("titlemarker"),
        agreements: Some(Text::plain("agreementsmarker")),
        held_by: Some(Text::plain("heldbymarker")),
        ..new_circle()
    };
    store.create_circle(&new, circle, 1).await.unwrap();
    store.append(circle, room, 0, said(0, text_id(), "sharemarker")).await.unwrap();
    let (bar, key) = (BarId(Uuid::new_v4()), KeyHash::from_bytes([1; 32]));
    store.append(circle, room, 1, barring(1, bar, key, "barmarker")).await.unwrap();
    store.append(circle, room, 2, batch(2, 8_000)).await.unwrap();
    store.delete_circle(circle).await.unwrap();
    let bytes = all_bytes(store.path());
    for marker in ["titlemarker", "agreementsmarker", "heldbymarker", "sharemarker", "barmarker"] {
        assert_eq!(occurrences(&bytes, marker), 0, "{marker}");
    }
}

#[tokio::test]
async fn an_ended_room_erased_as_a_whole_is_in_no_byte_of_any_file() {
    let store = SqliteEngine::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let mut end = Batch { ended: true, ..said(0, text_id(), "wholemarker") };
    end.rows[0].body = "{\"key\":\"keymarker\"}".to_owned();
    store.append(circle, room, 0, end).await.unwrap();
    store.put_snapshot(room, 1, "{\"key\":\"snapshotmarker\"}".into()).await.unwrap();
    store.erase(room, EraseScope::All).await.unwrap();
    let bytes = all_bytes(store.path());
    for marker in ["wholemarker", "keymarker", "snapshotmarker"] {
        assert_eq!(occurrences(&bytes, marker), 0, "{marker}");
    }
}

/// When rows are deleted, SQLite moves others between pages, and leaves copies of them behind.
#[tokio::test]
async fn nothing_of_an_erased_attendance_record_stays_between_those_of_other_sessions() {
    const SESSIONS: usize = 24;
    const ROWS: usize = 80;
    let store = SqliteEngine::new();
    let mut rooms = Vec::new();
    for _ in 0..SESSIONS {
        rooms.push((a_circle(&*store).await, a_room()));
    }
    let body = |number: usize, row: usize| {
        let padding = "p".repeat((number * 97 + row * 31) % 300);
        format!("{{\"key\":\"<{number:07}>\",\"p\":\"{padding}\"}}")
    };
    for row in 0..ROWS {
        for (number, (circle, room)) in rooms.iter().enumerate() {
            let mut batch = batch(row as u64, 1);
            batch.rows[0].body = body(number, row);
            batch.ended = row + 1 == ROWS;
            store.append(*circle, *room, row as u64, batch).await.unwrap();
            if row % 7 == 0 {
                let snapshot = body(number, row * 3);
                store.put_snapshot(*room, row as u64 + 1, snapshot).await.unwrap();
            }
        }
    }
    for (erased, number) in (0..SESSIONS).map(|place| (place, place * 7 % SESSIONS)) {
        store.erase(rooms[number].1, EraseScope::All).await.unwrap();
        if erased % 4 != 3 {
            continue;
        }
        let found = markers(&all_bytes(store.path()));
        assert_eq!(found.len(), SESSIONS - erased - 1);
        let copied = found.values().filter(|times| **times != ROWS + 1).count();
        assert_eq!(copied, 0, "copies were left behind: {found:?}");
    }
}

#[tokio::test]
async fn an_erasure_waits_for_readers_that_need_the_log() {
    let store = SqliteEngine::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, said(0, text_id(), "readmarker")).await.unwrap();
    let other = Connection::open(store.path().join("hearth.db")).unwrap();
    let transaction = other.unchecked_transaction().unwrap();
    let _count: i64 =
        transaction.query_row("SELECT count(*) FROM texts", [], |row| row.get(0)).unwrap();

    let erasing = store.erase(room, EraseScope::Texts);
    tokio::pin!(erasing);
    let early = tokio::time::timeout(Duration::from_millis(400), &mut erasing).await;
    assert!(early.is_err(), "a reader still needs the text in the log: {early:?}");
    // Appends continue in the meantime.
    store.append(circle, room, 1, batch(1, 1)).await.unwrap();

    // After a crash at this point, the text is deleted but still in the log.
    let crashed = tempdir().unwrap();
    for name in ["hearth.db", "hearth.db-wal"] {
        fs::copy(store.path().join(name), crashed.path().join(name)).unwrap();
    }
    assert!(occurrences(&all_bytes(crashed.path()), "readmarker") > 0);

    drop(transaction);
    erasing.await.unwrap();
    assert_eq!(occurrences(&all_bytes(store.path()), "readmarker"), 0);

    let journal = Sqlite::open(crashed.path()).unwrap();
    assert_eq!(journal.read(room, 0, 9).await.unwrap().len(), 2);
    assert_eq!(occurrences(&all_bytes(crashed.path()), "readmarker"), 0);
}

/// A change to the texts of some rooms.
#[derive(Debug, Clone)]
enum Step {
    /// Append a text of about this length.
    Append { room: usize, length: usize },
    /// Erase the nth stored text by an append.
    EraseOne { nth: usize },
    /// Erase a room's texts.
    EraseRoom { room: usize },
}

const ROOMS: usize = 6;

fn step() -> impl Strategy<Value = Step> {
    let length = prop_oneof![4 => 10usize..400, 1 => 400usize..9_000];
    prop_oneof![
        60 => (0..ROOMS, length).prop_map(|(room, length)| Step::Append { room, length }),
        36 => any::<usize>().prop_map(|nth| Step::EraseOne { nth }),
        1 => (0..ROOMS).prop_map(|room| Step::EraseRoom { room }),
    ]
}

/// Counts each marker (`<`, seven digits and `>`) in `bytes`.
fn markers(bytes: &[u8]) -> HashMap<usize, usize> {
    let mut found = HashMap::new();
    for window in bytes.windows(9) {
        if window[0] == b'<'
            && window[8] == b'>'
            && let Ok(number) = std::str::from_utf8(&window[1..8]).unwrap_or("").parse()
        {
            *found.entry(number).or_default() += 1;
        }
    }
    found
}

async fn run(steps: Vec<Step>) {
    let store = SqliteEngine::new();
    let mut rooms = Vec::new();
    for _ in 0..ROOMS {
        rooms.push((a_circle(&*store).await, a_room(), 0));
    }
    let mut stored: BTreeMap<usize, (usize, TextId)> = BTreeMap::new();
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Append { room, length } => {
                let (circle, id, head) = &mut rooms[room];
                let (text_id, text) = (text_id(), format!("<{number:07}>{}", "w".repeat(length)));
                store.append(*circle, *id, *head, said(*head, text_id, &text)).await.unwrap();
                *head += 1;
                stored.insert(number, (room, text_id));
            }
            Step::EraseOne { nth } if !stored.is_empty() => {
                let number = *stored.keys().nth(nth % stored.len()).unwrap();
                let (room, text_id) = stored.remove(&number).unwrap();
                let (circle, id, head) = &mut rooms[room];
                let erasing = Batch { erased: vec![text_id], ..batch(*head, 1) };
                store.append(*circle, *id, *head, erasing).await.unwrap();
                *head += 1;
            }
            Step::EraseOne { .. } => {}
            Step::EraseRoom { room } => {
                store.erase(rooms[room].1, EraseScope::Texts).await.unwrap();
                stored.retain(|_, (of, _)| *of != room);
            }
        }
    }
    // Empties the log, which may contain a text more than once.
    store.erase(a_room(), EraseScope::Texts).await.unwrap();
    let found = markers(&all_bytes(store.path()));
    let more = found.iter().filter(|(number, times)| **times != 1 || !stored.contains_key(number));
    let wrong: Vec<_> = more.collect();
    assert!(wrong.is_empty(), "erased or duplicate texts (number, occurrences): {wrong:?}");
    assert_eq!(found.len(), stored.len(), "every stored text must be found");
    for (room, text_id) in stored.values() {
        assert_eq!(store.texts(rooms[*room].1, &[*text_id]).await.unwrap().len(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    })]

    /// A copy of a stored text would survive its erasure.
    #[test]
    fn no_text_is_ever_in_the_files_twice(steps in prop::collection::vec(step(), 600..900)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
            .block_on(run(steps));
    }
}
