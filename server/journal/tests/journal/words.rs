//! Words: kept apart, and gone from every file when they are erased.

use crate::support::{Store, a_circle, a_room, all_bytes, batch, occurrences, said, words_id};
use hearth_journal::{Batch, Journal, JournalError, What};
use hearth_protocol::{Text, WordsId};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

#[tokio::test]
async fn texts_are_found_by_id_and_one_that_was_erased_is_missing() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let (plain, sealed, never) = (words_id(), words_id(), words_id());
    let texts =
        vec![(plain, Text::plain("Grüße 👩‍👩‍👧\n…")), (sealed, Text::Sealed("c2VhbGVk".into()))];
    store.append(circle, room, 0, Batch { texts: texts.clone(), ..batch(0, 1) }).await.unwrap();
    assert_eq!(store.texts(room, &[plain, never, sealed]).await.unwrap(), texts);
    assert_eq!(store.texts(a_room(), &[plain]).await.unwrap(), []);

    store.append(circle, room, 1, Batch { erased: vec![plain], ..batch(1, 1) }).await.unwrap();
    assert_eq!(store.texts(room, &[plain, sealed]).await.unwrap(), texts[1..]);
}

#[tokio::test]
async fn an_erased_rooms_words_are_in_no_byte_of_any_file() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    let (other_circle, other_room) = (a_circle(&*store).await, a_room());
    let long = "longmarker ".repeat(3_000);
    for (head, words) in ["shortmarker", &long, "lastmarker"].into_iter().enumerate() {
        store
            .append(circle, room, head as u64, said(head as u64, words_id(), words))
            .await
            .unwrap();
    }
    store.append(other_circle, other_room, 0, said(0, words_id(), "othermarker")).await.unwrap();
    store.put_snapshot(room, 3, "{\"snapshot\":3}".into()).await.unwrap();
    // Now they are in the main file, not only in the log.
    let store = store.reopened();
    let before = all_bytes(store.path());
    for marker in ["shortmarker", "longmarker", "lastmarker"] {
        assert!(
            occurrences(&before, marker) > 0,
            "{marker}: the test must see words that are there"
        );
    }

    store.erase(room, What::Texts).await.unwrap();
    store.erase(room, What::Texts).await.unwrap();
    store.erase(a_room(), What::All).await.unwrap();
    let after = all_bytes(store.path());
    for marker in ["shortmarker", "longmarker", "lastmarker"] {
        assert_eq!(occurrences(&after, marker), 0, "{marker}");
    }
    assert!(occurrences(&after, "othermarker") > 0);
    assert_eq!(store.read(room, 0, 9).await.unwrap().len(), 3);
    assert!(store.snapshot(room).await.unwrap().is_some());
}

#[tokio::test]
async fn a_share_taken_back_leaves_the_files_soon_after() {
    let store = Store::new();
    let (circle, room, id) = (a_circle(&*store).await, a_room(), words_id());
    store.append(circle, room, 0, said(0, id, "takenmarker")).await.unwrap();
    store.append(circle, room, 1, Batch { erased: vec![id], ..batch(1, 1) }).await.unwrap();
    for _ in 0..100 {
        if occurrences(&all_bytes(store.path()), "takenmarker") == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the words are still there after five seconds");
}

#[tokio::test]
async fn a_room_erased_as_a_whole_leaves_only_that_it_took_place() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, said(0, words_id(), "wholemarker")).await.unwrap();
    store.put_snapshot(room, 1, "{}".into()).await.unwrap();
    assert_eq!(store.erase(room, What::All).await, Err(JournalError::StillLive { room }));
    assert_eq!(store.read(room, 0, 9).await.unwrap().len(), 1);

    let end = Batch { ended: true, ..batch(1, 1) };
    store.append(circle, room, 1, end.clone()).await.unwrap();
    store.erase(room, What::All).await.unwrap();
    assert_eq!(store.read(room, 0, 9).await.unwrap(), []);
    assert_eq!(store.snapshot(room).await.unwrap(), None);
    assert_eq!(store.last_batch(room).await.unwrap(), Some((end.id, 2)));
    assert_eq!(occurrences(&all_bytes(store.path()), "wholemarker"), 0);
}

#[tokio::test]
async fn an_erasure_that_a_crash_cut_short_is_found_at_the_next_start() {
    let store = Store::new();
    let (circle, room) = (a_circle(&*store).await, a_room());
    store.append(circle, room, 0, said(0, words_id(), "words")).await.unwrap();
    assert_eq!(store.words_left().await.unwrap(), []);
    store.append(circle, room, 1, Batch { ended: true, ..batch(1, 1) }).await.unwrap();
    let store = store.reopened();
    assert_eq!(store.words_left().await.unwrap(), [(circle, room)]);
    store.erase(room, What::Texts).await.unwrap();
    assert_eq!(store.words_left().await.unwrap(), []);
}

/// What happens to the texts of some rooms.
#[derive(Debug, Clone)]
enum Step {
    /// Somebody says something of about this length.
    Say { room: usize, length: usize },
    /// The nth text that is there is taken back.
    TakeBack { nth: usize },
    /// A room's words are erased.
    Erase { room: usize },
}

const ROOMS: usize = 6;

fn step() -> impl Strategy<Value = Step> {
    let length = prop_oneof![4 => 10usize..400, 1 => 400usize..9_000];
    prop_oneof![
        60 => (0..ROOMS, length).prop_map(|(room, length)| Step::Say { room, length }),
        36 => any::<usize>().prop_map(|nth| Step::TakeBack { nth }),
        1 => (0..ROOMS).prop_map(|room| Step::Erase { room }),
    ]
}

/// Returns how often each marker (`<` and seven digits) stands in `bytes`.
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

async fn play(steps: Vec<Step>) {
    let store = Store::new();
    let mut rooms = Vec::new();
    for _ in 0..ROOMS {
        rooms.push((a_circle(&*store).await, a_room(), 0));
    }
    let mut there: BTreeMap<usize, (usize, WordsId)> = BTreeMap::new();
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Say { room, length } => {
                let (circle, id, head) = &mut rooms[room];
                let (words, text) = (words_id(), format!("<{number:07}>{}", "w".repeat(length)));
                store.append(*circle, *id, *head, said(*head, words, &text)).await.unwrap();
                *head += 1;
                there.insert(number, (room, words));
            }
            Step::TakeBack { nth } if !there.is_empty() => {
                let number = *there.keys().nth(nth % there.len()).unwrap();
                let (room, words) = there.remove(&number).unwrap();
                let (circle, id, head) = &mut rooms[room];
                let taken = Batch { erased: vec![words], ..batch(*head, 1) };
                store.append(*circle, *id, *head, taken).await.unwrap();
                *head += 1;
            }
            Step::TakeBack { .. } => {}
            Step::Erase { room } => {
                store.erase(rooms[room].1, What::Texts).await.unwrap();
                there.retain(|_, (of, _)| *of != room);
            }
        }
    }
    // Empties the log, in which words may stand more than once.
    store.erase(a_room(), What::Texts).await.unwrap();
    let found = markers(&all_bytes(store.path()));
    let more = found.iter().filter(|(number, times)| **times != 1 || !there.contains_key(number));
    let wrong: Vec<_> = more.collect();
    assert!(wrong.is_empty(), "erased texts, or copies (text, times): {wrong:?}");
    assert_eq!(found.len(), there.len(), "the test must see the texts that are there");
    for (room, words) in there.values() {
        assert_eq!(store.texts(rooms[*room].1, &[*words]).await.unwrap().len(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    })]

    /// A copy of a text that is still there would survive its erasure later.
    #[test]
    fn no_text_is_ever_in_the_files_twice(steps in prop::collection::vec(step(), 600..900)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
            .block_on(play(steps));
    }
}
