//! A cache of recent texts, so that frames can be rendered without reading the journal.

use hearth_journal::{Journal, JournalError};
use hearth_protocol::limits::WELCOME_TEXT_BYTES_MAX;
use hearth_protocol::message::Message;
use hearth_protocol::{Keyed, MessageNo, RoomId, Text, TextId, TextIds};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Bytes of text that a room caches.
pub(crate) const CACHE_BYTES_MAX: usize = 2 * WELCOME_TEXT_BYTES_MAX;
/// Bytes counted for a message besides its text, and for each gesture on it.
const MESSAGE_BYTES: usize = 64;
const GESTURE_BYTES: usize = 32;
/// Messages whose texts are read at once.
const READ_AT_ONCE: usize = 128;

/// A bounded cache of texts; the oldest leave first.
#[derive(Default)]
pub(crate) struct TextCache {
    by_id: HashMap<TextId, Text>,
    order: VecDeque<TextId>,
    bytes: usize,
}

impl TextCache {
    pub(crate) fn insert(&mut self, id: TextId, text: Text) {
        self.remove(id);
        self.bytes += text.byte_len();
        self.by_id.insert(id, text);
        self.order.push_back(id);
        while self.bytes > CACHE_BYTES_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            self.take(oldest);
        }
    }

    pub(crate) fn remove(&mut self, id: TextId) {
        if self.take(id) {
            self.order.retain(|other| *other != id);
        }
    }

    pub(crate) fn get(&self, id: TextId) -> Option<&Text> {
        self.by_id.get(&id)
    }

    fn take(&mut self, id: TextId) -> bool {
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
    pub(crate) async fn read(&self, ids: &TextIds) -> Result<HashMap<TextId, Text>, JournalError> {
        Ok(self.read_list(ids).await?.into_iter().collect())
    }

    pub(crate) async fn read_list(
        &self,
        ids: &TextIds,
    ) -> Result<Vec<(TextId, Text)>, JournalError> {
        let (mut found, mut missing) = (Vec::with_capacity(ids.len()), Vec::new());
        for id in ids {
            match self.cache.get(*id) {
                Some(text) => found.push((*id, text.clone())),
                None => missing.push(*id),
            }
        }
        if !missing.is_empty() {
            found.extend(self.journal.texts(self.room, &missing).await?);
        }
        Ok(found)
    }

    /// Returns the newest messages whose texts fit into `bytes_max` (at least one), with their
    /// texts.
    pub(crate) async fn newest_messages(
        &self,
        messages: &Keyed<MessageNo, Message>,
        bytes_max: usize,
    ) -> Result<NewestMessages, JournalError> {
        let mut newest = NewestMessages::default();
        let mut bytes = 0;
        let mut rest = messages.iter().rev();
        loop {
            let chunk: Vec<(MessageNo, &Message)> = rest.by_ref().take(READ_AT_ONCE).collect();
            if chunk.is_empty() {
                return Ok(newest);
            }
            let kept = chunk.iter().filter(|(_, message)| !message.taken_back);
            let ids: TextIds = kept.map(|(_, message)| message.text).collect();
            let mut found = self.read(&ids).await?;
            for (number, message) in chunk {
                let text = found.remove(&message.text);
                bytes += size_of_message(message, text.as_ref());
                if bytes > bytes_max && !newest.messages.is_empty() {
                    return Ok(newest);
                }
                newest.messages.insert(number, message.clone());
                newest.texts.extend(text.map(|text| (message.text, text)));
            }
        }
    }
}

/// The newest messages of a view, with their texts.
#[derive(Default)]
pub(crate) struct NewestMessages {
    pub(crate) messages: Keyed<MessageNo, Message>,
    pub(crate) texts: BTreeMap<TextId, Text>,
}

fn size_of_message(message: &Message, text: Option<&Text>) -> usize {
    text.map_or(0, Text::byte_len) + MESSAGE_BYTES + GESTURE_BYTES * message.gestures.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> TextId {
        TextId(Uuid::from_u128(number))
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
