//! The room actor: one task that takes messages from its mailbox, decides them all on its own copy
//! of the room, commits one batch, and publishes it once it is durable.
//!
//! Between deciding and the append's result, the actor's copy is ahead of the journal. Nobody sees
//! it then; if the append fails, the actor rolls back by replaying the journal.

mod admission;
mod apply;
mod commit;
mod decide;
mod errors;
mod exit;
mod grace;
mod lobby_summary;
mod missed_frames;
mod outgoing;
mod pending_batch;
mod publish;
mod render;
mod retry;
mod snapshots;

pub(crate) use decide::random;
pub(crate) use errors::ActorError;
pub(crate) use lobby_summary::empty_lobby_summary;

use crate::broadcast::Broadcast;
use crate::clock::{JUMP_MS, RoomClock};
use crate::connection_link::ConnectionLink;
use crate::context::Context;
use crate::handle::{LatestSummary, RoomHandle};
use crate::limits::{RoomRateLimiter, SeatRateLimiter};
use crate::mailbox::{JoinRejected, MAILBOX_CAPACITY, RoomMessage};
use crate::registry::Slot;
use crate::text_cache::TextCache;
use commit::CommitOutcome;
use exit::{Exit, ExitGuard};
use grace::GracePeriod;
use hearth_journal::EraseScope;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::session::Phase;
use hearth_protocol::{BarId, CircleId, CloseCode, Millis, RefusalCode, RoomId, SeatNo};
use hearth_room::Room;
use lobby_summary::HostNames;
use pending_batch::PendingBatch;
use retry::RetryBackoff;
use snapshots::Snapshots;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot};

/// Messages taken from the mailbox at once.
const MESSAGES_PER_BATCH: usize = 64;
/// Attempts to commit while other nodes append first.
const COMMIT_TRIES_MAX: usize = 8;
/// How long a room without connections stays loaded.
const IDLE_MS: u64 = 30_000;
/// A room with a deadline within this time stays loaded.
pub(crate) const DUE_SOON_MS: u64 = 60_000;
/// Deadline of a room that has none of its own.
const FALLBACK_DEADLINE_MS: u64 = 6 * 3_600_000;

/// Returns the deadline of a room that has none of its own. It makes sure that a session ends even
/// if its server was killed and nobody returns.
pub(crate) fn fallback_deadline(now: Millis) -> Millis {
    now.saturating_add(FALLBACK_DEADLINE_MS)
}

pub(crate) struct ActorStart {
    pub(crate) context: Arc<Context>,
    pub(crate) circle: CircleId,
    pub(crate) room: Room,
    /// Number of the last row in the stored snapshot, or 0 if there is none.
    pub(crate) snapshot_seq: u64,
    /// Whether the session was opened just now.
    pub(crate) is_new: bool,
    pub(crate) barred: HashMap<BarId, KeyHash>,
    pub(crate) slot: Arc<Slot<RoomHandle>>,
    pub(crate) permit: OwnedSemaphorePermit,
}

/// One room's actor.
pub(crate) struct Actor {
    context: Arc<Context>,
    clock: RoomClock,
    circle: CircleId,
    id: RoomId,
    room: Room,
    /// Sequence number of the last published event.
    published: u64,
    snapshots: Snapshots,
    /// Whether seats may still look present because of connections to an earlier process.
    stale_presence: bool,
    barred: HashMap<BarId, KeyHash>,
    broadcast: Arc<Broadcast>,
    texts: TextCache,
    /// The seats' current connections.
    links: BTreeMap<SeatNo, Arc<ConnectionLink>>,
    grace_periods: BTreeMap<SeatNo, GracePeriod>,
    seat_rates: BTreeMap<SeatNo, Arc<SeatRateLimiter>>,
    room_rate: Arc<RoomRateLimiter>,
    /// Messages taken from the mailbox and not decided yet.
    queue: VecDeque<RoomMessage>,
    mailbox: mpsc::Receiver<RoomMessage>,
    own_mailbox: mpsc::WeakSender<RoomMessage>,
    /// Notified when a connection ends.
    disconnects: Arc<Notify>,
    retry: RetryBackoff,
    idle_since: Option<Millis>,
    lobby_summary: LatestSummary,
    host_names: HostNames,
    exit: ExitGuard,
    /// Dropped after `exit`, and so answered once the room is closed.
    deletions: Vec<oneshot::Sender<()>>,
}

/// Why a wait for work ended.
enum Wake {
    Work,
    Exit(Exit),
}

impl Actor {
    pub(crate) fn new(start: ActorStart) -> (Self, RoomHandle) {
        let ActorStart { context, circle, room, snapshot_seq, is_new, barred, slot, permit } =
            start;
        let (sender, mailbox) = mpsc::channel(MAILBOX_CAPACITY);
        let broadcast = Arc::new(Broadcast::new(context.limits.broadcast_bytes));
        let lobby_summary = LatestSummary::new(empty_lobby_summary(&room));
        let own_mailbox = sender.downgrade();
        let handle = RoomHandle::new(sender, lobby_summary.clone());
        context.metrics.loaded.inc();
        let exit = ExitGuard {
            context: context.clone(),
            circle,
            slot,
            broadcast: broadcast.clone(),
            code: CloseCode::Reloaded,
            _permit: permit,
        };
        let actor = Self {
            room_rate: Arc::new(RoomRateLimiter::new(&context.limits, &context.clock)),
            clock: context.clock.room_clock(room.at()),
            context,
            circle,
            id: room.view().id,
            published: room.seq(),
            snapshots: Snapshots::new(snapshot_seq),
            stale_presence: !is_new,
            room,
            barred,
            broadcast,
            texts: TextCache::default(),
            links: BTreeMap::new(),
            grace_periods: BTreeMap::new(),
            seat_rates: BTreeMap::new(),
            queue: VecDeque::new(),
            mailbox,
            own_mailbox,
            disconnects: Arc::new(Notify::new()),
            retry: RetryBackoff::default(),
            idle_since: None,
            lobby_summary,
            host_names: HostNames::default(),
            exit,
            deletions: Vec::new(),
        };
        (actor, handle)
    }

    /// Runs until the session ends, the room is idle, or the server stops.
    pub(crate) async fn run(mut self) {
        tracing::debug!(seq = self.published, "room loaded");
        match self.run_loop().await {
            // Boxed, like everything rare that an actor awaits: each room keeps its actor's future.
            Ok(exit) => Box::pin(self.finish(exit)).await,
            Err(error) => {
                tracing::error!(%error, "room unloaded after an error; clients will reconnect");
            }
        }
    }

    async fn run_loop(&mut self) -> Result<Exit, ActorError> {
        self.idle_since = Some(self.now());
        loop {
            if self.queue.is_empty()
                && !self.must_settle_presence()
                && let Wake::Exit(exit) = self.wait().await
            {
                return Ok(exit);
            }
            self.take_disconnected();
            if let Some(exit) = self.step().await? {
                return Ok(exit);
            }
            self.store_snapshot_if_due();
        }
    }

    fn must_settle_presence(&self) -> bool {
        self.stale_presence && self.retry.not_before.is_none_or(|at| at <= self.now())
    }

    async fn wait(&mut self) -> Wake {
        let wake_at = self.wake_at();
        let idle_at = self.idle_since.map(|since| since.saturating_add(IDLE_MS));
        let clock = self.clock.clone();
        let sleep = async |at: Option<Millis>| match at {
            Some(at) => clock.sleep_until(at).await,
            None => std::future::pending().await,
        };
        let mut messages = Vec::new();
        tokio::select! {
            biased;
            () = self.context.stop.cancelled() => return Wake::Exit(Exit::ServerStop),
            count = self.mailbox.recv_many(&mut messages, MESSAGES_PER_BATCH) => {
                if count == 0 {
                    // All handles are gone, including the registry's, so nobody can join any more.
                    return Wake::Exit(Exit::Idle);
                }
            }
            () = self.disconnects.notified() => {}
            () = sleep(wake_at) => {}
            () = sleep(idle_at) => {
                if self.is_idle() {
                    return Wake::Exit(Exit::Idle);
                }
                self.idle_since = None;
            }
        }
        for message in messages {
            match message {
                RoomMessage::CloseForDeletion(done) => self.deletions.push(done),
                other => self.queue.push_back(other),
            }
        }
        if self.deletions.is_empty() { Wake::Work } else { Wake::Exit(Exit::CircleDeleted) }
    }

    /// Returns the next deadline.
    fn wake_at(&self) -> Option<Millis> {
        let grace = self.grace_periods.values().map(|grace| grace.until).min();
        let presence = self.stale_presence.then_some(0);
        let first = [self.room.next_deadline(), grace, presence].into_iter().flatten().min()?;
        Some(first.max(self.retry.not_before.unwrap_or(0)))
    }

    /// Decides everything that is due or queued, commits it and publishes it.
    async fn step(&mut self) -> Result<Option<Exit>, ActorError> {
        let began = tokio::time::Instant::now();
        for _ in 0..COMMIT_TRIES_MAX {
            let (mut batch, decided) = self.decide()?;
            match self.commit(&mut batch).await? {
                CommitOutcome::Durable => {
                    let seconds = began.elapsed().as_secs_f64();
                    self.context.metrics.append_seconds.observe(seconds);
                    return self.committed(batch, decided).await;
                }
                CommitOutcome::Empty => return self.committed(batch, decided).await,
                CommitOutcome::Failed => {
                    Box::pin(self.roll_back()).await?;
                    self.retry.failed(self.now());
                    self.refuse_not_stored(decided)?;
                    return Ok(None);
                }
                CommitOutcome::Conflict => {
                    Box::pin(self.roll_back()).await?;
                    Box::pin(self.catch_up()).await?;
                    if self.room.view().session.phase == Phase::Ended {
                        return Ok(Some(Exit::SessionEnded));
                    }
                }
            }
        }
        tracing::warn!("append conflicts persist; refusing commands for now");
        self.retry.failed(self.now());
        self.refuse_not_stored(self.queue.len())?;
        Ok(None)
    }

    /// Renders and publishes a durable batch, made from the first `decided` messages.
    async fn committed(
        &mut self,
        mut batch: PendingBatch,
        decided: usize,
    ) -> Result<Option<Exit>, ActorError> {
        self.retry.succeeded();
        self.render(&mut batch).await?;
        self.update_host_names().await;
        let mut messages: Vec<RoomMessage> = self.queue.drain(..decided).collect();
        let exit = batch.ended.then_some(Exit::SessionEnded);
        self.publish(batch, &mut messages)?;
        self.idle_since = self.is_idle().then(|| self.idle_since.unwrap_or(self.now()));
        Ok(exit)
    }

    fn is_idle(&self) -> bool {
        let soon = self.now().saturating_add(DUE_SOON_MS);
        self.links.is_empty()
            && self.grace_periods.is_empty()
            && self.queue.is_empty()
            && !self.stale_presence
            && self.room.next_deadline().is_none_or(|at| at > soon)
            // The scheduler would load it too late, since it compares deadlines with the time of day.
            && self.clock.ahead_ms() < JUMP_MS
    }

    async fn finish(mut self, exit: Exit) {
        tracing::debug!(?exit, "room unloaded");
        self.exit.code = exit.close_code();
        if exit != Exit::SessionEnded {
            return;
        }
        let (context, room) = (self.context.clone(), self.id);
        // Unload the room first, so that a new session needn't wait for the erasing.
        drop(self);
        context.erase(room, EraseScope::Texts).await;
    }

    /// Tells the senders of the first `count` messages that nothing could be stored.
    fn refuse_not_stored(&mut self, count: usize) -> Result<(), ActorError> {
        let mut entries = Vec::new();
        for message in self.queue.drain(..count) {
            match message {
                RoomMessage::Command { connection, id, .. } => {
                    entries.push(publish::refusal(connection, id, RefusalCode::NotStored)?);
                    self.context.metrics.count_command("not_stored");
                    self.context.metrics.count_refusal(RefusalCode::NotStored);
                }
                RoomMessage::Join(mut join) => {
                    join.answer(Err(JoinRejected::from(CloseCode::NotStored)));
                }
                RoomMessage::Writing { .. } => {}
                RoomMessage::CloseForDeletion(done) => self.deletions.push(done),
            }
        }
        self.broadcast.push(entries);
        Ok(())
    }

    /// Returns the room's time, never before its last decision.
    fn now(&self) -> Millis {
        self.clock.now().max(self.room.at())
    }
}
