//! The driver of a room: one task that takes what waits, decides it all on the room in its hands,
//! appends one batch, and only when that is durable lets anybody see it.
//!
//! The room in its hands runs ahead of the journal between deciding and the append's answer.
//! Nobody can see it then; where the append fails it is folded again from the journal.

mod admit;
mod at_door;
mod dress;
mod out;
mod parts;
mod plan;
mod publish;
mod store;

use crate::rooms::House;
use crate::rooms::desk::{Desk, Gone, LineNo};
use crate::rooms::join::{Denied, ToRoom};
use crate::rooms::limits::{RoomLimits, SeatLimits};
use crate::rooms::map::Cell;
use crate::rooms::ring::Ring;
use crate::rooms::texts::Texts;
use at_door::StaffNames;
pub(crate) use at_door::seen_of;
use hearth_protocol::api::RoomAtDoor;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{CircleId, CloseCode, Millis, Phase, RefusalCode, RoomId, SeatNo};
use hearth_room::Room;
pub(crate) use parts::{Broken, Handle};
use parts::{Exit, Grace, Retry};
use plan::Plan;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use store::Stored;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot};

/// Messages that go into one batch.
const BATCH_WORK_MAX: usize = 64;
/// How often commands are decided again because something else was appended first.
const TRIES_MAX: usize = 8;
/// How long a closed line may come back before its seat is away.
const LINE_GRACE_MS: u64 = 3_000;
/// How long a room without lines stays in memory, and how soon something must be due to keep it.
const IDLE_MS: u64 = 30_000;
const DUE_SOON_MS: u64 = 60_000;
/// Events after which the journal is given a snapshot.
const SNAPSHOT_EVERY: u64 = 256;
/// A room that nothing awaits is looked at after this all the same, so that one whose server was
/// killed comes to its end even if nobody returns.
const BACKSTOP_MS: u64 = 6 * 3_600_000;

/// Returns when a room that nothing awaits is looked at all the same.
pub(crate) fn backstop(now: Millis) -> Millis {
    now.saturating_add(BACKSTOP_MS)
}

/// What the driver of a room begins with.
pub(crate) struct Start {
    pub(crate) house: Arc<House>,
    pub(crate) circle: CircleId,
    pub(crate) room: Room,
    pub(crate) barred: HashSet<KeyHash>,
    pub(crate) cell: Arc<Cell<Handle>>,
    pub(crate) place: OwnedSemaphorePermit,
    pub(crate) loaded: bool,
}

/// One room, driven.
pub(crate) struct Driver {
    house: Arc<House>,
    circle: CircleId,
    id: RoomId,
    room: Room,
    /// The last event that was published, or was there at the start.
    published: u64,
    /// Events appended since the journal was given a snapshot.
    unsnapped: u64,
    /// Whether the room was loaded and its lines of another life are still taken for here.
    unwoken: bool,
    barred: HashSet<KeyHash>,
    ring: Arc<Ring>,
    texts: Texts,
    lines: BTreeMap<SeatNo, Arc<Desk>>,
    graces: BTreeMap<SeatNo, Grace>,
    seat_limits: BTreeMap<SeatNo, Arc<SeatLimits>>,
    room_limits: Arc<RoomLimits>,
    queue: VecDeque<ToRoom>,
    inbox: mpsc::Receiver<ToRoom>,
    own_inbox: mpsc::WeakSender<ToRoom>,
    gone: Arc<Notify>,
    retry: Retry,
    idle_since: Option<Millis>,
    at_door: Arc<Mutex<RoomAtDoor>>,
    staff_names: StaffNames,
    exit: Exit,
    /// Those who wait until everyone was sent away; told by being dropped, after the exit.
    dissolving: Vec<oneshot::Sender<()>>,
}

/// What ends the wait for something to do.
enum Woken {
    ToWork,
    Idle,
    Stop,
    Dissolve,
}

/// How a driver ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nobody is here, and nothing is due.
    Idle,
    /// The server stops.
    Stop,
    /// The session is over.
    Ended,
    /// The circle is being deleted.
    Dissolved,
}

impl Driver {
    /// Returns a driver, and the handle by which others reach it.
    pub(crate) fn new(start: Start) -> (Self, Handle) {
        let Start { house, circle, room, barred, cell, place, loaded } = start;
        let (sender, inbox) = mpsc::channel(crate::rooms::join::INBOX_MAX);
        let ring = Arc::new(Ring::new(house.limits.broadcast_bytes_per_room));
        let id = room.common().room;
        let at_door = Arc::new(Mutex::new(seen_of(&room)));
        let handle = Handle { inbox: sender.clone(), at_door: at_door.clone() };
        house.metrics.rooms.inc();
        let exit = Exit {
            house: house.clone(),
            circle,
            cell,
            ring: ring.clone(),
            code: CloseCode::Reloaded,
            _place: place,
        };
        let driver = Self {
            room_limits: Arc::new(RoomLimits::new(&house.limits)),
            house,
            circle,
            id,
            published: room.head(),
            unsnapped: 0,
            unwoken: loaded,
            room,
            barred,
            ring,
            texts: Texts::default(),
            lines: BTreeMap::new(),
            graces: BTreeMap::new(),
            seat_limits: BTreeMap::new(),
            queue: VecDeque::new(),
            inbox,
            own_inbox: sender.downgrade(),
            gone: Arc::new(Notify::new()),
            retry: Retry::default(),
            idle_since: None,
            at_door,
            staff_names: StaffNames::default(),
            exit,
            dissolving: Vec::new(),
        };
        (driver, handle)
    }

    /// Drives the room until it ends, nobody needs it, or the server stops.
    pub(crate) async fn run(mut self) {
        tracing::debug!(head = self.published, "the room is in memory");
        match self.drive().await {
            Ok(end) => self.finish(end).await,
            Err(broken) => {
                tracing::error!(error = %broken, "the room leaves memory; its lines come back");
            }
        }
    }

    async fn drive(&mut self) -> Result<End, Broken> {
        self.idle_since = Some(self.now());
        loop {
            if self.queue.is_empty() && !self.must_wake() {
                match self.wait().await {
                    Woken::ToWork => {}
                    Woken::Stop => return Ok(End::Stop),
                    Woken::Idle => return Ok(End::Idle),
                    Woken::Dissolve => return Ok(End::Dissolved),
                }
            }
            self.notice_gone();
            if let Some(end) = self.step().await? {
                return Ok(end);
            }
            self.snapshot_now_and_then().await;
        }
    }

    /// Returns whether the room still takes lines of another life for here, and may say so now.
    fn must_wake(&self) -> bool {
        self.unwoken && self.retry.not_before.is_none_or(|at| at <= self.now())
    }

    async fn wait(&mut self) -> Woken {
        let wake_at = self.wake_at();
        let idle_at = self.idle_since.map(|since| since.saturating_add(IDLE_MS));
        let clock = self.house.clock.clone();
        let sleep = async |at: Option<Millis>| match at {
            Some(at) => clock.sleep_until(at).await,
            None => std::future::pending().await,
        };
        let mut taken = Vec::new();
        tokio::select! {
            biased;
            () = self.house.stop.cancelled() => return Woken::Stop,
            count = self.inbox.recv_many(&mut taken, BATCH_WORK_MAX) => {
                if count == 0 {
                    // Every handle is gone with the map's: nobody can come any more.
                    return Woken::Idle;
                }
            }
            () = self.gone.notified() => {}
            () = sleep(wake_at) => {}
            () = sleep(idle_at) => return Woken::Idle,
        }
        for message in taken {
            match message {
                ToRoom::Dissolve(done) => self.dissolving.push(done),
                other => self.queue.push_back(other),
            }
        }
        if self.dissolving.is_empty() { Woken::ToWork } else { Woken::Dissolve }
    }

    /// Returns when time itself brings something to do.
    fn wake_at(&self) -> Option<Millis> {
        let grace = self.graces.values().map(|grace| grace.until).min();
        let unwoken = self.unwoken.then_some(0);
        let first = [self.room.next_deadline(), grace, unwoken].into_iter().flatten().min()?;
        Some(first.max(self.retry.not_before.unwrap_or(0)))
    }

    /// Takes note of lines that are gone.
    fn notice_gone(&mut self) {
        let now = self.now();
        let gone: Vec<(SeatNo, LineNo, Gone)> = self
            .lines
            .iter()
            .filter_map(|(seat, desk)| desk.gone().map(|how| (*seat, desk.line(), how)))
            .collect();
        for (seat, line, how) in gone {
            self.lines.remove(&seat);
            let until = match how {
                Gone::Closed => now.saturating_add(LINE_GRACE_MS),
                Gone::Lost => now,
                // The next server finds the seat as it is, and wakes it.
                Gone::Stopped => continue,
            };
            self.graces.insert(seat, Grace { line, until });
        }
    }

    /// Decides what waits, stores it, and lets it be seen.
    async fn step(&mut self) -> Result<Option<End>, Broken> {
        let began = tokio::time::Instant::now();
        for _ in 0..TRIES_MAX {
            let (mut plan, decided) = self.plan()?;
            match self.store(&mut plan).await? {
                Stored::Yes => {
                    self.house.metrics.append_seconds.observe(began.elapsed().as_secs_f64());
                    return self.seen(plan, decided).await;
                }
                Stored::Nothing => return self.seen(plan, decided).await,
                Stored::No => {
                    self.refold().await?;
                    self.retry.failed(self.now());
                    self.not_stored(decided)?;
                    return Ok(None);
                }
                Stored::Again => {
                    self.refold().await?;
                    self.catch_up().await?;
                    if self.room.common().phase == Phase::Ended {
                        return Ok(Some(End::Ended));
                    }
                }
            }
        }
        tracing::warn!("others append to this room all the time; its commands are refused for now");
        self.retry.failed(self.now());
        self.not_stored(self.queue.len())?;
        Ok(None)
    }

    /// What is durable is dressed in its words, and published.
    async fn seen(&mut self, mut plan: Plan, decided: usize) -> Result<Option<End>, Broken> {
        self.retry.succeeded();
        self.dress(&mut plan).await?;
        self.name_staff().await;
        let mut work: Vec<ToRoom> = self.queue.drain(..decided).collect();
        let end = plan.ended.then_some(End::Ended);
        self.publish(plan, &mut work)?;
        self.idle_since = self.is_idle().then(|| self.idle_since.unwrap_or(self.now()));
        Ok(end)
    }

    fn is_idle(&self) -> bool {
        let soon = self.now().saturating_add(DUE_SOON_MS);
        self.lines.is_empty()
            && self.graces.is_empty()
            && self.queue.is_empty()
            && !self.unwoken
            && self.room.next_deadline().is_none_or(|at| at > soon)
    }

    async fn snapshot_now_and_then(&mut self) {
        if self.unsnapped < SNAPSHOT_EVERY {
            return;
        }
        self.unsnapped = 0;
        let body = match serde_json::to_string(&self.room) {
            Ok(body) => body,
            Err(error) => return tracing::error!(%error, "a snapshot could not be encoded"),
        };
        if let Err(error) = self.house.journal.put_snapshot(self.id, self.room.head(), body).await {
            // Only a help for the next load: the events are the truth.
            tracing::warn!(%error, "a snapshot was not stored");
        }
    }

    async fn finish(mut self, end: End) {
        tracing::debug!(?end, "the room leaves memory");
        self.exit.code = match end {
            End::Stop => CloseCode::Restarting,
            End::Ended => CloseCode::Ended,
            End::Dissolved => CloseCode::NoCircle,
            End::Idle => CloseCode::Reloaded,
        };
        if end != End::Ended {
            return;
        }
        let (house, room) = (self.house.clone(), self.id);
        // The room leaves the map, its lines are told and its place is free before the erasing,
        // so that a new session need not wait for it.
        drop(self);
        house.erase_words(room).await;
    }

    /// Answers the first of what waits that nothing could be stored.
    fn not_stored(&mut self, decided: usize) -> Result<(), Broken> {
        let mut entries = Vec::new();
        for work in self.queue.drain(..decided) {
            match work {
                ToRoom::Command { line, id, .. } => {
                    entries.push(publish::refused(line, id, RefusalCode::NotStored)?);
                    self.house.count_command("not_stored");
                }
                ToRoom::Join(mut join) => {
                    join.answer(Err(Denied::from(CloseCode::NotStored)));
                }
                ToRoom::Writing { .. } => {}
                ToRoom::Dissolve(done) => self.dissolving.push(done),
            }
        }
        self.ring.push(entries);
        Ok(())
    }

    /// Returns the time, never before the room's last event.
    fn now(&self) -> Millis {
        self.house.clock.now().max(self.room.at())
    }
}
