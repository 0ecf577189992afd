//! Into memory: a room from the journal, or a new one.

use crate::rooms::House;
use crate::rooms::driver::{Broken, Driver, Handle, Start, seen_of};
use crate::rooms::fold::{FoldError, fold, to_row};
use crate::rooms::map::Cell;
use hearth_journal::{AppendError, Batch, JournalError};
use hearth_protocol::api::RoomAtDoor;
use hearth_protocol::text::Words;
use hearth_protocol::{CircleId, RoomId, WordsId};
use hearth_room::{Opening, Room};
use std::sync::Arc;
use tracing::Instrument;
use uuid::Uuid;

/// How often opening is tried while others open the same circle's room.
const OPENINGS_MAX: usize = 4;

/// Why a room is not in memory.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotLoaded {
    /// No session is under way, and none was to be opened.
    #[error("no session is under way")]
    NoRoom,
    /// There is no such circle.
    #[error("there is no such circle")]
    NoCircle,
    /// As many rooms are in memory as fit.
    #[error("as many rooms are in memory as `limits.rooms_max` allows")]
    Full,
    /// The journal could not be read, or took nothing.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What is in the journal cannot be served.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<FoldError> for NotLoaded {
    fn from(error: FoldError) -> Self {
        match error {
            FoldError::Journal(error) => Self::Journal(error),
            other => Self::Broken(Broken::Fold(other)),
        }
    }
}

/// Returns the room of a circle: in memory, loaded, or opened where `may_open` says so.
pub(crate) async fn room(
    house: &Arc<House>,
    circle: CircleId,
    may_open: impl FnOnce(CircleId) -> bool,
) -> Result<Handle, NotLoaded> {
    house
        .map
        .get_or_load(circle, |cell| async move {
            let may_open = may_open(circle);
            load(house.clone(), circle, may_open, cell).await
        })
        .await
}

async fn load(
    house: Arc<House>,
    circle: CircleId,
    may_open: bool,
    cell: Arc<Cell<Handle>>,
) -> Result<Handle, NotLoaded> {
    let place = house.places.clone().try_acquire_owned().map_err(|_| NotLoaded::Full)?;
    let (room, loaded) = match house.journal.live_room(circle).await? {
        Some(id) => (fold(house.journal.as_ref(), id, None).await?, true),
        None if may_open => open(&house, circle).await?,
        None => return Err(NotLoaded::NoRoom),
    };
    let barred = house.journal.barred(circle).await?.into_iter().collect();
    let span = tracing::info_span!("room", room = %room.common().room);
    let tasks = house.tasks.clone();
    let (driver, handle) = Driver::new(Start { house, circle, room, barred, cell, place, loaded });
    tasks.spawn(driver.run().instrument(span));
    Ok(handle)
}

/// Opens a room; where another was opened in the same moment, that one is loaded.
async fn open(house: &House, circle: CircleId) -> Result<(Room, bool), NotLoaded> {
    let row = house.journal.circle(circle).await?.ok_or(NotLoaded::NoCircle)?;
    for _ in 0..OPENINGS_MAX {
        let words = |text| Words::new(WordsId(Uuid::new_v4()), text);
        let opening = Opening {
            room: RoomId(Uuid::now_v7()),
            circle,
            title: words(row.title.clone()),
            agreements: row.agreements.clone().map(words),
            settings: row.settings.clone(),
            timers: (house.times)(row.settings.pace),
        };
        let (room, batch) = first_batch(house, &opening)?;
        match house.journal.append(circle, opening.room, 0, batch).await {
            Ok(()) => {
                tracing::info!(room = %opening.room, %circle, "a session was opened");
                return Ok((room, false));
            }
            Err(AppendError::Full) => {
                return Err(JournalError::Full { doing: "open a session" }.into());
            }
            Err(AppendError::Failed(error)) => return Err(error.into()),
            Err(AppendError::Conflict { .. } | AppendError::Unknown) => {}
        }
        // Another came first, or it may be ours: whichever it is, it is the room now.
        if let Some(id) = house.journal.live_room(circle).await? {
            return Ok((fold(house.journal.as_ref(), id, None).await?, true));
        }
    }
    Err(JournalError::Unknown { doing: "open a session" }.into())
}

fn first_batch(house: &House, opening: &Opening) -> Result<(Room, Batch), Broken> {
    let now = house.clock.now();
    let mut texts = Vec::new();
    let mut records = Room::record_opening(Room::open(opening, now), now);
    for recorded in &mut records {
        texts.extend(recorded.event.take_texts());
    }
    let (first, rest) =
        records.split_first().ok_or(Broken::Defect("a room opened without an event"))?;
    let mut room = Room::begin(first)?;
    for recorded in rest {
        room.apply(recorded)?;
    }
    let batch = Batch {
        id: Uuid::new_v4(),
        rows: records.iter().map(to_row).collect::<Result<_, _>>()?,
        texts,
        erased: Vec::new(),
        bars: Vec::new(),
        deadline: room.next_deadline().or_else(|| Some(crate::rooms::driver::backstop(now))),
        ended: false,
    };
    Ok((room, batch))
}

/// Returns what is seen from the door of a room that is not in memory, so that nobody is in it.
pub(crate) async fn at_door(
    house: &House,
    circle: CircleId,
) -> Result<Option<RoomAtDoor>, JournalError> {
    let Some(id) = house.journal.live_room(circle).await? else { return Ok(None) };
    match fold(house.journal.as_ref(), id, None).await {
        Ok(room) => Ok(Some(seen_of(&room))),
        Err(FoldError::Journal(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, room = %id, "a room cannot be served");
            Ok(None)
        }
    }
}
