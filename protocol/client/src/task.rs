//! The task that keeps a client's line: reads, folds, answers, and comes back.

use crate::back_off::{BackOff, lot};
use crate::client::{Client, Events};
use crate::error::{Error, Gone};
use crate::join::{Join, Welcomed};
use crate::line::{Incoming, Line};
use crate::view::{LineState, View};
use hearth_protocol::close::{ComeBack, come_back};
use hearth_protocol::frame::{Answer, Notice, Outcome};
use hearth_protocol::keys::SeatKey;
use hearth_protocol::limits::UNANSWERED_MAX;
use hearth_protocol::{CommandId, Cursor, ServerFrame};
use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, broadcast, mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// A line that lived this long was a good one: the next loss is waited for anew.
const GOOD_LINE: Duration = Duration::from_secs(5);

/// How to come back to a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coming {
    /// Where the line stopped.
    Resume,
    /// After this point, as this side claims.
    From(Cursor),
    /// Without a past: everything anew.
    Fresh,
}

/// What happened on a client's line, in order.
///
/// `Debug` shows no words.
#[derive(Clone)]
pub enum Happening {
    /// A frame came. The view shows what follows from it already.
    Frame {
        /// As it stood on the wire.
        text: Utf8Bytes,
        /// As it was understood.
        frame: Arc<ServerFrame>,
    },
    /// The line was lost. The client comes back by itself unless it was told not to.
    Lost {
        /// The close code, where there was one.
        code: Option<u16>,
    },
    /// The client will not come back by itself.
    Gone(Gone),
}

impl fmt::Debug for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame { frame, .. } => f.debug_tuple("Frame").field(frame).finish(),
            Self::Lost { code } => f.debug_struct("Lost").field("code", code).finish(),
            Self::Gone(gone) => f.debug_tuple("Gone").field(gone).finish(),
        }
    }
}

/// What a handle asks of the task.
pub(crate) enum Ask {
    /// Send a command and answer it.
    Command(Unanswered),
    /// Send any message as it is, now or never.
    Raw(Message),
    /// Break the line off, and stay away until told otherwise.
    Cut(oneshot::Sender<()>),
    /// Come back now.
    ComeBack(Coming, oneshot::Sender<Result<(), Error>>),
    /// Read, or stop reading.
    Reading(bool),
}

/// A command that was not answered yet.
pub(crate) struct Unanswered {
    pub(crate) id: CommandId,
    pub(crate) text: Utf8Bytes,
    pub(crate) answer: oneshot::Sender<Result<Outcome, Gone>>,
    /// One of [`UNANSWERED_MAX`].
    pub(crate) _permit: OwnedSemaphorePermit,
}

pub(crate) struct Task {
    join: Join,
    seat_key: SeatKey,
    line: Option<Line>,
    view: watch::Sender<View>,
    happenings: broadcast::Sender<Happening>,
    asks: mpsc::Receiver<Ask>,
    /// What was asked and not answered, in the order it was asked; permits bound it.
    unanswered: Vec<Unanswered>,
    back_off: BackOff,
    again: Option<Instant>,
    coming: Coming,
    reading: bool,
    opened: Instant,
    heard: Instant,
}

impl Task {
    /// Starts the task of a client that was welcomed.
    pub(crate) fn start(
        join: Join,
        seat_key: SeatKey,
        view: View,
        welcomed: Welcomed,
    ) -> (Client, Events) {
        let seat = view.seat();
        let (view, seen) = watch::channel(view);
        let (happenings, events) = broadcast::channel(join.ways.events_max);
        let (ask, asks) = mpsc::channel(UNANSWERED_MAX);
        let client = Client::new(seat, ask, seen, happenings.clone());
        let now = Instant::now();
        let task = Self {
            join,
            seat_key,
            line: Some(welcomed.line),
            view,
            happenings,
            asks,
            unanswered: Vec::new(),
            back_off: BackOff::default(),
            again: None,
            coming: Coming::Resume,
            reading: true,
            opened: now,
            heard: now,
        };
        task.tell(Happening::Frame { text: welcomed.text, frame: welcomed.frame });
        tokio::spawn(task.run());
        (client, Events::new(events))
    }

    async fn run(mut self) {
        loop {
            let again = self.again;
            let quiet = self.heard + self.join.ways.quiet_max;
            let listening = self.line.is_some() && self.reading;
            tokio::select! {
                ask = self.asks.recv() => match ask {
                    Some(ask) => self.on_ask(ask).await,
                    None => return,
                },
                incoming = next(&mut self.line, self.reading) => self.on_incoming(incoming),
                () = at(again) => {
                    // A failure has set the next try, or told everybody that there is none.
                    let _tried = self.come_back().await;
                }
                () = sleep_until(quiet), if listening => self.lost(None),
            }
        }
    }

    fn tell(&self, happening: Happening) {
        // Nobody need be listening.
        let _heard_by = self.happenings.send(happening);
    }

    async fn on_ask(&mut self, ask: Ask) {
        match ask {
            Ask::Command(command) => self.on_command(command),
            Ask::Raw(message) => self.write(message),
            Ask::Cut(done) => {
                if self.line.take().is_some() {
                    self.view.send_modify(|view| view.line = LineState::Lost);
                    self.tell(Happening::Lost { code: None });
                }
                self.again = None;
                let _told = done.send(());
            }
            Ask::ComeBack(coming, done) => {
                self.coming = coming;
                let _told = done.send(self.come_back().await);
            }
            Ask::Reading(reading) => {
                self.reading = reading;
                self.heard = Instant::now();
            }
        }
    }

    fn on_command(&mut self, command: Unanswered) {
        if let LineState::Gone(gone) = self.view.borrow().line {
            let _told = command.answer.send(Err(gone));
            return;
        }
        let message = Message::Text(command.text.clone());
        // First among the unanswered, then written: where writing fails it is sent on the next line.
        self.unanswered.push(command);
        self.write(message);
    }

    fn write(&mut self, message: Message) {
        if let Some(line) = &mut self.line
            && line.send_raw(message).is_err()
        {
            self.lost(None);
        }
    }

    fn on_incoming(&mut self, incoming: Incoming) {
        self.heard = Instant::now();
        match incoming {
            Incoming::Closed(code) => self.lost(code),
            Incoming::Text(text) => match ServerFrame::parse(&text) {
                Ok(frame) => self.on_frame(text, frame),
                // An event of a newer server: a snapshot may be understood all the same.
                Err(_) => self.refetch(ComeBack::Later),
            },
        }
    }

    fn on_frame(&mut self, text: Utf8Bytes, frame: ServerFrame) {
        let mut follows = true;
        self.view.send_modify(|view| match &frame {
            ServerFrame::Event(event) => follows = view.snapshot.apply(event).is_ok(),
            ServerFrame::Notice(Notice::Welcome(welcome)) => view.welcomed((**welcome).clone()),
            ServerFrame::Notice(Notice::Snapshot(snapshot)) => {
                view.snapshot = (**snapshot).clone();
            }
            ServerFrame::Notice(Notice::Beat(beat)) => view.told_time(beat.now),
            ServerFrame::Notice(Notice::Writing(_)) => {}
            ServerFrame::Answer(answer) => {
                if let Outcome::Page(page) = &answer.outcome {
                    view.paged(page);
                }
            }
        });
        if !follows {
            return self.refetch(ComeBack::Now);
        }
        let frame = Arc::new(frame);
        self.tell(Happening::Frame { text, frame: Arc::clone(&frame) });
        if let ServerFrame::Answer(Answer { re: Some(re), outcome }) = &*frame
            && let Some(index) = self.unanswered.iter().position(|command| command.id == *re)
        {
            // Who asked may have stopped waiting.
            let _told = self.unanswered.remove(index).answer.send(Ok(outcome.clone()));
        }
    }

    /// Comes back for a snapshot: what came does not follow from what was known.
    fn refetch(&mut self, back: ComeBack) {
        self.coming = Coming::Fresh;
        self.away(None, back);
    }

    fn lost(&mut self, code: Option<u16>) {
        self.away(code, code.map_or(ComeBack::Now, come_back));
    }

    fn away(&mut self, code: Option<u16>, back: ComeBack) {
        if self.line.take().is_some() && self.opened.elapsed() >= GOOD_LINE {
            self.back_off.reset();
        }
        let Some(wait) = self.back_off.next(back, lot()) else {
            return self.gone(Gone { code });
        };
        self.again = self.join.ways.by_itself.then(|| Instant::now() + wait);
        self.view.send_modify(|view| view.line = LineState::Lost);
        self.tell(Happening::Lost { code });
    }

    fn gone(&mut self, gone: Gone) {
        self.again = None;
        self.view.send_modify(|view| view.line = LineState::Gone(gone));
        for command in self.unanswered.drain(..) {
            let _told = command.answer.send(Err(gone));
        }
        self.tell(Happening::Gone(gone));
    }

    /// Opens a new line and says hello on it; an old one is dropped. Sends again what was not
    /// answered.
    async fn come_back(&mut self) -> Result<(), Error> {
        self.line = None;
        self.again = None;
        self.join.coming(&self.view.borrow(), self.coming);
        let Welcomed { mut line, text, frame, welcome } = match self.join.welcomed().await {
            Ok(welcomed) => welcomed,
            Err(error) => {
                if matches!(error, Error::NotUnderstood(_)) {
                    self.coming = Coming::Fresh;
                }
                let code = match &error {
                    Error::Refused { gone, .. } => gone.code,
                    _ => None,
                };
                self.away(code, error.come_back());
                return Err(error);
            }
        };
        self.seat_key = self.join.admitted(self.seat_key);
        self.coming = Coming::Resume;
        self.reading = true;
        self.opened = Instant::now();
        self.heard = self.opened;
        // As many as the handles may have asked; the line holds more.
        let resent = self
            .unanswered
            .iter()
            .try_for_each(|command| line.send_raw(Message::Text(command.text.clone())));
        self.line = Some(line);
        self.view.send_modify(|view| view.welcomed(welcome));
        self.tell(Happening::Frame { text, frame });
        if resent.is_err() {
            self.lost(None);
        }
        Ok(())
    }
}

async fn next(line: &mut Option<Line>, reading: bool) -> Incoming {
    match line {
        Some(line) if reading => line.next().await,
        Some(line) => {
            // A failure to write shows when reading begins again.
            let _written = line.flush().await;
            pending().await
        }
        None => pending().await,
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => pending().await,
    }
}
