//! The task behind a client: owns its connection, merges frames into the view, matches answers to
//! commands, and reconnects.

use crate::backoff::Backoff;
use crate::connection::{Connection, Incoming};
use crate::error::{CloseReason, Error};
use crate::events::Event;
use crate::handshake::{Handshake, Welcomed};
use crate::options::{ConnectionOptions, Reconnect};
use crate::random;
use crate::request::{PendingCommand, Request};
use crate::view::{ConnectionState, View};
use hearth_protocol::close::{ComeBack, come_back};
use hearth_protocol::frame::{Answer, AudienceFrame, Notice, Outcome};
use hearth_protocol::hello::Resume;
use hearth_protocol::{Fact, RoomId, ServerFrame};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// After a connection has lasted this long, the backoff starts over.
const STABLE_AFTER: Duration = Duration::from_secs(5);

pub(crate) struct Actor {
    handshake: Handshake,
    options: ConnectionOptions,
    connection: Option<Connection>,
    requests: mpsc::Receiver<Request>,
    view: watch::Sender<View>,
    events: broadcast::Sender<Event>,
    /// Commands without an answer, in the order they were sent. Their permits bound it.
    pending: Vec<PendingCommand>,
    backoff: Backoff,
    /// When to try to reconnect.
    retry_at: Option<Instant>,
    /// What to ask for at the next reconnect.
    next_reconnect: Reconnect,
    /// True after a frame that the view could not follow, until the next snapshot.
    out_of_sync: bool,
    reading: bool,
    opened_at: Instant,
    received_at: Instant,
}

impl Actor {
    pub(crate) fn new(
        handshake: Handshake,
        options: ConnectionOptions,
        connection: Connection,
        requests: mpsc::Receiver<Request>,
        view: watch::Sender<View>,
        events: broadcast::Sender<Event>,
    ) -> Self {
        let now = Instant::now();
        Self {
            handshake,
            options,
            connection: Some(connection),
            requests,
            view,
            events,
            pending: Vec::new(),
            backoff: Backoff::default(),
            retry_at: None,
            next_reconnect: Reconnect::Resume,
            out_of_sync: false,
            reading: true,
            opened_at: now,
            received_at: now,
        }
    }

    /// Runs until every handle is dropped. `welcome` is the first frame, already in the view.
    pub(crate) async fn run(mut self, welcome: Utf8Bytes) {
        self.publish_raw(&welcome);
        self.publish_reset();
        loop {
            let retry_at = self.retry_at;
            let idle_at = self.received_at + self.options.idle_timeout;
            let expects_frames = self.connection.is_some() && self.reading;
            tokio::select! {
                request = self.requests.recv() => match request {
                    Some(request) => self.on_request(request).await,
                    None => return,
                },
                incoming = receive(&mut self.connection, self.reading) => self.on_incoming(incoming),
                () = wait_until(retry_at) => {
                    // A failure schedules the next attempt, or publishes that there is none.
                    let _result = self.reconnect().await;
                }
                () = sleep_until(idle_at), if expects_frames => self.on_connection_lost(None),
            }
        }
    }

    fn publish(&self, event: Event) {
        // There may be no subscribers.
        let _subscribers = self.events.send(event);
    }

    fn publish_raw(&self, text: &Utf8Bytes) {
        if self.options.raw_frames {
            self.publish(Event::Raw(text.clone()));
        }
    }

    fn publish_reset(&self) {
        let snapshot = Arc::new(self.view.borrow().snapshot.clone());
        self.publish(Event::Reset(snapshot));
    }

    async fn on_request(&mut self, request: Request) {
        match request {
            Request::Command(command) => self.on_command(command),
            Request::Raw(message) => self.write(message),
            Request::Disconnect(done) => {
                if self.connection.take().is_some() {
                    self.view.send_modify(|view| view.connection = ConnectionState::Lost);
                    self.publish(Event::ConnectionLost { code: None });
                }
                self.retry_at = None;
                let _delivered = done.send(());
            }
            Request::Reconnect(how, done) => {
                self.next_reconnect = how;
                let _delivered = done.send(self.reconnect().await);
            }
            Request::SetReading(reading) => {
                self.reading = reading;
                self.received_at = Instant::now();
            }
        }
    }

    fn on_command(&mut self, command: PendingCommand) {
        if let ConnectionState::Closed(reason) = self.view.borrow().connection {
            let _delivered = command.answer.send(Err(Error::Closed(reason)));
            return;
        }
        if command.room != self.room() {
            let _delivered = command.answer.send(Err(Error::OtherRoom));
            return;
        }
        let message = Message::Text(command.text.clone());
        // Pending before it is written: if writing fails, the next connection sends it again.
        self.pending.push(command);
        self.write(message);
    }

    fn write(&mut self, message: Message) {
        if let Some(connection) = &mut self.connection
            && connection.send_raw(message).is_err()
        {
            self.on_connection_lost(None);
        }
    }

    fn on_incoming(&mut self, incoming: Incoming) {
        self.received_at = Instant::now();
        let text = match incoming {
            Incoming::Text(text) => text,
            Incoming::Closed(code) => return self.on_connection_lost(code),
        };
        match ServerFrame::parse(&text) {
            Ok(frame) => {
                self.publish_raw(&text);
                self.on_frame(frame);
            }
            // A newer server sent it. Its snapshots may still be readable.
            Err(_) => self.refetch(ComeBack::Later),
        }
    }

    fn on_frame(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Decision(frame) => self.on_decision(*frame),
            ServerFrame::Answer(answer) => self.on_answer(answer),
            ServerFrame::Notice(Notice::Welcome(welcome)) => {
                let resumed = welcome.snapshot.is_none();
                self.view.send_modify(|view| view.apply_welcome(*welcome));
                if !resumed {
                    self.publish_reset();
                }
            }
            ServerFrame::Notice(Notice::Snapshot(snapshot)) => {
                self.view.send_modify(|view| view.snapshot = *snapshot);
                self.publish_reset();
            }
            ServerFrame::Notice(Notice::Beat(beat)) => {
                self.view.send_modify(|view| view.set_clock(beat.now));
            }
            ServerFrame::Notice(Notice::Writing(writing)) => {
                self.publish(Event::Writing(writing.seat));
            }
        }
    }

    fn on_decision(&mut self, frame: AudienceFrame) {
        let facts: Arc<[Fact]> = frame.known_facts().collect();
        let frame = Arc::new(frame);
        let mut applied = Ok(());
        self.view.send_modify(|view| applied = view.snapshot.apply((*frame).clone()));
        match applied {
            Ok(()) => self.publish(Event::Decision { facts, frame }),
            Err(_) => self.refetch(ComeBack::Now),
        }
    }

    fn on_answer(&mut self, answer: Answer) {
        let Answer { re: Some(id), outcome } = answer else { return };
        let Some(index) = self.pending.iter().position(|command| command.id == id) else { return };
        let command = self.pending.remove(index);
        if let (Some(before), Outcome::Page(page)) = (command.page_before, &outcome) {
            self.view.send_modify(|view| view.add_page(before, page.clone()));
        }
        // The caller may have stopped waiting.
        let _delivered = command.answer.send(Ok(outcome));
    }

    /// Drops the connection and schedules a reconnect that asks for a snapshot.
    fn refetch(&mut self, come_back: ComeBack) {
        self.out_of_sync = true;
        self.disconnected(None, come_back);
    }

    fn on_connection_lost(&mut self, code: Option<u16>) {
        self.disconnected(code, code.map_or(ComeBack::Now, come_back));
    }

    fn disconnected(&mut self, code: Option<u16>, come_back: ComeBack) {
        if self.connection.take().is_some() && self.opened_at.elapsed() >= STABLE_AFTER {
            self.backoff.reset();
        }
        let Some(wait) = self.backoff.next(come_back, random::jitter()) else {
            return self.close(CloseReason { code });
        };
        self.retry_at = self.options.auto_reconnect.then(|| Instant::now() + wait);
        self.view.send_modify(|view| view.connection = ConnectionState::Lost);
        self.publish(Event::ConnectionLost { code });
    }

    fn close(&mut self, reason: CloseReason) {
        self.retry_at = None;
        self.view.send_modify(|view| view.connection = ConnectionState::Closed(reason));
        for command in self.pending.drain(..) {
            let _delivered = command.answer.send(Err(Error::Closed(reason)));
        }
        self.publish(Event::Closed(reason));
    }

    /// Opens a new connection in place of any old one and sends pending commands again.
    async fn reconnect(&mut self) -> Result<(), Error> {
        self.connection = None;
        self.retry_at = None;
        self.handshake.hello.resume = self.resume();
        let Welcomed { mut connection, text, welcome } = match self.handshake.open().await {
            Ok(welcomed) => welcomed,
            Err(error) => {
                self.on_reconnect_failed(&error);
                return Err(error);
            }
        };
        self.next_reconnect = Reconnect::Resume;
        self.reading = true;
        self.opened_at = Instant::now();
        self.received_at = self.opened_at;
        let resumed = welcome.snapshot.is_none();
        self.view.send_modify(|view| view.apply_welcome(welcome));
        self.fail_commands_of_other_rooms();
        // The connection's queue has room for all of them.
        let resent = self
            .pending
            .iter()
            .try_for_each(|command| connection.send_raw(Message::Text(command.text.clone())));
        self.connection = Some(connection);
        self.publish_raw(&text);
        if resumed {
            self.publish(Event::Resumed);
        } else {
            self.out_of_sync = false;
            self.publish_reset();
        }
        if resent.is_err() {
            self.on_connection_lost(None);
        }
        Ok(())
    }

    fn room(&self) -> RoomId {
        self.view.borrow().snapshot.room.id
    }

    /// The room may have changed while the connection was lost: a new session has begun, or the
    /// server's data were restored.
    fn fail_commands_of_other_rooms(&mut self) {
        let room = self.room();
        for command in self.pending.extract_if(.., |command| command.room != room) {
            let _delivered = command.answer.send(Err(Error::OtherRoom));
        }
    }

    fn resume(&self) -> Option<Resume> {
        let view = self.view.borrow();
        let cursor = match &self.next_reconnect {
            Reconnect::Resume if self.out_of_sync => return None,
            Reconnect::Resume => view.snapshot.cursor.clone(),
            Reconnect::From(cursor) => cursor.clone(),
            Reconnect::Fresh => return None,
        };
        Some(Resume { room: view.snapshot.room.id, epoch: view.epoch, cursor })
    }

    fn on_reconnect_failed(&mut self, error: &Error) {
        if matches!(error, Error::Protocol(_)) {
            self.out_of_sync = true;
        }
        let code = match error {
            Error::JoinRejected { reason, .. } => reason.code,
            _ => None,
        };
        self.disconnected(code, error.come_back());
    }
}

async fn receive(connection: &mut Option<Connection>, reading: bool) -> Incoming {
    match connection {
        Some(connection) if reading => connection.next().await,
        Some(connection) => {
            // A write error shows up when reading starts again.
            let _flushed = connection.flush().await;
            pending().await
        }
        None => pending().await,
    }
}

async fn wait_until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => pending().await,
    }
}
