//! The handle of a client: what it sees, what it asks for, and what happens.

use crate::error::{Error, Gone};
use crate::task::{Ask, Coming, Happening, Unanswered};
use crate::view::View;
use hearth_protocol::frame::Outcome;
use hearth_protocol::limits::UNANSWERED_MAX;
use hearth_protocol::{ClientFrame, Command, CommandId, Move, RefusalCode, SeatNo};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

/// How long to wait before a page is asked for again, and how often.
const PAGES_APART: Duration = Duration::from_millis(700);
const PAGE_TRIES_MAX: u32 = 20;

/// A seat in a room, with a line that is kept. Clones share it.
///
/// Dropping the last clone breaks the line off: the seat is then away, and may be come back to with
/// its key. [`Command::Leave`] gives it up.
#[derive(Debug, Clone)]
pub struct Client {
    seat: SeatNo,
    asks: mpsc::Sender<Ask>,
    view: watch::Receiver<View>,
    happenings: broadcast::Sender<Happening>,
    unanswered: Arc<Semaphore>,
}

impl Client {
    pub(crate) fn new(
        seat: SeatNo,
        asks: mpsc::Sender<Ask>,
        view: watch::Receiver<View>,
        happenings: broadcast::Sender<Happening>,
    ) -> Self {
        let unanswered = Arc::new(Semaphore::new(UNANSWERED_MAX));
        Self { seat, asks, view, happenings, unanswered }
    }

    /// Returns its seat.
    pub fn seat(&self) -> SeatNo {
        self.seat
    }

    /// Returns a copy of what it sees.
    pub fn view(&self) -> View {
        self.view.borrow().clone()
    }

    /// Returns what `read` makes of what it sees, without copying all of it. Nothing is folded
    /// meanwhile, so `read` should be quick.
    pub fn look<T>(&self, read: impl FnOnce(&View) -> T) -> T {
        read(&self.view.borrow())
    }

    /// Returns the token's present move, for the commands that must name it.
    pub fn current_move(&self) -> Move {
        self.look(|view| view.flow().mv)
    }

    /// Asks for something under a new id, and waits for the answer: through lost lines and
    /// restarts, until the client is gone for good.
    pub async fn command(&self, command: Command) -> Result<Outcome, Error> {
        self.command_as(CommandId(Uuid::new_v4()), command).await
    }

    /// Asks for something under an id of the caller's. The same id again happens once: that is how
    /// to retry what was refused as `not_stored`.
    pub async fn command_as(&self, id: CommandId, command: Command) -> Result<Outcome, Error> {
        let text = ClientFrame::Command { id, command: Box::new(command) }
            .to_text()
            .map_err(|error| Error::NotUnderstood(error.to_string()))?;
        // The permit goes with the command: whoever stops waiting has not been answered for that.
        let permit = Arc::clone(&self.unanswered).acquire_owned().await;
        let permit = permit.map_err(|_| Error::Gone(Gone { code: None }))?;
        let (answer, answered) = oneshot::channel();
        let command = Unanswered { id, text: text.into(), answer, _permit: permit };
        self.ask(Ask::Command(command)).await?;
        answered.await.map_err(|_| Error::Gone(Gone { code: None }))?.map_err(Error::Gone)
    }

    /// Shows a sign of writing. It is never answered, and lost where the line is.
    pub async fn writing(&self) -> Result<(), Error> {
        let text =
            ClientFrame::Writing.to_text().map_err(|e| Error::NotUnderstood(e.to_string()))?;
        self.send_raw(Message::text(text)).await
    }

    /// Asks for words said before those in view, and puts them there. Returns whether there are
    /// older ones still. Where the server finds that too fast it waits and asks again.
    pub async fn earlier_words(&self) -> Result<bool, Error> {
        for _ in 0..PAGE_TRIES_MAX {
            let before = self.look(|view| {
                let snapshot = &view.snapshot;
                snapshot.said.first().filter(|_| snapshot.earlier).map(|said| said.words.id)
            });
            let Some(before) = before else { return Ok(false) };
            match self.command(Command::Page { before }).await? {
                Outcome::Refused(refusal) if refusal.code == RefusalCode::TooFast => {
                    sleep(PAGES_APART).await;
                }
                Outcome::Refused(refusal) => return Err(Error::NotDone(refusal)),
                Outcome::Ok(_) | Outcome::Page(_) => {
                    return Ok(self.look(|view| view.snapshot.earlier));
                }
            }
        }
        Err(Error::Timeout(PAGES_APART * PAGE_TRIES_MAX))
    }

    /// Waits until what it sees is as described.
    pub async fn wait_for(
        &self,
        within: Duration,
        mut described: impl FnMut(&View) -> bool,
    ) -> Result<(), Error> {
        let mut view = self.view.clone();
        match timeout(within, view.wait_for(|view| described(view))).await {
            Err(_) => Err(Error::Timeout(within)),
            Ok(Err(_)) => Err(Error::Gone(Gone { code: None })),
            Ok(Ok(_)) => Ok(()),
        }
    }

    /// Returns what happens from now on.
    pub fn events(&self) -> Events {
        Events::new(self.happenings.subscribe())
    }

    /// Sends any message as it is, without waiting for an answer. Lost where the line is.
    pub async fn send_raw(&self, message: Message) -> Result<(), Error> {
        self.ask(Ask::Raw(message)).await
    }

    /// Breaks the line off without a goodbye, and stays away until [`come_back`](Self::come_back).
    pub async fn cut(&self) -> Result<(), Error> {
        let (done, cut) = oneshot::channel();
        self.ask(Ask::Cut(done)).await?;
        cut.await.map_err(|_| Error::Gone(Gone { code: None }))
    }

    /// Comes back now, also where the client was gone. A line that is open is dropped for it.
    pub async fn come_back(&self, coming: Coming) -> Result<(), Error> {
        let (done, back) = oneshot::channel();
        self.ask(Ask::ComeBack(coming, done)).await?;
        back.await.map_err(|_| Error::Gone(Gone { code: None }))?
    }

    /// Stops reading what the server sends, or goes on with it: for tests of slow readers.
    pub async fn set_reading(&self, reading: bool) -> Result<(), Error> {
        self.ask(Ask::Reading(reading)).await
    }

    async fn ask(&self, ask: Ask) -> Result<(), Error> {
        self.asks.send(ask).await.map_err(|_| Error::Gone(Gone { code: None }))
    }
}

/// An [`Events`] lagged behind, and this many happenings are lost to it. The view has them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} happenings were missed: read more often, raise `Ways::events_max`, or look at the view"
)]
pub struct Missed(pub u64);

/// What happens on a client's line, in order.
#[derive(Debug)]
pub struct Events(broadcast::Receiver<Happening>);

impl Events {
    pub(crate) fn new(receiver: broadcast::Receiver<Happening>) -> Self {
        Self(receiver)
    }

    /// Waits for the next happening; nothing comes after the client was dropped.
    pub async fn next(&mut self) -> Result<Option<Happening>, Missed> {
        match self.0.recv().await {
            Ok(happening) => Ok(Some(happening)),
            Err(broadcast::error::RecvError::Closed) => Ok(None),
            Err(broadcast::error::RecvError::Lagged(missed)) => Err(Missed(missed)),
        }
    }

    /// Returns the next happening if it is there already.
    pub fn try_next(&mut self) -> Result<Option<Happening>, Missed> {
        match self.0.try_recv() {
            Ok(happening) => Ok(Some(happening)),
            Err(broadcast::error::TryRecvError::Lagged(missed)) => Err(Missed(missed)),
            Err(_) => Ok(None),
        }
    }

    /// Waits for the first happening of which `pick` makes something, and returns that.
    pub async fn find<T>(
        &mut self,
        within: Duration,
        mut pick: impl FnMut(&Happening) -> Option<T>,
    ) -> Result<T, Error> {
        let searching = async {
            while let Some(happening) = self.next().await? {
                if let Some(found) = pick(&happening) {
                    return Ok(found);
                }
            }
            Err(Error::Gone(Gone { code: None }))
        };
        timeout(within, searching).await.unwrap_or(Err(Error::Timeout(within)))
    }
}
