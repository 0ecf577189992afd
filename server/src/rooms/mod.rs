//! The rooms in memory: found, opened, loaded, woken and let go.
//!
//! A line asks [`Rooms`] for a place; the room's own task, its driver, does everything else.

mod desk;
mod driver;
mod fold;
mod join;
mod limits;
mod load;
mod map;
mod ring;
mod texts;
mod waker;
mod wire;

#[cfg(test)]
pub(crate) mod tests;

pub use desk::LineNo;
pub(crate) use desk::{Gone, LineHold};
pub(crate) use join::{Denied, Joined, ToRoom};
pub(crate) use limits::{Pace, RoomLimits, SeatLimits};
pub(crate) use ring::Reader;
pub(crate) use wire::{Frame, PING};

use crate::clock::Clock;
use crate::config::Limits;
use crate::connection::ConnectionTimers as LineTimers;
use crate::telemetry::Metrics;
use driver::Handle;
use hearth_journal::{CircleRow, Journal, JournalError, What};
use hearth_protocol::api::RoomAtDoor;
use hearth_protocol::{
    CircleId, CloseCode, Hello, Millis, Refusal, RefusalCode, Role, RoomId, Timers,
};
use join::Join;
use load::NotLoaded;
use map::Map;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// How often a room that closes is looked up again before the line is told to come back.
const LOOK_UPS_MAX: usize = 8;

/// What the rooms need of the rest of the server.
pub struct RoomsStart {
    /// What happened in every room.
    pub journal: Arc<dyn Journal>,
    /// The one clock.
    pub clock: Clock,
    /// What the operator chose.
    pub limits: Limits,
    /// The times of a line's transport.
    pub timers: LineTimers,
    /// The times of a new room that follow from its circle's pace: [`Pace::timers`], but in the
    /// demo.
    ///
    /// [`Pace::timers`]: hearth_protocol::Pace::timers
    pub times: fn(hearth_protocol::Pace) -> Timers,
    /// Figures.
    pub metrics: Arc<Metrics>,
    /// Where the rooms' tasks run; the end of the server waits for them.
    pub tasks: TaskTracker,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
}

/// What all rooms share.
pub(crate) struct House {
    journal: Arc<dyn Journal>,
    clock: Clock,
    limits: Limits,
    timers: LineTimers,
    times: fn(hearth_protocol::Pace) -> Timers,
    metrics: Arc<Metrics>,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// This incarnation of the server.
    node: Uuid,
    map: Map<Handle>,
    places: Arc<Semaphore>,
    lines: AtomicU64,
}

impl House {
    /// Counts what became of a command.
    fn count_command(&self, what: &'static str) {
        self.metrics.command(what);
    }

    /// Erases the words of a room that has ended. Where that fails the waker tries again.
    async fn erase_words(&self, room: RoomId) {
        if let Err(error) = self.journal.erase(room, What::Texts).await {
            tracing::error!(%error, %room, "the words of a room that ended are not erased yet");
        }
    }
}

/// The rooms in memory.
#[derive(Clone)]
pub struct Rooms(Arc<House>);

impl Rooms {
    /// Returns the rooms, none of them in memory yet, and begins to wake those that are due.
    pub fn start(start: RoomsStart) -> Self {
        let RoomsStart { journal, clock, limits, timers, times, metrics, tasks, stop } = start;
        let rooms = Self(Arc::new(House {
            journal,
            clock,
            timers,
            times,
            metrics,
            stop,
            node: Uuid::new_v4(),
            map: Map::new(),
            places: Arc::new(Semaphore::new(limits.rooms_max)),
            limits,
            lines: AtomicU64::new(1),
            tasks: tasks.clone(),
        }));
        tasks.spawn(waker::wake(rooms.0.clone()));
        rooms
    }

    /// Returns what is seen of a circle's session from the door, if there is one under way. Opens
    /// none.
    pub async fn peek(&self, circle: CircleId) -> Result<Option<RoomAtDoor>, JournalError> {
        if let Some(handle) = self.0.map.loaded(circle) {
            return Ok(Some(handle.at_door()));
        }
        load::at_door(&self.0, circle).await
    }

    /// Deletes a circle: everyone in its room is sent away, then everything of it is erased.
    pub async fn delete_circle(&self, circle: CircleId) -> Result<(), JournalError> {
        self.dissolve(circle).await;
        self.0.journal.delete_circle(circle).await?;
        // Somebody may have come in between; there is nothing any more that they could be in.
        self.dissolve(circle).await;
        Ok(())
    }

    async fn dissolve(&self, circle: CircleId) {
        while let Some(handle) = self.0.map.loaded(circle) {
            let (done, wait) = oneshot::channel();
            if handle.inbox.send(ToRoom::Dissolve(done)).await.is_ok() {
                // Answered or dropped: either way the room is closed.
                let _closed = wait.await;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Returns how many rooms are in memory.
    #[cfg(test)]
    pub(crate) fn in_memory(&self) -> usize {
        self.0.map.len()
    }

    /// Returns the number of a new line.
    pub(crate) fn next_line(&self) -> LineNo {
        LineNo(self.0.lines.fetch_add(1, Ordering::Relaxed))
    }

    /// Returns the times of a line's transport.
    pub(crate) fn timers(&self) -> &LineTimers {
        &self.0.timers
    }

    /// Returns what is cancelled when the server stops.
    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.0.stop
    }

    /// Returns the clock.
    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Counts a line that the server closed.
    pub(crate) fn count_closed(&self, reason: &'static str) {
        self.0.metrics.line_closed(reason);
    }

    /// Gives somebody a place in their circle's room, which is opened where none is under way.
    pub(crate) async fn join(&self, hello: Hello, line: LineNo) -> Result<Joined, Denied> {
        let circle = self.circle_of(&hello).await?;
        let role = hello.entry_key.and_then(|key| role_in(&circle, &key.hash()));
        let hello = Arc::new(hello);
        for _ in 0..LOOK_UPS_MAX {
            let handle = self.room_for(&hello, role, circle.next_at).await?;
            let (reply, answer) = oneshot::channel();
            let join = Join { hello: hello.clone(), role, line, reply: Some(reply) };
            if handle.inbox.send(ToRoom::Join(Box::new(join))).await.is_ok()
                && let Ok(answer) = answer.await
            {
                return answer;
            }
            // The room closed in this moment: look it up again.
            tokio::task::yield_now().await;
        }
        Err(CloseCode::Reloaded.into())
    }

    async fn circle_of(&self, hello: &Hello) -> Result<CircleRow, Denied> {
        match self.0.journal.circle(hello.circle).await {
            Ok(Some(circle)) => Ok(circle),
            Ok(None) => Err(CloseCode::NoCircle.into()),
            Err(error) => {
                tracing::error!(%error, "a circle could not be read");
                Err(CloseCode::NotStored.into())
            }
        }
    }

    /// Returns why somebody may not open a session where none is under way; none if they may.
    fn may_not_open(
        &self,
        hello: &Hello,
        role: Option<Role>,
        next_at: Option<Millis>,
    ) -> Option<CloseCode> {
        if resumes(&self.0, hello) {
            // A circle has at most one live room: that of the resume is none any more.
            return Some(CloseCode::Ended);
        }
        let Some(role) = role.filter(|_| hello.name.is_some()) else {
            return Some(CloseCode::NotAdmitted);
        };
        let early = next_at.is_some_and(|at| self.0.clock.now() < at);
        (early && !role.is_staff()).then_some(CloseCode::NotYet)
    }

    async fn room_for(
        &self,
        hello: &Hello,
        role: Option<Role>,
        next_at: Option<Millis>,
    ) -> Result<Handle, Denied> {
        let may_not = self.may_not_open(hello, role, next_at);
        match load::room(&self.0, hello.circle, |_| may_not.is_none()).await {
            Ok(handle) => Ok(handle),
            Err(NotLoaded::NoRoom) => Err(may_not.unwrap_or(CloseCode::NotAdmitted).into()),
            Err(NotLoaded::Full) => Err(Denied {
                code: CloseCode::Full,
                refusal: Some(Refusal::from(RefusalCode::Full)),
            }),
            Err(NotLoaded::NoCircle) => Err(CloseCode::NoCircle.into()),
            Err(NotLoaded::Journal(error)) => {
                tracing::error!(%error, "a room could not be opened or loaded");
                Err(CloseCode::NotStored.into())
            }
            Err(NotLoaded::Broken(error)) => {
                tracing::error!(%error, "a room cannot be served");
                Err(CloseCode::NotStored.into())
            }
        }
    }
}

impl std::fmt::Debug for Rooms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rooms")
    }
}

/// Returns whether a hello goes on in a room of this very store.
fn resumes(house: &House, hello: &Hello) -> bool {
    hello.resume.as_ref().is_some_and(|resume| resume.epoch == house.journal.epoch())
}

/// Returns the role of the link that an entry key follows from. Every entry is compared, each in
/// constant time.
fn role_in(circle: &CircleRow, key: &hearth_protocol::keys::KeyHash) -> Option<Role> {
    let fits = circle.entries.iter().filter(|entry| entry.entry_hash == *key);
    fits.fold(None, |_, entry| entry.role.role())
}
