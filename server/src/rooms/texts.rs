//! The texts a room said lately, so that frames are joined without asking the journal.

use hearth_journal::{Journal, JournalError};
use hearth_protocol::limits::WELCOME_WORDS_BYTES_MAX;
use hearth_protocol::{RoomId, Said, Text, WordsId};
use std::collections::{HashMap, VecDeque};

/// Bytes of texts that a room keeps at hand.
pub(crate) const TEXTS_BYTES_MAX: usize = 2 * WELCOME_WORDS_BYTES_MAX;
/// Bytes counted for an entry of the log besides its words, and for each sign made to it.
const SAID_BYTES: usize = 64;
const GESTURE_BYTES: usize = 32;
/// Entries whose words are looked up at once.
const LOOK_UP_AT_ONCE: usize = 128;

/// Recent texts, the oldest forgotten first.
#[derive(Default)]
pub(crate) struct Texts {
    by_id: HashMap<WordsId, Text>,
    order: VecDeque<WordsId>,
    bytes: usize,
}

impl Texts {
    /// Keeps a text.
    pub(crate) fn keep(&mut self, id: WordsId, text: Text) {
        self.forget(id);
        self.bytes += text.byte_len();
        self.by_id.insert(id, text);
        self.order.push_back(id);
        while self.bytes > TEXTS_BYTES_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            self.take(oldest);
        }
    }

    /// Forgets a text that was erased.
    pub(crate) fn forget(&mut self, id: WordsId) {
        if self.take(id) {
            self.order.retain(|other| *other != id);
        }
    }

    /// Returns a text, if it is at hand.
    pub(crate) fn get(&self, id: WordsId) -> Option<&Text> {
        self.by_id.get(&id)
    }

    fn take(&mut self, id: WordsId) -> bool {
        let Some(text) = self.by_id.remove(&id) else { return false };
        self.bytes -= text.byte_len();
        true
    }
}

/// Finds texts: at hand, or else in the journal.
pub(crate) struct Finder<'a> {
    pub(crate) texts: &'a Texts,
    pub(crate) journal: &'a dyn Journal,
    pub(crate) room: RoomId,
}

impl Finder<'_> {
    /// Returns those of the texts that are there; one that is missing was erased.
    pub(crate) async fn find(
        &self,
        ids: &[WordsId],
    ) -> Result<HashMap<WordsId, Text>, JournalError> {
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        for id in ids {
            match self.texts.get(*id) {
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

    /// Returns the last of `said` whose words fit into `bytes_max` (but at least one), with their
    /// words, and whether any were left out.
    pub(crate) async fn last_words(
        &self,
        mut said: Vec<Said>,
        bytes_max: usize,
    ) -> Result<(Vec<Said>, bool), JournalError> {
        let mut kept = VecDeque::new();
        let mut bytes = 0;
        while !said.is_empty() {
            let mut chunk = said.split_off(said.len().saturating_sub(LOOK_UP_AT_ONCE));
            let ids: Vec<WordsId> =
                chunk.iter().filter(|said| !said.taken_back).map(|said| said.words.id).collect();
            let mut found = self.find(&ids).await?;
            while let Some(mut entry) = chunk.pop() {
                entry.words.text = found.remove(&entry.words.id);
                bytes += weight(&entry);
                if bytes > bytes_max && !kept.is_empty() {
                    return Ok((kept.into(), true));
                }
                kept.push_front(entry);
            }
        }
        Ok((kept.into(), false))
    }
}

fn weight(said: &Said) -> usize {
    let words = said.words.text.as_ref().map_or(0, Text::byte_len);
    words + SAID_BYTES + GESTURE_BYTES * said.gestures.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> WordsId {
        WordsId(Uuid::from_u128(number))
    }

    #[test]
    fn texts_at_hand_are_bounded_and_the_oldest_go_first() {
        let mut texts = Texts::default();
        let long = Text::plain("x".repeat(TEXTS_BYTES_MAX / 4));
        for number in 0..5 {
            texts.keep(id(number), long.clone());
            assert!(texts.bytes <= TEXTS_BYTES_MAX);
        }
        assert!(texts.get(id(0)).is_none());
        assert!(texts.get(id(1)).is_some());
        assert_eq!(texts.order.len(), texts.by_id.len());
    }

    #[test]
    fn a_text_that_was_erased_is_not_at_hand() {
        let mut texts = Texts::default();
        texts.keep(id(1), Text::plain("one"));
        texts.keep(id(1), Text::plain("one again"));
        texts.forget(id(1));
        assert!(texts.get(id(1)).is_none());
        assert_eq!((texts.bytes, texts.order.len()), (0, 0));
    }
}
