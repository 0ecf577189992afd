//! A house with one circle, and people who come to it.

use super::person::{Absent, Closed, Person, Wire};
use crate::access::WebSocketPermit;
use crate::clock::{Clock, ManualHands};
use crate::config::Limits;
use crate::connection::{self, ConnectionTimers as LineTimers};
use crate::rooms::fold::fold;
use crate::rooms::{Rooms, RoomsStart};
use crate::telemetry::Metrics;
use hearth_journal::faults::Faulty;
use hearth_journal::{Journal, Sqlite};
use hearth_protocol::api::{Entry, LinkRole, NewCircle};
use hearth_protocol::command::Resume;
use hearth_protocol::keys::{EntryKey, KEY_BYTES, SeatKey, Secret};
use hearth_protocol::{
    CircleId, ClientFrame, Command, CommandId, EachWords, Hello, Role, SeatNo, Settings, Snapshot,
    Stance, Text,
};
use hearth_room::Room;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::duplex;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role as WsRole;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// Longest wait for anything that must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// When the houses' clocks begin.
pub(crate) const START: u64 = 1_000_000;

/// A house with one circle.
pub(crate) struct World {
    pub(crate) folder: Arc<TempDir>,
    pub(crate) journal: Arc<Faulty>,
    pub(crate) rooms: Rooms,
    pub(crate) hands: ManualHands,
    pub(crate) circle: CircleId,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) limits: Limits,
    pub(crate) timers: LineTimers,
    /// Bytes on their way to a person who does not read.
    pub(crate) pipe_bytes: usize,
}

fn entry_key(role: Role) -> EntryKey {
    Secret::from_bytes([role as u8 + 1; KEY_BYTES]).entry_key()
}

fn entries() -> Vec<Entry> {
    LinkRole::ALL
        .into_iter()
        .map(|role| {
            let key = match role.role() {
                Some(role) => entry_key(role),
                None => Secret::from_bytes([9; KEY_BYTES]).entry_key(),
            };
            Entry { role, entry_hash: key.hash(), locker: String::new() }
        })
        .collect()
}

async fn make_circle(journal: &dyn Journal, settings: Settings) -> CircleId {
    let circle = CircleId(Uuid::new_v4());
    let new = NewCircle {
        title: Text::plain("Thursday circle"),
        agreements: Some(Text::plain("What is said here stays here.")),
        held_by: None,
        lasts_ms: None,
        next_at: None,
        settings,
        entries: entries(),
    };
    journal.create_circle(&new, circle, START).await.unwrap();
    circle
}

impl World {
    /// Returns a house with a circle of these settings.
    pub(crate) async fn with(settings: Settings, limits: Limits, timers: LineTimers) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let journal: Arc<dyn Journal> = Arc::new(Sqlite::open(folder.path()).unwrap());
        let circle = make_circle(journal.as_ref(), settings).await;
        Self::over(folder, journal, circle, limits, timers)
    }

    /// Returns a house with a circle of the usual ways.
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default(), Limits::default(), LineTimers::default()).await
    }

    fn over(
        folder: Arc<TempDir>,
        journal: Arc<dyn Journal>,
        circle: CircleId,
        limits: Limits,
        timers: LineTimers,
    ) -> Self {
        let journal = Arc::new(Faulty::new(journal));
        let (clock, hands) = Clock::manual(START.max(journal.newest_at()));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let rooms = Rooms::start(RoomsStart {
            times: hearth_protocol::Pace::timers,
            journal: journal.clone(),
            clock,
            limits,
            timers,
            metrics: Arc::new(Metrics::new()),
            tasks: tasks.clone(),
            stop: stop.clone(),
        });
        Self {
            folder,
            journal,
            rooms,
            hands,
            circle,
            stop,
            tasks,
            limits,
            timers,
            pipe_bytes: 1024 * 1024,
        }
    }

    /// Makes another circle.
    pub(crate) async fn another_circle(&self) -> CircleId {
        make_circle(self.journal.as_ref(), Settings::default()).await
    }

    /// Stops the server in good order, and returns the next one over the same store.
    pub(crate) async fn restarted(self) -> Self {
        self.stop.cancel();
        self.tasks.close();
        timeout(PATIENCE, self.tasks.wait()).await.expect("the server stops in time");
        self.journal.close().await.unwrap();
        let journal: Arc<dyn Journal> = Arc::new(Sqlite::open(self.folder.path()).unwrap());
        Self::over(self.folder, journal, self.circle, self.limits, self.timers)
    }

    /// Opens a line.
    pub(crate) async fn line(&self) -> Wire {
        let (near, far) = duplex(self.pipe_bytes);
        self.tasks.spawn(connection::serve(self.rooms.clone(), far, WebSocketPermit::uncounted()));
        Wire(WebSocketStream::from_raw_socket(near, WsRole::Client, None).await)
    }

    /// Returns the hello of somebody new.
    pub(crate) fn hello(&self, role: Role, name: &str) -> Hello {
        Hello {
            circle: self.circle,
            seat_key: SeatKey::from_bytes(new_key()),
            entry_key: Some(entry_key(role)),
            name: Some(Text::plain(name)),
            stance: Stance::Sharing,
            resume: None,
            new_seat_key: None,
        }
    }

    /// Brings somebody new in.
    pub(crate) async fn join(&self, role: Role, name: &str) -> Person {
        self.come(self.hello(role, name)).await.unwrap_or_else(|close| panic!("{name}: {close:?}"))
    }

    /// Says this hello on a new line.
    pub(crate) async fn come(&self, hello: Hello) -> Result<Person, Closed> {
        let mut wire = self.line().await;
        wire.send(&ClientFrame::Hello(Box::new(hello.clone()))).await;
        Person::welcomed(wire, hello, None).await
    }

    /// Lets somebody come back who keeps nothing but what is on their screen.
    pub(crate) async fn resume(&self, gone: Absent) -> Result<Person, Closed> {
        let mut hello = gone.hello;
        hello.resume = Some(Resume {
            room: gone.view.common.room,
            epoch: gone.epoch,
            cursor: gone.view.cursor,
        });
        let mut wire = self.line().await;
        wire.send(&ClientFrame::Hello(Box::new(hello.clone()))).await;
        Person::welcomed(wire, hello, Some(gone.view)).await
    }

    /// Returns the room as the journal has it.
    pub(crate) async fn folded(&self) -> Room {
        let id =
            self.journal.live_room(self.circle).await.unwrap().expect("a session is under way");
        fold(self.journal.as_ref(), id, None).await.unwrap()
    }

    /// Returns all that a seat may see, by the journal.
    pub(crate) async fn truth(&self, seat: SeatNo) -> Snapshot {
        let room = self.folded().await;
        let mut view = room.view(seat).unwrap();
        let mut ids = Vec::new();
        view.each_words(&mut |words| ids.push(words.id));
        let texts = self.journal.texts(room.common().room, &ids).await.unwrap();
        view.each_words(&mut |words| {
            words.text = texts.iter().find(|(id, _)| *id == words.id).map(|(_, text)| text.clone());
        });
        view
    }

    /// Moves the clock on, a little at a time so that all that is due happens in its turn.
    pub(crate) async fn pass(&self, time: Duration) {
        const STEPS: u32 = 10;
        for _ in 0..STEPS {
            self.hands.advance(time / STEPS);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Returns 32 bytes that nobody had before.
pub(crate) fn new_key() -> [u8; KEY_BYTES] {
    let mut bytes = [0; KEY_BYTES];
    for (place, byte) in bytes
        .iter_mut()
        .zip(Uuid::new_v4().into_bytes().into_iter().chain(Uuid::new_v4().into_bytes()))
    {
        *place = byte;
    }
    bytes
}

/// Returns an id that nobody had before.
pub(crate) fn new_id() -> CommandId {
    CommandId(Uuid::new_v4())
}

/// Returns a share in a seat's turn.
pub(crate) fn share(mv: u64, words: &str) -> Command {
    Command::Share { r#move: mv, text: Text::plain(words) }
}

/// Returns the opening of a round by the circle's settings.
pub(crate) fn open_round() -> Command {
    Command::OpenRound {
        prompt: Some(Text::plain("How are you here?")),
        order: None,
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: hearth_protocol::Start::Facilitator,
        slow_ms: None,
        closing: false,
    }
}
