//! Layout of a text in the database file, so that erasing it erases every copy.
//!
//! SQLite's `secure_delete` overwrites a deleted row. It doesn't overwrite the copies that the
//! B-tree left behind when it moved the row between pages earlier: rows share pages, pages are split
//! and merged, and the unused middle of a page keeps its former content. About one text in a
//! thousand would survive its erasure that way.
//!
//! Overflow pages are never split, merged or shared, and are overwritten when freed. So each row of
//! `texts` is laid out so that its text is only on overflow pages. By the file format
//! (<https://sqlite.org/fileformat2.html#b_tree_pages>), of a row of `P` bytes on pages of `U`
//! usable bytes, exactly `M = (U-12)*32/255-23` bytes stay in the B-tree if `P = M + k*(U-4)` with
//! `k ≥ 1`. A body is therefore: a header, zeros up to the first overflow page, the text, and zeros
//! up to the end of the last overflow page. The header says where the text is, so reading doesn't
//! depend on the page size.

use hearth_protocol::Text;

/// Bytes of the header: kind of text (1), start of the text (4), length of the text (4).
const HEADER: usize = 9;
const PLAIN: u8 = 0;
const SEALED: u8 = 1;
/// Number of an empty blob's type in a row's header.
const BLOB_TYPE: usize = 12;

/// Encodes a text as the `body` of a row of `texts` with the given `room`, for a file whose pages
/// have `usable` bytes.
pub(super) fn encode(usable: usize, room: Option<i64>, text: &Text) -> Vec<u8> {
    let (kind, words) = match text {
        Text::Plain(words) => (PLAIN, words.as_bytes()),
        Text::Sealed(words) => (SEALED, words.as_bytes()),
    };
    let (local, overflow) = (local_bytes(usable), usable - 4);
    let mut pages = words.len().div_ceil(overflow).max(1);
    let (before, size) = loop {
        match body_size(local + pages * overflow, room) {
            Some(found) => break found,
            // No row has exactly this size, because the length of its length varies. One page
            // more works.
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

/// Returns the bytes of a large row that stay in the B-tree.
pub(super) fn local_bytes(usable: usize) -> usize {
    (usable - 12) * 32 / 255 - 23
}

/// Decodes a text, or returns `None` if the body is damaged.
pub(super) fn decode(body: &[u8]) -> Option<Text> {
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

/// Returns the number of bytes before the body in a row of `row` bytes, and the size of the body.
/// `None` if no row has that size.
fn body_size(row: usize, room: Option<i64>) -> Option<(usize, usize)> {
    // Header: its own length, and the types of id (an alias of the rowid, stored as null), room and
    // text_id. Then the values of room and text_id.
    let others = 4 + room.map_or(0, integer_bytes) + 16;
    size_after(others, BLOB_TYPE, row)
}

/// Returns the number of bytes before a row's last column, and the size of that column, in a row of
/// `row` bytes whose header and other columns take `others` bytes. `last_type` is the number of an
/// empty value of the last column's type. `None` if no row has that size.
pub(super) fn size_after(others: usize, last_type: usize, row: usize) -> Option<(usize, usize)> {
    (1..=4).find_map(|size_of_size| {
        let before = others + size_of_size;
        let body = row.checked_sub(before)?;
        (varint_bytes(2 * body + last_type) == size_of_size).then_some((before, body))
    })
}

/// Returns the number of bytes in which SQLite stores an integer.
pub(super) fn integer_bytes(value: i64) -> usize {
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

/// Returns the number of bytes of a number below 2^28 as SQLite's variable-length integer.
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

    /// Stores a body; returns the bytes of its leaf page, the number of that page, and the number of
    /// pages in the file.
    fn stored(page: usize, room: Option<i64>, body: &[u8]) -> (Vec<u8>, usize, i64) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t.db");
        let db = Connection::open(&file).unwrap();
        db.pragma_update(None, "page_size", page as i64).unwrap();
        db.execute_batch(
            "CREATE TABLE texts (id INTEGER PRIMARY KEY, room INTEGER, text_id BLOB, body BLOB)",
        )
        .unwrap();
        db.execute(
            "INSERT INTO texts (room, text_id, body) VALUES (?, zeroblob(16), ?)",
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
        fn no_byte_of_a_text_is_on_a_page_shared_by_rows(
            page in prop::sample::select(vec![512usize, 1024, 2048, 4096, 8192]),
            room in prop::option::of(prop_oneof![0i64..300, 30_000i64..40_000, any::<i64>()]),
            length in prop_oneof![0usize..300, 900usize..1100, 4000usize..4200, 0usize..70_000],
        ) {
            let text = Text::Sealed("W".repeat(length));
            let body = encode(page, room, &text);
            prop_assert_eq!(decode(&body), Some(text));
            let (leaf, root, pages) = stored(page, room, &body);
            // A single byte may be part of a length.
            prop_assert!(!leaf.windows(3).any(|bytes| bytes == b"WWW"));
            // One page more than the text needs, for sizes that no row has.
            let used = pages as usize - root;
            let needed = length.div_ceil(page - 4).max(1);
            prop_assert!(used == needed || used == needed + 1, "{} pages for {}", used, needed);
        }

        #[test]
        fn decoding_a_damaged_body_does_not_panic(
            body in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let _decoded = decode(&body);
        }
    }
}
