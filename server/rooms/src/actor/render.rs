//! Renders frames that need texts from the cache or the journal, once a batch is durable.

use super::outgoing::{Outgoing, PendingWelcome};
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::text_cache::TextReader;
use crate::ws_frame::Frame;
use hearth_protocol::frame::{EventFrame, Notice, Outcome, Page, ServerFrame, Welcome};
use hearth_protocol::limits::{LIMITS, WELCOME_WORDS_BYTES_MAX};
use hearth_protocol::{CommandId, EachWords, Snapshot, WordsId};

/// Bytes of texts in one page.
const PAGE_TEXT_BYTES_MAX: usize = WELCOME_WORDS_BYTES_MAX;

impl Actor {
    /// Renders everything in a batch. If a text can't be read, the batch is durable all the same,
    /// so only the connections concerned are closed.
    pub(super) async fn render(&mut self, batch: &mut PendingBatch) -> Result<(), ActorError> {
        for (id, text) in batch.texts.drain(..) {
            self.texts.insert(id, text);
        }
        for id in &batch.erased {
            self.texts.remove(*id);
        }
        for (index, event) in std::mem::take(&mut batch.unrendered) {
            let event = self.with_texts(event).await?;
            if let Some(Outgoing::Event { frame, .. }) = batch.outgoing.get_mut(index) {
                *frame = Frame::text(&event)?;
            }
        }
        // By index, since a welcome reads what comes before it.
        for index in 0..batch.outgoing.len() {
            let (before, rest) = batch.outgoing.split_at_mut(index);
            match rest.first_mut() {
                Some(Outgoing::Page { id, page, frame, .. }) => {
                    *frame = self.page_frame(*id, page).await?;
                }
                Some(Outgoing::Snapshot { view, frame, .. }) => {
                    *frame = match self.view_with_texts(view).await {
                        Some(view) => Some(Frame::text(&snapshot_frame(view))?),
                        None => None,
                    };
                }
                Some(Outgoing::Welcome(welcome)) => {
                    let first_frames = self.welcome_frames(before, welcome).await?;
                    welcome.first_frames = first_frames;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns an event with all its texts, earlier ones included.
    async fn with_texts(&self, mut event: EventFrame) -> Result<EventFrame, ActorError> {
        let mut ids: Vec<WordsId> = Vec::new();
        event.each_words(&mut |words| ids.push(words.id));
        let found = self.text_reader().read(&ids).await?;
        event.each_words(&mut |words| words.text = found.get(&words.id).cloned());
        Ok(event)
    }

    pub(super) fn text_reader(&self) -> TextReader<'_> {
        TextReader { cache: &self.texts, journal: self.context.journal.as_ref(), room: self.id }
    }

    async fn page_frame(&self, id: CommandId, page: &Page) -> Result<Option<Frame>, ActorError> {
        match self.text_reader().newest_messages(page.said.clone(), PAGE_TEXT_BYTES_MAX).await {
            Ok((said, cut)) => {
                let page = Page { said, earlier: page.earlier || cut };
                Ok(Some(Frame::answer(Some(id), Outcome::Page(page))?))
            }
            Err(error) => {
                tracing::error!(%error, "can't read the texts of a page");
                Ok(None)
            }
        }
    }

    /// Returns a view with its texts and its newest messages, or `None` if the journal can't be
    /// read.
    async fn view_with_texts(&self, view: &Snapshot) -> Option<Snapshot> {
        let mut view = view.clone();
        let mut ids: Vec<WordsId> = Vec::new();
        view.common.each_words(&mut |words| ids.push(words.id));
        let said = std::mem::take(&mut view.said);
        let reader = self.text_reader();
        let read = async {
            let found = reader.read(&ids).await?;
            Ok::<_, hearth_journal::JournalError>((
                found,
                reader.newest_messages(said, WELCOME_WORDS_BYTES_MAX).await?,
            ))
        };
        match read.await {
            Ok((mut found, (said, cut))) => {
                view.common.each_words(&mut |words| words.text = found.remove(&words.id));
                view.earlier |= cut;
                view.said = said;
                Some(view)
            }
            Err(error) => {
                tracing::error!(%error, "can't read the texts of a snapshot");
                None
            }
        }
    }

    /// Returns the first frames of a connection: a welcome with a snapshot, or a welcome without
    /// one and the missed events.
    async fn welcome_frames(
        &self,
        before: &[Outgoing],
        welcome: &PendingWelcome,
    ) -> Result<Option<Vec<Frame>>, ActorError> {
        let missed = self.missed_frames(before, welcome).await?;
        let snapshot = match missed {
            Some(_) => None,
            None => match self.view_with_texts(&welcome.view).await {
                Some(view) => Some(view),
                None => return Ok(None),
            },
        };
        let welcome = Welcome {
            seat: welcome.view.seat,
            epoch: self.context.journal.epoch(),
            now: self.now(),
            limits: LIMITS,
            snapshot,
        };
        let mut frames =
            vec![Frame::text(&ServerFrame::Notice(Notice::Welcome(Box::new(welcome))))?];
        frames.extend(missed.unwrap_or_default());
        Ok(Some(frames))
    }
}

fn snapshot_frame(view: Snapshot) -> ServerFrame {
    ServerFrame::Notice(Notice::Snapshot(Box::new(view)))
}
