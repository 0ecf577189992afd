//! Adds the texts to what will be published, once a batch is durable.

use super::outgoing::{Outgoing, PendingWelcome};
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::large_frame::LargeFrame;
use crate::published::Published;
use crate::text_cache::TextReader;
use crate::ws_frame::Frame;
use hearth_journal::JournalError;
use hearth_protocol::frame::{Notice, Outcome, Page, ServerFrame, Welcome};
use hearth_protocol::limits::{LIMITS, WELCOME_TEXT_BYTES_MAX};
use hearth_protocol::{RefusalCode, Snapshot, TextIds};
use hearth_room::Row;
use std::sync::Arc;

/// Bytes of texts in one page.
const PAGE_TEXT_BYTES_MAX: usize = WELCOME_TEXT_BYTES_MAX;

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
        // By index, since a welcome reads what comes before it.
        for index in 0..batch.outgoing.len() {
            let (before, rest) = batch.outgoing.split_at_mut(index);
            if let Some(out) = rest.first_mut() {
                self.render_one(before, out).await?;
            }
        }
        Ok(())
    }

    async fn render_one(&self, before: &[Outgoing], out: &mut Outgoing) -> Result<(), ActorError> {
        match out {
            Outgoing::Decision { row, published, .. } | Outgoing::HostsFrame { row, published } => {
                *published = Some(self.publish_row(row.clone()).await?);
            }
            Outgoing::Repeated { id, done, stored, text, frame, .. } => {
                let known = self.text_reader().read(&TextIds::from([*stored])).await;
                *frame = match known {
                    // An erased text matches anything.
                    Ok(known) if known.get(stored).is_none_or(|known| known == text) => {
                        Some(Frame::answer(Some(*id), Outcome::Ok(*done))?)
                    }
                    Ok(_) => {
                        self.context.metrics.count_refusal(RefusalCode::Malformed);
                        Some(Frame::refused(Some(*id), RefusalCode::Malformed)?)
                    }
                    Err(error) => {
                        tracing::error!(%error, "can't read the text of a repeated command");
                        None
                    }
                };
            }
            Outgoing::Page { id, page, frame, .. } => {
                *frame = match Box::pin(self.page_with_texts(page)).await {
                    Ok(page) => Some(LargeFrame::page(*id, page)?),
                    Err(error) => {
                        tracing::error!(%error, "can't read the texts of a page");
                        None
                    }
                };
            }
            Outgoing::Snapshot { view, frame, .. } => {
                *frame = match Box::pin(self.view_with_texts(view)).await {
                    Some(view) => Some(LargeFrame::snapshot(view)?),
                    None => None,
                };
            }
            Outgoing::Welcome(welcome) => {
                let first_frames = Box::pin(self.welcome_frames(before, welcome)).await?;
                welcome.first_frames = first_frames;
            }
            Outgoing::Answer { .. }
            | Outgoing::Replaced { .. }
            | Outgoing::Writing(_)
            | Outgoing::Close(..)
            | Outgoing::Reject { .. } => {}
        }
        Ok(())
    }

    /// Returns a row with the texts that its frames mention.
    pub(super) async fn publish_row(&self, row: Arc<Row>) -> Result<Published, JournalError> {
        let ids = row.texts();
        let texts =
            if ids.is_empty() { Vec::new() } else { self.text_reader().read_list(&ids).await? };
        Ok(Published::new(row, texts))
    }

    pub(super) fn text_reader(&self) -> TextReader<'_> {
        TextReader { cache: &self.texts, journal: self.context.journal.as_ref(), room: self.id }
    }

    async fn page_with_texts(&self, page: &Page) -> Result<Page, JournalError> {
        let mut page = page.clone();
        let reader = self.text_reader();
        let newest = reader.newest_messages(&page.messages, PAGE_TEXT_BYTES_MAX).await?;
        page.earlier |= newest.messages.len() < page.messages.len();
        page.messages = newest.messages;
        page.texts.extend(newest.texts);
        Ok(page)
    }

    /// Returns a view with its texts and its newest messages, or `None` if the journal can't be
    /// read.
    async fn view_with_texts(&self, view: &Snapshot) -> Option<Snapshot> {
        let mut view = view.clone();
        let messages = std::mem::take(&mut view.messages);
        let ids = view.text_ids();
        let reader = self.text_reader();
        let read = async {
            let texts = reader.read(&ids).await?;
            let newest = reader.newest_messages(&messages, WELCOME_TEXT_BYTES_MAX).await?;
            Ok::<_, JournalError>((texts, newest))
        };
        match read.await {
            Ok((texts, newest)) => {
                view.earlier |= newest.messages.len() < messages.len();
                view.messages = newest.messages;
                view.texts = texts.into_iter().chain(newest.texts).collect();
                Some(view)
            }
            Err(error) => {
                tracing::error!(%error, "can't read the texts of a snapshot");
                None
            }
        }
    }

    /// Returns the first frames of a connection: a welcome with a snapshot, or a welcome without
    /// one and the missed frames.
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
            epoch: self.context.epoch(),
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
