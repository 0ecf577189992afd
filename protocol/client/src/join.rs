//! Coming in: by a link, or back to a seat one has.

use crate::client::{Client, Events};
use crate::error::{Error, Gone};
use crate::line::{Incoming, Line};
use crate::link::{Link, Origin};
use crate::task::{Coming, Task};
use crate::view::View;
use hearth_protocol::command::Resume;
use hearth_protocol::frame::{Answer, Notice, Outcome, Welcome};
use hearth_protocol::keys::{EntryKey, KEY_BYTES, SeatKey};
use hearth_protocol::{CircleId, ClientFrame, Hello, ServerFrame, Stance, Text};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// How a client goes about its line.
#[derive(Debug, Clone, Copy)]
pub struct Ways {
    /// How long opening a line and being welcomed may take.
    pub connect_within: Duration,
    /// After how long without a sign of life the line counts as lost. The server gives one every
    /// 20 s.
    pub quiet_max: Duration,
    /// How many happenings an [`Events`] may lag behind before it misses some.
    pub events_max: usize,
    /// Whether a lost line is taken up again without being asked.
    pub by_itself: bool,
}

impl Default for Ways {
    fn default() -> Self {
        Self {
            connect_within: Duration::from_secs(10),
            quiet_max: Duration::from_secs(45),
            events_max: 1024,
            by_itself: true,
        }
    }
}

/// A line on which we were welcomed.
pub(crate) struct Welcomed {
    pub(crate) line: Line,
    pub(crate) text: Utf8Bytes,
    pub(crate) frame: Arc<ServerFrame>,
    pub(crate) welcome: Welcome,
}

/// A seat to take, or to come back to.
#[derive(Debug, Clone)]
pub struct Join {
    pub(crate) origin: Origin,
    circle: CircleId,
    seat_key: Option<SeatKey>,
    new_seat_key: Option<SeatKey>,
    entry_key: Option<EntryKey>,
    name: Option<Text>,
    stance: Stance,
    resume: Option<Resume>,
    pub(crate) ways: Ways,
}

impl Join {
    /// Begins with a link. A seat key is drawn by lot unless one is given.
    pub fn by_link(link: &Link) -> Self {
        Self {
            entry_key: Some(link.secret().entry_key()),
            ..Self::to_circle(link.origin().clone(), link.circle())
        }
    }

    /// Begins with a circle alone, for a seat that is taken already: give its seat key.
    pub fn to_circle(origin: Origin, circle: CircleId) -> Self {
        Self {
            origin,
            circle,
            seat_key: None,
            new_seat_key: None,
            entry_key: None,
            name: None,
            stance: Stance::default(),
            resume: None,
            ways: Ways::default(),
        }
    }

    /// Goes by this name.
    pub fn name(self, name: impl Into<String>) -> Self {
        Self { name: Some(Text::plain(name)), ..self }
    }

    /// Arrives in this stance.
    pub fn stance(self, stance: Stance) -> Self {
        Self { stance, ..self }
    }

    /// Uses this seat key: the same key is the same seat.
    pub fn seat_key(self, key: SeatKey) -> Self {
        Self { seat_key: Some(key), ..self }
    }

    /// Uses this entry key in place of the link's.
    pub fn entry_key(self, key: EntryKey) -> Self {
        Self { entry_key: Some(key), ..self }
    }

    /// *It wasn't me*: gives the seat this key in place of the one it has.
    pub fn new_seat_key(self, key: SeatKey) -> Self {
        Self { new_seat_key: Some(key), ..self }
    }

    /// Goes about the line in these ways.
    pub fn ways(self, ways: Ways) -> Self {
        Self { ways, ..self }
    }

    /// Opens a line, says hello and waits to be welcomed. The [`Events`] begin with the welcome.
    pub async fn come_in(mut self) -> Result<(Client, Events), Error> {
        let seat_key = match self.seat_key {
            Some(key) => key,
            None => random_seat_key()?,
        };
        self.seat_key = Some(seat_key);
        let welcomed = self.welcomed().await?;
        let seat_key = self.admitted(seat_key);
        let Some(view) = View::new(welcomed.welcome.clone()) else {
            return Err(Error::NotUnderstood("the first welcome brought no snapshot".to_owned()));
        };
        Ok(Task::start(self, seat_key, view, welcomed))
    }

    /// Opens a line and waits to be welcomed on it.
    pub(crate) async fn welcomed(&self) -> Result<Welcomed, Error> {
        let within = self.ways.connect_within;
        let welcoming = async {
            let mut line = Line::open(&self.origin, within).await?;
            line.send(&ClientFrame::Hello(Box::new(self.hello()?)))
                .map_err(|source| Error::NoConnection { origin: self.origin.clone(), source })?;
            let mut refusal = None;
            loop {
                let text = match line.next().await {
                    Incoming::Text(text) => text,
                    Incoming::Closed(code) => {
                        return Err(Error::Refused { gone: Gone { code }, refusal });
                    }
                };
                let frame = ServerFrame::parse(&text)
                    .map_err(|unknown| Error::NotUnderstood(unknown.to_string()))?;
                let welcome = match &frame {
                    ServerFrame::Notice(Notice::Welcome(welcome)) => (**welcome).clone(),
                    // A word to a close that follows.
                    ServerFrame::Answer(Answer { outcome: Outcome::Refused(said), .. }) => {
                        refusal = Some(said.clone());
                        continue;
                    }
                    _ => {
                        let why = "the first frame was no welcome".to_owned();
                        return Err(Error::NotUnderstood(why));
                    }
                };
                return Ok(Welcomed { line, text, frame: Arc::new(frame), welcome });
            }
        };
        timeout(within, welcoming).await.unwrap_or(Err(Error::Timeout(within)))
    }

    /// Sets how to come back, by what this side has.
    pub(crate) fn coming(&mut self, view: &View, coming: Coming) {
        let cursor = match coming {
            Coming::Resume => Some(view.snapshot.cursor),
            Coming::From(cursor) => Some(cursor),
            Coming::Fresh => None,
        };
        self.resume = cursor.map(|cursor| Resume {
            room: view.snapshot.common.room,
            epoch: view.epoch,
            cursor,
        });
    }

    /// Notes that the seat is ours, and returns its key from now on.
    pub(crate) fn admitted(&mut self, seat_key: SeatKey) -> SeatKey {
        let key = self.new_seat_key.take().unwrap_or(seat_key);
        self.seat_key = Some(key);
        key
    }

    fn hello(&self) -> Result<Hello, Error> {
        let seat_key = match self.seat_key {
            Some(key) => key,
            None => random_seat_key()?,
        };
        Ok(Hello {
            circle: self.circle,
            seat_key,
            entry_key: self.entry_key,
            name: self.name.clone(),
            stance: self.stance,
            resume: self.resume.clone(),
            new_seat_key: self.new_seat_key,
        })
    }
}

/// Returns a seat key drawn by lot.
pub(crate) fn random_seat_key() -> Result<SeatKey, Error> {
    random_bytes().map(SeatKey::from_bytes)
}

/// Returns the bytes of a new key.
pub(crate) fn random_bytes() -> Result<[u8; KEY_BYTES], Error> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(Error::NoRandomness)?;
    Ok(bytes)
}
