//! How words lie on the disk, so that erasing them erases every copy.
//!
//! SQLite's `secure_delete` overwrites the row that is deleted. It does not overwrite the copies
//! that the B-tree left behind when it moved rows between pages earlier: rows share pages, pages
//! are split and merged, and the gap in the middle of a page keeps what lay there before. About
//! one text in a thousand survives its erasure that way.
//!
//! Overflow pages are never split, merged or shared, and are overwritten when freed. So a text's
//! row is laid out such that its words lie on overflow pages alone. By the file format
//! (<https://sqlite.org/fileformat2.html#b_tree_pages>), of a row of `P` bytes on pages of `U`
//! usable bytes exactly `M = (U-12)*32/255-23` stay in the B-tree when `P = M + k*(U-4)`, `k ≥ 1`.
//! A body is therefore: a header, zeros up to the first overflow page, the words, and zeros up to
//! the end of the last one. The header says where the words lie, so reading does not depend on
//! the size of pages.

use hearth_protocol::Text;

/// Bytes of a body's header: the kind of text, where its words start, and how long they are.
const HEADER: usize = 9;
const PLAIN: u8 = 0;
const SEALED: u8 = 1;

/// Returns the body under which a text is stored as a row of `texts` that belongs to `room`, in a
/// file whose pages have `usable` bytes.
pub(super) fn lay_out(usable: usize, room: Option<i64>, text: &Text) -> Vec<u8> {
    let (kind, words) = match text {
        Text::Plain(words) => (PLAIN, words.as_bytes()),
        Text::Sealed(words) => (SEALED, words.as_bytes()),
    };
    let local = (usable - 12) * 32 / 255 - 23;
    let overflow = usable - 4;
    let mut pages = words.len().div_ceil(overflow).max(1);
    let (before, size) = loop {
        match body_size(local + pages * overflow, room) {
            Some(found) => break found,
            // No row has exactly this size, for the size of the size; one page more has.
            None => pages += 1,
        }
    };
    let start = HEADER.max(local - before);
    let mut body = Vec::with_capacity(size);
    body.push(kind);
    body.extend((start as u32).to_le_bytes());
    body.extend((words.len() as u32).to_le_bytes());
    body.resize(start, 0);
    body.extend(words);
    body.resize(size, 0);
    body
}

/// Returns the text that a body holds; nothing if it is damaged.
pub(super) fn read_back(body: &[u8]) -> Option<Text> {
    let (kind, rest) = body.split_first()?;
    let start = u32::from_le_bytes(*rest.first_chunk()?) as usize;
    let length = u32::from_le_bytes(*rest.get(4..)?.first_chunk()?) as usize;
    let words = body.get(start..start.checked_add(length)?)?;
    let words = String::from_utf8(words.to_vec()).ok()?;
    match *kind {
        PLAIN => Some(Text::Plain(words)),
        SEALED => Some(Text::Sealed(words)),
        _ => None,
    }
}

/// Returns how many bytes of a row of `row` bytes come before the body, and how many the body has;
/// nothing if no row has that size.
fn body_size(row: usize, room: Option<i64>) -> Option<(usize, usize)> {
    (1..=4).find_map(|size_of_size| {
        // Header: its own length, the types of id (an alias of the row's number, stored as null),
        // room, words and body. Then the values of room and words.
        let before = 4 + size_of_size + room.map_or(0, integer_bytes) + 16;
        let body = row.checked_sub(before)?;
        (varint_bytes(2 * body + 12) == size_of_size).then_some((before, body))
    })
}

/// Bytes in which SQLite stores an integer.
fn integer_bytes(value: i64) -> usize {
    match value {
        0 | 1 => 0,
        -0x80..=0x7f => 1,
        -0x8000..=0x7fff => 2,
        -0x80_0000..=0x7f_ffff => 3,
        -0x8000_0000..=0x7fff_ffff => 4,
        -0x8000_0000_0000..=0x7fff_ffff_ffff => 6,
        _ => 8,
    }
}

/// Bytes of a number below 2^28 as SQLite's variable-length integer.
fn varint_bytes(value: usize) -> usize {
    match value {
        0..=0x7f => 1,
        0x80..=0x3fff => 2,
        0x4000..=0x1f_ffff => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rusqlite::Connection;

    /// The bytes of each overflow page and of each page of the tree that a stored text takes.
    fn stored(page: usize, room: Option<i64>, body: &[u8]) -> (Vec<u8>, usize, i64) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t.db");
        let db = Connection::open(&file).unwrap();
        db.pragma_update(None, "page_size", page as i64).unwrap();
        db.execute_batch(
            "CREATE TABLE texts (id INTEGER PRIMARY KEY, room INTEGER, words BLOB, body BLOB)",
        )
        .unwrap();
        db.execute(
            "INSERT INTO texts (room, words, body) VALUES (?, zeroblob(16), ?)",
            (room, body),
        )
        .unwrap();
        let root: i64 = db
            .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'texts'", [], |r| r.get(0))
            .unwrap();
        let pages: i64 = db.pragma_query_value(None, "page_count", |r| r.get(0)).unwrap();
        drop(db);
        let bytes = std::fs::read(file).unwrap();
        let root = root as usize;
        (bytes[(root - 1) * page..root * page].to_vec(), root, pages)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn no_byte_of_a_text_lies_in_a_page_that_rows_share(
            page in prop::sample::select(vec![512usize, 1024, 2048, 4096, 8192]),
            room in prop::option::of(prop_oneof![0i64..300, 30_000i64..40_000, any::<i64>()]),
            length in prop_oneof![0usize..300, 900usize..1100, 4000usize..4200, 0usize..70_000],
        ) {
            let text = Text::Sealed("W".repeat(length));
            let body = lay_out(page, room, &text);
            prop_assert_eq!(read_back(&body), Some(text));
            let (leaf, root, pages) = stored(page, room, &body);
            // Single bytes of it may stand for a length.
            prop_assert!(!leaf.windows(3).any(|bytes| bytes == b"WWW"));
            // And no page more than the words need, but for sizes that no row has.
            let used = pages as usize - root;
            let needed = length.div_ceil(page - 4).max(1);
            prop_assert!(used == needed || used == needed + 1, "{} pages for {}", used, needed);
        }

        #[test]
        fn a_damaged_body_is_no_text_and_no_panic(
            body in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let _read = read_back(&body);
        }
    }
}
