//! Dressing: what is durable gets its words beside it before it is seen.

use super::out::{Out, Welcoming};
use super::plan::Plan;
use super::{Broken, Driver};
use crate::rooms::fold::from_row;
use crate::rooms::ring::{Missed, Search, To};
use crate::rooms::texts::Finder;
use crate::rooms::wire::Frame;
use hearth_protocol::frame::{EventFrame, Notice, Outcome, Page, ServerFrame, Welcome};
use hearth_protocol::limits::{LIMITS, WELCOME_WORDS_BYTES_MAX};
use hearth_protocol::{CommandId, Cursor, EachWords, SeatNo, Snapshot, WordsId};
use hearth_room::{Audience, Recorded};

/// Bytes of words in one page.
const PAGE_WORDS_BYTES_MAX: usize = WELCOME_WORDS_BYTES_MAX;
/// Missed events that a resume brings; beyond it a snapshot is shorter.
const MISSED_EVENTS_MAX: u64 = 1_024;
/// Bytes of them.
const MISSED_BYTES_MAX: usize = 128 * 1024;
/// Events read back beyond those missed, for others' that lie between.
const READ_BACK_SPARE: u64 = 64;
/// Events read back at most while looking for what was missed.
const READ_BACK_MAX: u64 = 4 * MISSED_EVENTS_MAX;

impl Driver {
    /// Finds the words for all that is to be seen. What fails here is durable all the same, so it
    /// ends the lines concerned and nothing else.
    pub(super) async fn dress(&mut self, plan: &mut Plan) -> Result<(), Broken> {
        for (id, text) in plan.texts.drain(..) {
            self.texts.keep(id, text);
        }
        for id in &plan.erased {
            self.texts.forget(*id);
        }
        for (index, event) in std::mem::take(&mut plan.undressed) {
            let dressed = self.dressed(event).await?;
            if let Some(Out::Event { frame, .. }) = plan.outs.get_mut(index) {
                *frame = Frame::text(&dressed)?;
            }
        }
        // Indices, since a welcome looks at what stands before it.
        for index in 0..plan.outs.len() {
            let (before, rest) = plan.outs.split_at_mut(index);
            match rest.first_mut() {
                Some(Out::Page { id, page, frame, .. }) => {
                    *frame = self.page_frame(*id, page).await?;
                }
                Some(Out::Snapshot { view, frame, .. }) => {
                    *frame = match self.with_words(view).await {
                        Some(view) => Some(Frame::text(&snapshot_frame(view))?),
                        None => None,
                    };
                }
                Some(Out::Welcome(welcoming)) => {
                    let first = self.welcome(before, welcoming).await?;
                    welcoming.first = first;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns an event with all its words, those that were said before too.
    async fn dressed(&self, mut event: EventFrame) -> Result<EventFrame, Broken> {
        let mut ids: Vec<WordsId> = Vec::new();
        event.each_words(&mut |words| ids.push(words.id));
        let found = self.finder().find(&ids).await?;
        event.each_words(&mut |words| words.text = found.get(&words.id).cloned());
        Ok(event)
    }

    /// Returns who finds texts.
    pub(super) fn finder(&self) -> Finder<'_> {
        Finder { texts: &self.texts, journal: self.house.journal.as_ref(), room: self.id }
    }

    async fn page_frame(&self, id: CommandId, page: &Page) -> Result<Option<Frame>, Broken> {
        match self.finder().last_words(page.said.clone(), PAGE_WORDS_BYTES_MAX).await {
            Ok((said, cut)) => {
                let page = Page { said, earlier: page.earlier || cut };
                Ok(Some(Frame::answer(Some(id), Outcome::Page(page))?))
            }
            Err(error) => {
                tracing::error!(%error, "the words of a page could not be read");
                Ok(None)
            }
        }
    }

    /// Returns a view with its words, the last of its log alone.
    async fn with_words(&self, view: &Snapshot) -> Option<Snapshot> {
        let mut view = view.clone();
        let mut ids: Vec<WordsId> = Vec::new();
        view.common.each_words(&mut |words| ids.push(words.id));
        let said = std::mem::take(&mut view.said);
        let finder = self.finder();
        let found = async {
            let found = finder.find(&ids).await?;
            Ok::<_, hearth_journal::JournalError>((
                found,
                finder.last_words(said, WELCOME_WORDS_BYTES_MAX).await?,
            ))
        };
        match found.await {
            Ok((mut found, (said, cut))) => {
                view.common.each_words(&mut |words| words.text = found.remove(&words.id));
                view.earlier |= cut;
                view.said = said;
                Some(view)
            }
            Err(error) => {
                tracing::error!(%error, "the words of a snapshot could not be read");
                None
            }
        }
    }

    /// Returns what goes out first to somebody who is in: a welcome with a snapshot, or one
    /// without and what they missed.
    async fn welcome(
        &self,
        before: &[Out],
        welcoming: &Welcoming,
    ) -> Result<Option<Vec<Frame>>, Broken> {
        let missed = self.missed(before, welcoming).await?;
        let snapshot = match missed {
            Some(_) => None,
            None => match self.with_words(&welcoming.view).await {
                Some(view) => Some(view),
                None => return Ok(None),
            },
        };
        let welcome = Welcome {
            seat: welcoming.view.seat,
            epoch: self.house.journal.epoch(),
            now: self.now(),
            limits: LIMITS,
            snapshot,
        };
        let mut first =
            vec![Frame::text(&ServerFrame::Notice(Notice::Welcome(Box::new(welcome))))?];
        first.extend(missed.unwrap_or_default());
        Ok(Some(first))
    }

    /// Returns exactly what a resume missed, from the ring or from the journal; nothing where a
    /// snapshot is due instead.
    async fn missed(
        &self,
        before: &[Out],
        welcoming: &Welcoming,
    ) -> Result<Option<Vec<Frame>>, Broken> {
        let Some(from) = welcoming.resume else { return Ok(None) };
        let (seat, to) = (welcoming.view.seat, welcoming.view.cursor);
        let Some(search) = Search::new(seat, from, to) else { return Ok(None) };
        if search.open() > MISSED_EVENTS_MAX {
            return Ok(None);
        }
        let found = match self.missed_in_ring(search, before) {
            Some(found) => Some(found),
            None => self.missed_in_journal(seat, from, to, welcoming.head).await?,
        };
        Ok(found
            .filter(|found| found.iter().all(|missed| missed.seq > welcoming.sees_from))
            .map(|found| found.into_iter().map(|missed| missed.frame).collect::<Vec<_>>())
            .filter(|frames| frames.iter().map(Frame::len).sum::<usize>() <= MISSED_BYTES_MAX))
    }

    fn missed_in_ring(&self, mut search: Search<Missed>, before: &[Out]) -> Option<Vec<Missed>> {
        self.ring.search(&mut search);
        for out in before {
            if let Out::Event { to, seq, number, frame } = out {
                search.offer(*to, *number, || Missed { seq: *seq, frame: frame.clone() });
            }
        }
        search.finish()
    }

    async fn missed_in_journal(
        &self,
        seat: SeatNo,
        from: Cursor,
        to: Cursor,
        head: u64,
    ) -> Result<Option<Vec<Missed>>, Broken> {
        let mut back = READ_BACK_SPARE;
        loop {
            let Some(mut search) = Search::new(seat, from, to) else { return Ok(None) };
            back = (back + 2 * search.open()).min(head).min(READ_BACK_MAX);
            let most = usize::try_from(back).unwrap_or_default();
            let rows = match self.house.journal.read(self.id, head - back, most).await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::error!(%error, "what a resume missed could not be read");
                    return Ok(None);
                }
            };
            for row in &rows {
                let recorded = from_row(row)?;
                let to = match recorded.event.audience() {
                    Audience::Room => To::Room,
                    Audience::Staff => To::Staff,
                    Audience::Seat(seat) => To::Seat(seat),
                    Audience::Ledger => continue,
                };
                search.offer(to, recorded.number, || recorded);
            }
            if let Some(mut records) = search.finish() {
                self.join_words(&mut records).await?;
                return records.iter().map(to_missed).collect::<Result<_, _>>().map(Some);
            }
            if back == head || back == READ_BACK_MAX {
                return Ok(None);
            }
            back *= 4;
        }
    }
}

fn to_missed(recorded: &Recorded) -> Result<Missed, Broken> {
    let event = recorded.frame().ok_or(Broken::Defect("an event of nobody was missed"))?;
    Ok(Missed { seq: recorded.seq, frame: Frame::text(&event)? })
}

fn snapshot_frame(view: Snapshot) -> ServerFrame {
    ServerFrame::Notice(Notice::Snapshot(Box::new(view)))
}
