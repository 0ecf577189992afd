//! For tests: rooms over a temporary store, and clients that join them over WebSockets in memory. The
//! clock stands still until a test moves it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on must fail at once"
)]

mod connection;
mod person;

pub use connection::{BareConnection, ServeConnection};
pub use person::{Absent, Client, Closed, Person};

use crate::clock::{Clock, ManualClock};
use crate::replay::replay;
use crate::{ConnectionTimers, Rooms, RoomsConfig, RoomsLimits, RoomsMetrics};
use hearth_journal::faults::Faulty;
use hearth_journal::{Journal, Sqlite};
use hearth_protocol::api::{Entry, LinkRole, NewCircle};
use hearth_protocol::hello::Resume;
use hearth_protocol::keys::{EntryKey, KEY_BYTES, SeatKey, Secret};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::presence::{PresenceCommand, Role, Stance};
use hearth_protocol::round::{RoundCommand, Start};
use hearth_protocol::settings::Pace;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{
    CircleId, ClientFrame, Command, CommandId, Hello, MessageNo, Millis, SeatNo, Settings,
    Snapshot, Text, TextId, TurnId,
};
use hearth_room::Room;
use std::marker::PhantomData;
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

/// Longest wait for anything a test expects.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Time at which a test server's clock starts.
pub const START: u64 = 1_000_000;

/// Rooms with one circle, whose connections are served by `C`.
pub struct TestServerWith<C> {
    pub folder: Arc<TempDir>,
    pub journal: Arc<Faulty>,
    pub rooms: Rooms,
    pub manual_clock: ManualClock,
    pub circle: CircleId,
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
    pub limits: RoomsLimits,
    pub timers: ConnectionTimers,
    /// Bytes that may be on their way to a client that doesn't read.
    pub pipe_bytes: usize,
    connections: PhantomData<fn() -> C>,
}

/// Rooms with one circle and bare connections.
pub type TestServer = TestServerWith<BareConnection>;

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

impl<C: ServeConnection> TestServerWith<C> {
    /// Starts with a circle that has these settings.
    pub async fn with(settings: Settings, limits: RoomsLimits, timers: ConnectionTimers) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let journal: Arc<dyn Journal> = Arc::new(Sqlite::open(folder.path()).unwrap());
        let circle = make_circle(journal.as_ref(), settings).await;
        Self::over(folder, journal, circle, limits, timers, START)
    }

    /// Starts with a circle that has the default settings.
    pub async fn new() -> Self {
        Self::with(Settings::default(), RoomsLimits::default(), ConnectionTimers::default()).await
    }

    /// Starts with limits that let one person send thousands of commands at once.
    pub async fn with_many_commands() -> Self {
        let limits = RoomsLimits {
            commands_burst_per_seat: 5_000,
            commands_per_second_per_room: 10_000,
            ..RoomsLimits::default()
        };
        Self::with(Settings::default(), limits, ConnectionTimers::default()).await
    }

    fn over(
        folder: Arc<TempDir>,
        journal: Arc<dyn Journal>,
        circle: CircleId,
        limits: RoomsLimits,
        timers: ConnectionTimers,
        start: Millis,
    ) -> Self {
        let journal = Arc::new(Faulty::new(journal));
        let (clock, manual_clock) = Clock::manual(start);
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let rooms = Rooms::start(RoomsConfig {
            room_timers: Pace::timers,
            journal: journal.clone(),
            clock,
            limits,
            timers,
            metrics: RoomsMetrics::new(),
            tasks: tasks.clone(),
            stop: stop.clone(),
        });
        Self {
            folder,
            journal,
            rooms,
            manual_clock,
            circle,
            stop,
            tasks,
            limits,
            timers,
            pipe_bytes: 1024 * 1024,
            connections: PhantomData,
        }
    }

    /// Creates another circle.
    pub async fn another_circle(&self) -> CircleId {
        make_circle(self.journal.as_ref(), Settings::default()).await
    }

    /// Shuts down, and starts again over the same store.
    pub async fn restarted(self) -> Self {
        let now = self.manual_clock.now();
        self.restarted_at(now).await
    }

    /// Shuts down, and starts again over the same store when the machine's clock shows `wall`.
    pub async fn restarted_at(self, wall: Millis) -> Self {
        self.stop.cancel();
        self.tasks.close();
        timeout(PATIENCE, self.tasks.wait()).await.expect("the server stops in time");
        self.journal.close().await.unwrap();
        let journal: Arc<dyn Journal> = Arc::new(Sqlite::open(self.folder.path()).unwrap());
        Self::over(self.folder, journal, self.circle, self.limits, self.timers, wall)
    }

    /// Waits until a snapshot of a room is stored.
    pub async fn has_snapshot(&self, room: hearth_protocol::RoomId) {
        let stored = async {
            while self.journal.snapshot(room).await.unwrap().is_none() {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, stored).await.expect("a snapshot is stored in time");
    }

    /// Opens a connection that hasn't said hello.
    pub async fn connect(&self) -> Client {
        let (near, far) = duplex(self.pipe_bytes);
        self.tasks.spawn(C::serve(self.rooms.clone(), far));
        Client(WebSocketStream::from_raw_socket(near, WsRole::Client, None).await)
    }

    /// Returns the hello of someone new.
    pub fn hello(&self, role: Role, name: &str) -> Hello {
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

    /// Joins someone new.
    pub async fn join(&self, role: Role, name: &str) -> Person {
        self.come(self.hello(role, name)).await.unwrap_or_else(|close| panic!("{name}: {close:?}"))
    }

    /// Joins with this hello on a new connection.
    pub async fn come(&self, hello: Hello) -> Result<Person, Closed> {
        let mut wire = self.connect().await;
        wire.send(&ClientFrame::Hello(Box::new(hello.clone()))).await;
        Person::welcomed(wire, hello, None).await
    }

    /// Reconnects someone, resuming from the view they have.
    pub async fn resume(&self, gone: Absent) -> Result<Person, Closed> {
        let mut hello = gone.hello;
        hello.resume = Some(Resume {
            room: gone.view.room.id,
            epoch: gone.epoch,
            cursor: gone.view.cursor.clone(),
        });
        let mut wire = self.connect().await;
        wire.send(&ClientFrame::Hello(Box::new(hello.clone()))).await;
        Person::welcomed(wire, hello, Some(gone.view)).await
    }

    /// Returns the room, replayed from the journal.
    pub async fn replayed(&self) -> Room {
        let id =
            self.journal.live_room(self.circle).await.unwrap().expect("a session is under way");
        replay(self.journal.as_ref(), id, None).await.unwrap()
    }

    /// Returns everything a seat may see, according to the journal.
    pub async fn truth(&self, seat: SeatNo) -> Snapshot {
        let room = self.replayed().await;
        let mut view = room.snapshot(seat).unwrap();
        view.messages = room
            .messages_seen(seat, None)
            .map(|(number, message)| (number, message.clone()))
            .collect();
        let ids: Vec<TextId> = view.text_ids().into_iter().collect();
        let texts = self.journal.texts(room.view().id, &ids).await.unwrap();
        view.texts = texts.into_iter().collect();
        view
    }

    /// Moves the clock in small steps, so that everything due happens in order.
    pub async fn pass(&self, time: Duration) {
        const STEPS: u32 = 10;
        for _ in 0..STEPS {
            self.manual_clock.advance(time / STEPS);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Returns a fresh random key.
pub fn new_key() -> [u8; KEY_BYTES] {
    let mut bytes = [0; KEY_BYTES];
    for (place, byte) in bytes
        .iter_mut()
        .zip(Uuid::new_v4().into_bytes().into_iter().chain(Uuid::new_v4().into_bytes()))
    {
        *place = byte;
    }
    bytes
}

/// Returns a fresh command id.
pub fn new_id() -> CommandId {
    CommandId::new(Uuid::new_v4())
}

/// Returns a share in a seat's turn.
pub fn share(turn_id: TurnId, words: &str) -> Command {
    MessageCommand::Share { turn_id, text: Text::plain(words) }.into()
}

/// Returns an announcement.
pub fn announce(words: impl Into<String>) -> Command {
    MessageCommand::Announce { text: Text::plain(words) }.into()
}

/// Returns the command that takes a message back.
pub fn take_back(message: u32) -> Command {
    MessageCommand::TakeBack { message: MessageNo(message) }.into()
}

/// Returns the command that takes the token.
pub fn take(turn_id: TurnId) -> Command {
    TurnCommand::Take { turn_id }.into()
}

/// Returns the command that changes the sender's name.
pub fn rename(name: impl Into<String>) -> Command {
    PresenceCommand::Rename { name: Text::plain(name) }.into()
}

/// Returns the command that opens a round with the circle's settings, and without a question.
pub fn open_round() -> Command {
    open_round_asking(None)
}

/// Returns the command that opens a round with a question.
pub fn ask(question: &str) -> Command {
    open_round_asking(Some(Text::plain(question)))
}

fn open_round_asking(prompt: Option<Text>) -> Command {
    RoundCommand::OpenRound {
        prompt,
        order: None,
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: Start::Facilitator,
        slow_ms: None,
        closing: false,
    }
    .into()
}
