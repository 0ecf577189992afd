//! Layout of the bodies of rows and snapshots, so that erasing an ended room erases every copy.
//!
//! They contain no human text, but they do say which seat did what and when, and they contain the
//! hashes of seat keys. So, like [texts](super::text_storage), they are kept off the pages of the
//! B-tree. A body is JSON, which spaces around it don't change: it is stored with spaces up to its
//! first overflow page, and after it up to the end of its last one.

use super::text_storage::{integer_bytes, local_bytes, size_after};

/// Number of an empty text's type in a row's header.
const TEXT_TYPE: usize = 13;

/// Encodes JSON as the last column of a row for a file whose pages have `usable` bytes. The row's
/// first column is an alias of the rowid, and `columns` are the integers between the two.
pub(super) fn encode(usable: usize, columns: &[i64], json: &str) -> String {
    let (local, overflow) = (local_bytes(usable), usable - 4);
    // Header: its own length, and the types of all columns except the last. Then their values.
    let values: usize = columns.iter().copied().map(integer_bytes).sum();
    let others = 2 + columns.len() + values;
    let mut pages = json.len().div_ceil(overflow).max(1);
    let (before, size) = loop {
        match size_after(others, TEXT_TYPE, local + pages * overflow) {
            Some(found) => break found,
            None => pages += 1,
        }
    };
    let start = local.saturating_sub(before);
    let mut body = String::with_capacity(size);
    body.extend(std::iter::repeat_n(' ', start));
    body.push_str(json);
    body.extend(std::iter::repeat_n(' ', size.saturating_sub(body.len())));
    body
}

/// Returns the JSON in a stored body.
pub(super) fn decode(body: &str) -> &str {
    body.trim_matches(' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rusqlite::{Connection, params};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn no_byte_of_a_row_is_on_a_page_shared_by_rows(
            room in prop_oneof![0i64..300, 30_000i64..40_000],
            seq in prop_oneof![1i64..300, 30_000i64..70_000],
            at in 0i64..4_000_000_000_000,
            length in prop_oneof![0usize..300, 900usize..1100, 4000usize..4200, 0usize..70_000],
        ) {
            const PAGE: usize = 1024;
            let json = "W".repeat(length);
            let body = encode(PAGE, &[room, seq, at], &json);
            prop_assert_eq!(decode(&body), &json);
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("t.db");
            let db = Connection::open(&file).unwrap();
            db.pragma_update(None, "page_size", PAGE as i64).unwrap();
            db.execute_batch(
                "CREATE TABLE rows (id INTEGER PRIMARY KEY, room INTEGER, seq INTEGER, \
                 at INTEGER, body TEXT)",
            )
            .unwrap();
            db.execute(
                "INSERT INTO rows (room, seq, at, body) VALUES (?, ?, ?, ?)",
                params![room, seq, at, body],
            )
            .unwrap();
            drop(db);
            // Page 2 is the only leaf.
            let bytes = std::fs::read(file).unwrap();
            // A single byte may be part of a length.
            prop_assert!(!bytes[PAGE..2 * PAGE].windows(3).any(|bytes| bytes == b"WWW"));
            let needed = length.div_ceil(PAGE - 4).max(1);
            prop_assert!(bytes.len() / PAGE - 2 <= needed + 1);
        }
    }
}
