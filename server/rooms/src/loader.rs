//! Loads a circle's room from the journal, or opens a new one.

use crate::actor::{Actor, ActorError, ActorStart, empty_lobby_summary, fallback_deadline, random};
use crate::clock::JUMP_MS;
use crate::context::Context;
use crate::handle::RoomHandle;
use crate::registry::Slot;
use crate::replay::{LoadRoomError, replay, replay_from_snapshot, to_journal};
use hearth_journal::{AppendError, Batch, CircleBar, JournalError};
use hearth_protocol::api::LobbySummary;
use hearth_protocol::{CircleId, RoomId};
use hearth_room::{EarlierBar, Opening, Room};
use std::sync::Arc;
use tracing::Instrument;
use uuid::Uuid;

/// Attempts to open a room while another node opens the same circle's room.
const OPEN_TRIES_MAX: usize = 4;

/// Why a room can't be loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("no session is under way")]
    NoSession,
    #[error("no such circle")]
    NoCircle,
    #[error("`limits.rooms_max` rooms are loaded already")]
    Full,
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Unusable(#[from] ActorError),
}

impl From<LoadRoomError> for LoadError {
    fn from(error: LoadRoomError) -> Self {
        match error {
            LoadRoomError::Journal(error) => Self::Journal(error),
            other => Self::Unusable(ActorError::Replay(other)),
        }
    }
}

/// Returns a circle's room, loading it if needed. Opens a new session if none is under way and
/// `may_open` is true.
pub(crate) async fn get_or_load(
    context: &Arc<Context>,
    circle: CircleId,
    may_open: bool,
) -> Result<RoomHandle, LoadError> {
    context.registry.get_or_load(circle, |slot| load(context.clone(), circle, may_open, slot)).await
}

async fn load(
    context: Arc<Context>,
    circle: CircleId,
    may_open: bool,
    slot: Arc<Slot<RoomHandle>>,
) -> Result<RoomHandle, LoadError> {
    let live = context.journal.live_room(circle).await?;
    if live.is_none() && !may_open {
        return Err(LoadError::NoSession);
    }
    let permit = context.capacity.clone().try_acquire_owned().map_err(|_| LoadError::Full)?;
    let opened = match live {
        Some(id) => existing(&context, id).await?,
        None => open(&context, circle).await?,
    };
    let bars = context.journal.bars(circle).await?.into_iter();
    let barred = bars.map(|bar| (bar.id, bar.key)).collect();
    let Opened { room, snapshot_seq, is_new } = opened;
    let span = tracing::info_span!("room", room = %room.view().id);
    let tasks = context.tasks.clone();
    let start = ActorStart { context, circle, room, snapshot_seq, is_new, barred, slot, permit };
    let (actor, handle) = Actor::new(start);
    tasks.spawn(actor.run().instrument(span));
    Ok(handle)
}

/// A room that was just opened or loaded.
struct Opened {
    room: Room,
    /// Number of the last row in the stored snapshot, or 0 if there is none.
    snapshot_seq: u64,
    is_new: bool,
}

/// Loads a room that was opened before.
async fn existing(context: &Context, id: RoomId) -> Result<Opened, LoadError> {
    let (room, snapshot_seq) = replay_from_snapshot(context.journal.as_ref(), id, None).await?;
    let ahead_ms = room.at().saturating_sub(context.clock.now());
    if ahead_ms >= JUMP_MS {
        let seconds = ahead_ms / 1_000;
        tracing::warn!(
            room = %id,
            seconds,
            "the room's last decision is in the future, so the machine's clock was ahead or is \
             behind; the room continues from that time"
        );
    }
    Ok(Opened { room, snapshot_seq, is_new: false })
}

/// Opens a room, or loads the one that another node opened at the same moment.
async fn open(context: &Context, circle: CircleId) -> Result<Opened, LoadError> {
    let row = context.journal.circle(circle).await?.ok_or(LoadError::NoCircle)?;
    for _ in 0..OPEN_TRIES_MAX {
        let bars = context.journal.bars(circle).await?.into_iter();
        let opening = Opening {
            room: RoomId(Uuid::now_v7()),
            circle,
            title: row.title.clone(),
            agreements: row.agreements.clone(),
            settings: row.settings.clone(),
            timers: (context.room_timers)(row.settings.pace),
            bars: bars.map(|CircleBar { id, name, at, .. }| EarlierBar { id, name, at }).collect(),
        };
        let (room, batch) = first_batch(context, &opening)?;
        match context.journal.append(circle, opening.room, 0, batch).await {
            Ok(()) => {
                tracing::info!(room = %opening.room, %circle, "session opened");
                return Ok(Opened { room, snapshot_seq: 0, is_new: true });
            }
            Err(AppendError::Full) => {
                return Err(JournalError::Full { doing: "open a session" }.into());
            }
            Err(AppendError::Failed(error)) => return Err(error.into()),
            Err(AppendError::Conflict { .. } | AppendError::Unknown) => {}
        }
        // Either another node came first or our own append succeeded: this is the room now.
        if let Some(id) = context.journal.live_room(circle).await? {
            return existing(context, id).await;
        }
    }
    Err(JournalError::Unknown { doing: "open a session" }.into())
}

fn first_batch(context: &Context, opening: &Opening) -> Result<(Room, Batch), ActorError> {
    let now = context.clock.now();
    let (room, decision) = Room::open(opening, now, random())
        .map_err(|_| ActorError::Bug("a room could not be opened"))?;
    let batch = Batch {
        id: Uuid::new_v4(),
        rows: vec![to_journal(&decision.row)?],
        texts: decision.texts,
        erased: Vec::new(),
        bars: Vec::new(),
        deadline: room.next_deadline().or_else(|| Some(fallback_deadline(now))),
        ended: false,
    };
    Ok((room, batch))
}

/// Returns the lobby summary of a room that isn't loaded, so nobody is connected to it.
pub(crate) async fn lobby_summary(
    context: &Context,
    circle: CircleId,
) -> Result<Option<LobbySummary>, JournalError> {
    let Some(id) = context.journal.live_room(circle).await? else { return Ok(None) };
    match replay(context.journal.as_ref(), id, None).await {
        Ok(room) => Ok(Some(empty_lobby_summary(&room))),
        Err(LoadRoomError::Journal(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, room = %id, "can't replay a room");
            Ok(None)
        }
    }
}
