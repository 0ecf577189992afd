//! A cache of recent texts, so that frames can be rendered without reading the journal.

use hearth_journal::{Journal, JournalError};
use hearth_protocol::limits::WELCOME_WORDS_BYTES_MAX;
use hearth_protocol::{RoomId, Said, Text, WordsId};
use std::collections::{HashMap, VecDeque};

/// Bytes of text that a room caches.
pub(crate) const CACHE_BYTES_MAX: usize = 2 * WELCOME_WORDS_BYTES_MAX;
/// Bytes counted for a message besides its text, and for each gesture on it.
const MESSAGE_BYTES: usize = 64;
const GESTURE_BYTES: usize = 32;
/// Messages whose texts are read at once.
const READ_AT_ONCE: usize = 128;

/// A bounded cache of texts; the oldest leave first.
#[derive(Default)]
pub(crate) struct TextCache {
    by_id: HashMap<WordsId, Text>,
    order: VecDeque<WordsId>,
    bytes: usize,
}

impl TextCache {
    pub(crate) fn insert(&mut self, id: WordsId, text: Text) {
        self.remove(id);
        self.bytes += text.byte_len();
        self.by_id.insert(id, text);
        self.order.push_back(id);
        while self.bytes > CACHE_BYTES_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            self.take(oldest);
        }
    }

    pub(crate) fn remove(&mut self, id: WordsId) {
        if self.take(id) {
            self.order.retain(|other| *other != id);
        }
    }

    pub(crate) fn get(&self, id: WordsId) -> Option<&Text> {
        self.by_id.get(&id)
    }

    fn take(&mut self, id: WordsId) -> bool {
        let Some(text) = self.by_id.remove(&id) else { return false };
        self.bytes -= text.byte_len();
        true
    }
}

/// Reads texts from the cache, or else from the journal.
pub(crate) struct TextReader<'a> {
    pub(crate) cache: &'a TextCache,
    pub(crate) journal: &'a dyn Journal,
    pub(crate) room: RoomId,
}

impl TextReader<'_> {
    /// Returns the texts that exist. A missing one was erased.
    pub(crate) async fn read(
        &self,
        ids: &[WordsId],
    ) -> Result<HashMap<WordsId, Text>, JournalError> {
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        for id in ids {
            match self.cache.get(*id) {
                Some(text) => {
                    found.insert(*id, text.clone());
                }
                None => missing.push(*id),
            }
        }
        if !missing.is_empty() {
            found.extend(self.journal.texts(self.room, &missing).await?);
        }
        Ok(found)
    }

    /// Returns the newest messages whose texts fit into `bytes_max` (at least one), with their
    /// texts, and whether any were left out.
    pub(crate) async fn newest_messages(
        &self,
        mut said: Vec<Said>,
        bytes_max: usize,
    ) -> Result<(Vec<Said>, bool), JournalError> {
        let mut kept = VecDeque::new();
        let mut bytes = 0;
        while !said.is_empty() {
            let mut chunk = said.split_off(said.len().saturating_sub(READ_AT_ONCE));
            let ids: Vec<WordsId> =
                chunk.iter().filter(|said| !said.taken_back).map(|said| said.words.id).collect();
            let mut found = self.read(&ids).await?;
            while let Some(mut entry) = chunk.pop() {
                entry.words.text = found.remove(&entry.words.id);
                bytes += size_of_message(&entry);
                if bytes > bytes_max && !kept.is_empty() {
                    return Ok((kept.into(), true));
                }
                kept.push_front(entry);
            }
        }
        Ok((kept.into(), false))
    }
}

fn size_of_message(said: &Said) -> usize {
    let text = said.words.text.as_ref().map_or(0, Text::byte_len);
    text + MESSAGE_BYTES + GESTURE_BYTES * said.gestures.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> WordsId {
        WordsId(Uuid::from_u128(number))
    }

    #[test]
    fn the_cache_is_bounded_and_the_oldest_texts_leave_first() {
        let mut cache = TextCache::default();
        let long = Text::plain("x".repeat(CACHE_BYTES_MAX / 4));
        for number in 0..5 {
            cache.insert(id(number), long.clone());
            assert!(cache.bytes <= CACHE_BYTES_MAX);
        }
        assert!(cache.get(id(0)).is_none());
        assert!(cache.get(id(1)).is_some());
        assert_eq!(cache.order.len(), cache.by_id.len());
    }

    #[test]
    fn an_erased_text_leaves_the_cache() {
        let mut cache = TextCache::default();
        cache.insert(id(1), Text::plain("one"));
        cache.insert(id(1), Text::plain("one again"));
        cache.remove(id(1));
        assert!(cache.get(id(1)).is_none());
        assert_eq!((cache.bytes, cache.order.len()), (0, 0));
    }
}
