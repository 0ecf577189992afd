//! Live rooms. Each loaded room is an actor: one task that owns the room's state, appends its
//! decisions to the journal and publishes them in a broadcast buffer.
//!
//! A connection calls [`Rooms::join`]. It then sends [`RoomMessage`]s to the room's mailbox and
//! reads finished frames from its [`Subscriber`]. This crate contains no HTTP, no sockets and no
//! settings file.
mod actor;
mod broadcast;
pub mod clock;
mod config;
mod connection_link;
mod context;
mod handle;
mod large_frame;
mod limits;
mod loader;
mod mailbox;
mod metrics;
mod published;
mod registry;
mod replay;
mod resume_scan;
mod scheduler;
mod subscriber;
mod text_cache;
mod timers;
pub mod ws_frame;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use config::RoomsConfig;
pub use connection_link::{ConnectionEnd, ConnectionId, LinkGuard};
pub use limits::{RateDecision, RoomRateLimiter, RoomsLimits, SeatRateLimiter};
pub use mailbox::{JoinRejected, Joined, RoomMessage};
pub use metrics::RoomsMetrics;
pub use subscriber::{DirectWrite, Subscriber, TakenFrames};
pub use timers::ConnectionTimers;

use clock::Clock;
use context::Context;
use handle::RoomHandle;
use hearth_journal::{CircleRow, JournalError};
use hearth_protocol::api::LobbySummary;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::limits::NAME_CHARS_MAX;
use hearth_protocol::presence::Role;
use hearth_protocol::{CircleId, CloseCode, Hello, Millis, Refusal, RefusalCode};
use loader::LoadError;
use mailbox::JoinRequest;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Times that a join looks the room up again because it was just unloaded.
const JOIN_TRIES_MAX: usize = 8;

/// All live rooms. Cheap to clone.
#[derive(Clone)]
pub struct Rooms(Arc<Context>);

impl Rooms {
    /// Starts with no room loaded, and spawns the scheduler that loads rooms when they are due.
    pub fn start(config: RoomsConfig) -> Self {
        let context = Arc::new(Context::new(config));
        context.tasks.spawn(scheduler::run(context.clone()));
        context.tasks.spawn(watch_clock(context.clone()));
        Self(context)
    }

    /// Returns the lobby summary of a circle's session, or `None` if none is under way. Loads
    /// nothing.
    pub async fn lobby_summary(
        &self,
        circle: CircleId,
    ) -> Result<Option<LobbySummary>, JournalError> {
        if let Some(room) = self.0.registry.loaded(circle) {
            return Ok(Some(room.lobby_summary()));
        }
        loader::lobby_summary(&self.0, circle).await
    }

    /// Disconnects everyone in a circle's room, then deletes the circle.
    pub async fn delete_circle(&self, circle: CircleId) -> Result<(), JournalError> {
        self.close_for_deletion(circle).await;
        self.0.journal.delete_circle(circle).await?;
        // Someone may have joined between the two.
        self.close_for_deletion(circle).await;
        Ok(())
    }

    async fn close_for_deletion(&self, circle: CircleId) {
        while let Some(room) = self.0.registry.loaded(circle) {
            let (done, closed) = oneshot::channel();
            if room.mailbox.send(RoomMessage::CloseForDeletion(done)).await.is_ok() {
                // The actor drops the sender when it has closed the room.
                let _dropped = closed.await;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Returns how many rooms are loaded or being loaded.
    #[cfg(any(test, feature = "testing"))]
    pub fn loaded_count(&self) -> usize {
        self.0.registry.len()
    }

    pub fn next_connection_id(&self) -> ConnectionId {
        self.0.next_connection_id()
    }

    pub fn timers(&self) -> &ConnectionTimers {
        &self.0.timers
    }

    /// Returns the token that is cancelled when the server stops.
    pub fn stop(&self) -> &CancellationToken {
        &self.0.stop
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Counts a connection that the server closed.
    pub fn count_closed(&self, reason: &'static str) {
        self.0.metrics.count_closed(reason);
    }

    /// Counts a refusal that the room didn't send.
    pub fn count_refusal(&self, code: RefusalCode) {
        self.0.metrics.count_refusal(code);
    }

    /// Seats someone in their circle's room, loading or opening the room if needed.
    pub async fn join(
        &self,
        hello: Hello,
        connection: ConnectionId,
    ) -> Result<Joined, JoinRejected> {
        let circle = self.circle_of(&hello).await?;
        let role = hello.entry_key.and_then(|key| role_of_key(&circle, &key.hash()));
        let hello = Arc::new(hello);
        for _ in 0..JOIN_TRIES_MAX {
            let room = self.room_for(&hello, role, circle.next_at).await?;
            let (reply, answer) = oneshot::channel();
            let join = JoinRequest { hello: hello.clone(), role, connection, reply: Some(reply) };
            if room.mailbox.send(RoomMessage::Join(Box::new(join))).await.is_ok()
                && let Ok(answer) = answer.await
            {
                return answer;
            }
            // The room was unloaded at this moment: look it up again.
            tokio::task::yield_now().await;
        }
        Err(CloseCode::Reloaded.into())
    }

    async fn circle_of(&self, hello: &Hello) -> Result<CircleRow, JoinRejected> {
        match self.0.journal.circle(hello.circle).await {
            Ok(Some(circle)) => Ok(circle),
            Ok(None) => Err(self.not_admitted(hello).into()),
            Err(error) => {
                tracing::error!(%error, "a hello can't be answered");
                Err(CloseCode::NotStored.into())
            }
        }
    }

    /// Returns why this hello can't open a session, or `None` if it can.
    fn why_not_open(
        &self,
        hello: &Hello,
        role: Option<Role>,
        next_at: Option<Millis>,
    ) -> Option<CloseCode> {
        let refused = self.not_admitted(hello);
        if refused == CloseCode::Ended {
            return Some(refused);
        }
        let Some(role) = role.filter(|_| hello.name.is_some()) else {
            return Some(refused);
        };
        let early = next_at.is_some_and(|at| self.0.clock.now() < at);
        (early && !role.is_host()).then_some(CloseCode::NotYet)
    }

    /// Refuses someone whom a new session would not admit, so that their hello opens none.
    async fn check_newcomer(&self, hello: &Hello) -> Result<(), JoinRejected> {
        if let Some(name) = &hello.name {
            name.check_line(NAME_CHARS_MAX)
                .map_err(|error| Refusal::from(RefusalCode::from(error)))?;
        }
        let bars = self.0.journal.bars(hello.circle).await.map_err(|error| {
            tracing::error!(%error, "a hello can't be answered");
            CloseCode::NotStored
        })?;
        let new_key = hello.new_seat_key.as_ref().map(|key| key.hash());
        let keys = [Some(hello.seat_key.hash()), new_key];
        if bars.iter().any(|bar| keys.contains(&Some(bar.key))) {
            return Err(CloseCode::Removed.into());
        }
        Ok(())
    }

    /// Returns the code for a hello whose keys open nothing. It depends on the hello alone, so that
    /// nobody can find out which circles exist.
    fn not_admitted(&self, hello: &Hello) -> CloseCode {
        match &hello.resume {
            // A circle has at most one live room, so the one to resume has ended.
            Some(resume) if resume.epoch == self.0.epoch() => CloseCode::Ended,
            _ => CloseCode::NotAdmitted,
        }
    }

    async fn room_for(
        &self,
        hello: &Hello,
        role: Option<Role>,
        next_at: Option<Millis>,
    ) -> Result<RoomHandle, JoinRejected> {
        let mut found = loader::get_or_load(&self.0, hello.circle, false).await;
        if matches!(found, Err(LoadError::NoSession)) {
            if let Some(why_not) = self.why_not_open(hello, role, next_at) {
                return Err(why_not.into());
            }
            self.check_newcomer(hello).await?;
            found = loader::get_or_load(&self.0, hello.circle, true).await;
        }
        match found {
            Ok(room) => Ok(room),
            Err(LoadError::NoSession) => Err(CloseCode::NotAdmitted.into()),
            // Without a link, the answer must not depend on whether the circle exists.
            Err(LoadError::Full) if role.is_none() => Err(self.not_admitted(hello).into()),
            Err(LoadError::Full) => Err(JoinRejected {
                code: CloseCode::Full,
                refusal: Some(Refusal::from(RefusalCode::Full)),
            }),
            Err(LoadError::NoCircle) => Err(self.not_admitted(hello).into()),
            Err(error @ (LoadError::Journal(_) | LoadError::Unusable(_))) => {
                tracing::error!(%error, "can't open or load a room");
                Err(CloseCode::NotStored.into())
            }
        }
    }
}

async fn watch_clock(context: Arc<Context>) {
    tokio::select! {
        () = context.stop.cancelled() => {}
        () = context.clock.watch() => {}
    }
}

impl std::fmt::Debug for Rooms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rooms")
    }
}

/// Returns the role of the link with this entry key. Compares every entry, each in constant time.
fn role_of_key(circle: &CircleRow, key: &KeyHash) -> Option<Role> {
    let matching = circle.entries.iter().filter(|entry| entry.entry_hash == *key);
    matching.fold(None, |_, entry| entry.role.role())
}
