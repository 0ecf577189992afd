//! The handle of a client: its view, its commands, and its events.

use crate::error::{CloseReason, Error};
use crate::events::{Event, Events};
use crate::options::Reconnect;
use crate::request::{PendingCommand, Request};
use crate::view::View;
use hearth_protocol::frame::{Done, Outcome, Page};
use hearth_protocol::limits::UNANSWERED_MAX;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::{
    ClientFrame, Command, CommandId, MessageNo, RefusalCode, SeatNo, Text, TextId, TurnId,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

/// How often, and how many times, to ask for a page that the server refuses as too fast.
const PAGE_RETRY_INTERVAL: Duration = Duration::from_millis(700);
const PAGE_TRIES_MAX: u32 = 20;

/// A seat in a room, with a connection that is kept open. Clones share it.
///
/// Dropping the last clone drops the connection: the seat is then away, and its key opens it again.
/// [`PresenceCommand::Leave`](hearth_protocol::presence::PresenceCommand::Leave) leaves for good.
#[derive(Debug, Clone)]
pub struct Client {
    seat: SeatNo,
    requests: mpsc::Sender<Request>,
    view: watch::Receiver<View>,
    events: broadcast::Sender<Event>,
    /// One permit for each command that may be unanswered.
    unanswered: Arc<Semaphore>,
}

impl Client {
    pub(crate) fn new(
        requests: mpsc::Sender<Request>,
        view: watch::Receiver<View>,
        events: broadcast::Sender<Event>,
    ) -> Self {
        let seat = view.borrow().seat();
        let unanswered = Arc::new(Semaphore::new(UNANSWERED_MAX));
        Self { seat, requests, view, events, unanswered }
    }

    /// Returns the client's seat.
    pub fn seat(&self) -> SeatNo {
        self.seat
    }

    // Reading the view.

    /// Returns a copy of the view.
    pub fn view(&self) -> View {
        self.view.borrow().clone()
    }

    /// Calls `read` with the view, without copying it. No frame is applied during it, so `read`
    /// should be quick.
    pub fn with_view<T>(&self, read: impl FnOnce(&View) -> T) -> T {
        read(&self.view.borrow())
    }

    /// Returns the id of the current turn, for the commands that must name it.
    pub fn current_turn_id(&self) -> TurnId {
        self.with_view(|view| view.turn().turn_id)
    }

    /// Returns a text, or `None` if it was erased.
    pub fn text(&self, id: TextId) -> Option<Text> {
        self.with_view(|view| view.text(id).cloned())
    }

    /// Waits until `matches` returns true for the view.
    pub async fn wait_for(
        &self,
        within: Duration,
        mut matches: impl FnMut(&View) -> bool,
    ) -> Result<(), Error> {
        let mut view = self.view.clone();
        match timeout(within, view.wait_for(|view| matches(view))).await {
            Err(_) => Err(Error::Timeout(within)),
            Ok(Err(_)) => Err(Error::Closed(CloseReason::STOPPED)),
            Ok(Ok(_)) => Ok(()),
        }
    }

    /// Subscribes to everything that happens from now on.
    pub fn events(&self) -> Events {
        Events::new(self.events.subscribe())
    }

    // Commands.

    /// Sends a command under a new id and waits for the answer, across lost connections and server
    /// restarts, until the client is closed. When it returns, the view shows what the command caused.
    ///
    /// # Errors
    /// [`Error::Refused`] if the server refused it, [`Error::Closed`] if the client was closed first,
    /// [`Error::OtherRoom`] if the room ended first and the client is in another one.
    pub async fn command(&self, command: impl Into<Command>) -> Result<Done, Error> {
        self.command_with_id(CommandId::new(Uuid::new_v4()), command).await
    }

    /// Sends a command under the caller's id. A command sent twice under one id happens once: this
    /// is how to retry one that was refused as `not_stored`.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub async fn command_with_id(
        &self,
        id: CommandId,
        command: impl Into<Command>,
    ) -> Result<Done, Error> {
        match self.request(id, command).await? {
            Outcome::Ok(done) => Ok(done),
            Outcome::Refused(refusal) => Err(Error::Refused(refusal)),
            Outcome::Page(_) => Err(Error::Protocol("the answer is a page".to_owned())),
        }
    }

    /// Asks for messages before `before`, which should be the first one in view, and adds them to
    /// the view.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub async fn page(&self, before: MessageNo) -> Result<Page, Error> {
        let command = MessageCommand::Page { before };
        match self.request(CommandId::new(Uuid::new_v4()), command).await? {
            Outcome::Page(page) => Ok(page),
            Outcome::Refused(refusal) => Err(Error::Refused(refusal)),
            Outcome::Ok(_) => Err(Error::Protocol("the answer is not a page".to_owned())),
        }
    }

    /// Adds a page of earlier messages to the view. Returns whether there are still earlier ones.
    /// If the server refuses it as too fast, waits and asks again.
    ///
    /// # Errors
    /// As [`command`](Self::command), and [`Error::Timeout`] after too many refusals.
    pub async fn earlier_messages(&self) -> Result<bool, Error> {
        for _ in 0..PAGE_TRIES_MAX {
            let before =
                self.with_view(|view| view.first_message().filter(|_| view.snapshot.earlier));
            let Some(before) = before else { return Ok(false) };
            match self.page(before).await {
                Err(Error::Refused(refusal)) if refusal.code == RefusalCode::TooFast => {
                    sleep(PAGE_RETRY_INTERVAL).await;
                }
                Err(error) => return Err(error),
                Ok(_) => return Ok(self.with_view(|view| view.snapshot.earlier)),
            }
        }
        Err(Error::Timeout(PAGE_RETRY_INTERVAL * PAGE_TRIES_MAX))
    }

    /// Sends a command under the caller's id and returns the server's answer, refusals included.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the client was closed before the answer came, [`Error::OtherRoom`] if the
    /// room ended before that.
    pub async fn request(
        &self,
        id: CommandId,
        command: impl Into<Command>,
    ) -> Result<Outcome, Error> {
        let command = command.into();
        let page_before = match &command {
            Command::Message(MessageCommand::Page { before }) => Some(*before),
            _ => None,
        };
        let text = to_text(&ClientFrame::Command { id, command: Box::new(command) })?;
        let room = self.with_view(|view| view.snapshot.room.id);
        let permit = Arc::clone(&self.unanswered).acquire_owned().await;
        let permit = permit.map_err(|_| Error::Closed(CloseReason::STOPPED))?;
        let (answer, answered) = oneshot::channel();
        let pending =
            PendingCommand { id, text: text.into(), page_before, room, answer, _permit: permit };
        self.ask(Request::Command(pending)).await?;
        answered.await.map_err(|_| Error::Closed(CloseReason::STOPPED))?
    }

    /// Signals that this person is typing. The server doesn't answer, and the signal is lost if the
    /// connection is.
    pub async fn writing(&self) -> Result<(), Error> {
        self.send_raw(Message::text(to_text(&ClientFrame::Writing)?)).await
    }

    /// Sends any WebSocket message without waiting for an answer. It is lost if the connection is.
    pub async fn send_raw(&self, message: Message) -> Result<(), Error> {
        self.ask(Request::Raw(message)).await
    }

    // The connection.

    /// Drops the connection without a close frame, and stays disconnected until
    /// [`reconnect`](Self::reconnect).
    pub async fn disconnect(&self) -> Result<(), Error> {
        let (done, disconnected) = oneshot::channel();
        self.ask(Request::Disconnect(done)).await?;
        disconnected.await.map_err(|_| Error::Closed(CloseReason::STOPPED))
    }

    /// Opens a new connection now, even if the client was closed, and drops any open one.
    pub async fn reconnect(&self, how: Reconnect) -> Result<(), Error> {
        let (done, reconnected) = oneshot::channel();
        self.ask(Request::Reconnect(how, done)).await?;
        reconnected.await.map_err(|_| Error::Closed(CloseReason::STOPPED))?
    }

    /// Stops reading what the server sends, or starts again: for tests of slow readers.
    pub async fn set_reading(&self, reading: bool) -> Result<(), Error> {
        self.ask(Request::SetReading(reading)).await
    }

    async fn ask(&self, request: Request) -> Result<(), Error> {
        let sent = self.requests.send(request).await;
        sent.map_err(|_| Error::Closed(CloseReason::STOPPED))
    }
}

fn to_text(frame: &ClientFrame) -> Result<String, Error> {
    frame.to_text().map_err(|error| Error::Protocol(error.to_string()))
}
