//! Contents of an in-memory journal.

use crate::error::{AppendError, JournalError};
use crate::journal::{
    BAR_WITHOUT_NAME, BarChange, Batch, CircleBar, CircleRow, DueRoom, EraseScope, LIST_MAX,
    OTHER_CIRCLE, SNAPSHOT_AHEAD, StoredRow, TEXT_EXISTS, check_circle,
};
use hearth_protocol::api::NewCircle;
use hearth_protocol::{BarId, CircleId, Millis, RoomId, Text, TextId};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Bytes charged for each circle, room, row, text, bar and snapshot, besides its content.
const OVERHEAD: usize = 64;
/// Free bytes below which the journal isn't ready.
const RESERVE: usize = 16 * 1024;

#[derive(Debug)]
struct Circle {
    row: CircleRow,
    bars: BTreeMap<BarId, CircleBar>,
    /// The room that hasn't ended.
    live: Option<RoomId>,
}

#[derive(Debug)]
struct Room {
    circle: CircleId,
    head: u64,
    last_batch: Uuid,
    newest_at: Millis,
    deadline: Option<Millis>,
    ended: bool,
    rows: Vec<StoredRow>,
    texts: HashMap<TextId, Text>,
    snapshot: Option<(u64, String)>,
}

#[derive(Debug)]
pub(super) struct State {
    circles: HashMap<CircleId, Circle>,
    rooms: HashMap<RoomId, Room>,
    bytes: usize,
    bytes_max: usize,
}

impl State {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { circles: HashMap::new(), rooms: HashMap::new(), bytes: 0, bytes_max }
    }

    pub(super) fn is_almost_full(&self) -> bool {
        self.bytes_max.saturating_sub(self.bytes) < RESERVE.min(self.bytes_max / 2)
    }

    /// Reserves `bytes`, or changes nothing.
    fn charge(&mut self, bytes: usize) -> Result<(), AppendError> {
        let total = self.bytes.saturating_add(bytes);
        if total > self.bytes_max {
            return Err(AppendError::Full);
        }
        self.bytes = total;
        Ok(())
    }

    fn release(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    pub(super) fn create_circle(
        &mut self,
        new: &NewCircle,
        id: CircleId,
        now: Millis,
    ) -> Result<(), AppendError> {
        check_circle(new)?;
        if self.circles.contains_key(&id) {
            return Err(JournalError::CircleExists { circle: id }.into());
        }
        let mut entries = new.entries.clone();
        entries.sort_by_key(|entry| entry.role);
        let row = CircleRow {
            created_at: now,
            title: new.title.clone(),
            agreements: new.agreements.clone(),
            held_by: new.held_by.clone(),
            lasts_ms: new.lasts_ms,
            next_at: new.next_at,
            settings: new.settings.clone(),
            entries,
        };
        self.charge(circle_bytes(&row))?;
        self.circles.insert(id, Circle { row, bars: BTreeMap::new(), live: None });
        Ok(())
    }

    pub(super) fn circle(&self, id: CircleId) -> Option<CircleRow> {
        self.circles.get(&id).map(|circle| circle.row.clone())
    }

    pub(super) fn set_next_at(
        &mut self,
        id: CircleId,
        next_at: Option<Millis>,
    ) -> Result<(), AppendError> {
        let circle = self.circles.get_mut(&id).ok_or(JournalError::NoCircle { circle: id })?;
        circle.row.next_at = next_at;
        Ok(())
    }

    pub(super) fn live_room(&self, id: CircleId) -> Option<RoomId> {
        self.circles.get(&id)?.live
    }

    pub(super) fn bars(&self, id: CircleId) -> Vec<CircleBar> {
        let bars = self.circles.get(&id).into_iter().flat_map(|circle| circle.bars.values());
        bars.cloned().collect()
    }

    pub(super) fn append(
        &mut self,
        circle_id: CircleId,
        id: RoomId,
        after: u64,
        batch: Batch,
    ) -> Result<(), AppendError> {
        let head = batch.check(after)?;
        self.check_place(circle_id, id, after)?;
        let stored = self.rooms.get(&id);
        let exists = |text: &TextId| stored.is_some_and(|room| room.texts.contains_key(text));
        if batch.texts.iter().any(|(text, _)| exists(text)) {
            return Err(TEXT_EXISTS.into());
        }
        let mut names = HashMap::new();
        for change in &batch.bars {
            if let BarChange::Put { name, .. } = change {
                let new = batch.texts.iter().find(|(id, _)| id == name).map(|(_, text)| text);
                let text = new.or_else(|| stored?.texts.get(name)).ok_or(BAR_WITHOUT_NAME)?;
                names.insert(*name, text.clone());
            }
        }
        let room_bytes = if stored.is_none() { OVERHEAD } else { 0 };
        self.charge(room_bytes + batch_bytes(&batch) + bars_bytes(&batch, &names))?;
        let Some(circle) = self.circles.get_mut(&circle_id) else {
            return Err(JournalError::NoCircle { circle: circle_id }.into());
        };
        let room = match self.rooms.entry(id) {
            Entry::Occupied(room) => room.into_mut(),
            Entry::Vacant(place) => {
                circle.live = Some(id);
                place.insert(Room::new(circle_id))
            }
        };
        room.head = head;
        room.last_batch = batch.id;
        room.newest_at = batch.rows.iter().map(|row| row.at).fold(room.newest_at, Millis::max);
        room.deadline = batch.deadline;
        room.ended |= batch.ended;
        room.rows.extend(batch.rows);
        room.texts.extend(batch.texts);
        if batch.ended && circle.live == Some(id) {
            circle.live = None;
        }
        let erased = batch.erased.iter().filter_map(|text| room.texts.remove(text));
        let released: usize = erased.map(|text| text_bytes(&text)).sum();
        let mut lifted = 0;
        for change in batch.bars {
            let before = match change {
                BarChange::Put { id, key, name, at } => {
                    let Some(name) = names.get(&name).cloned() else { continue };
                    circle.bars.insert(id, CircleBar { id, key, name, at })
                }
                BarChange::Lift(id) => circle.bars.remove(&id),
            };
            lifted += before.map_or(0, |bar| bar_bytes(&bar.name));
        }
        self.release(released + lifted);
        Ok(())
    }

    /// Checks that `after` is the room's head, or that the room may be created.
    fn check_place(&self, circle: CircleId, id: RoomId, after: u64) -> Result<(), AppendError> {
        match self.rooms.get(&id) {
            Some(room) if room.circle != circle => Err(OTHER_CIRCLE.into()),
            Some(room) if room.head != after => Err(AppendError::Conflict { head: room.head }),
            Some(_) => Ok(()),
            None => match self.circles.get(&circle) {
                None => Err(JournalError::NoCircle { circle }.into()),
                Some(found) if after != 0 || found.live.is_some() => {
                    Err(AppendError::Conflict { head: 0 })
                }
                Some(_) => Ok(()),
            },
        }
    }

    pub(super) fn last_batch(&self, id: RoomId) -> Option<(Uuid, u64)> {
        self.rooms.get(&id).map(|room| (room.last_batch, room.head))
    }

    pub(super) fn read(&self, id: RoomId, after: u64, limit: usize) -> Vec<StoredRow> {
        let rows = self.rooms.get(&id).map_or(&[][..], |room| &room.rows);
        let first = rows.partition_point(|row| row.seq <= after);
        rows.iter().skip(first).take(limit).cloned().collect()
    }

    pub(super) fn texts(&self, id: RoomId, ids: &[TextId]) -> Vec<(TextId, Text)> {
        let Some(room) = self.rooms.get(&id) else {
            return Vec::new();
        };
        ids.iter().filter_map(|text| Some((*text, room.texts.get(text)?.clone()))).collect()
    }

    pub(super) fn put_snapshot(
        &mut self,
        id: RoomId,
        seq: u64,
        body: String,
    ) -> Result<(), AppendError> {
        let room = self.rooms.get(&id).ok_or(JournalError::NoRoom { room: id })?;
        if seq > room.head {
            return Err(SNAPSHOT_AHEAD.into());
        }
        let is_older = room.snapshot.as_ref().is_some_and(|(stored, _)| *stored >= seq);
        if is_older || room.rows.binary_search_by_key(&seq, |row| row.seq).is_err() {
            return Ok(());
        }
        self.charge(OVERHEAD + body.len())?;
        let room = self.rooms.get_mut(&id);
        let replaced = room.and_then(|room| room.snapshot.replace((seq, body)));
        self.release(replaced.map_or(0, |(_, body)| OVERHEAD + body.len()));
        Ok(())
    }

    pub(super) fn snapshot(&self, id: RoomId) -> Option<(u64, String)> {
        self.rooms.get(&id)?.snapshot.clone()
    }

    pub(super) fn erase(&mut self, id: RoomId, scope: EraseScope) -> Result<(), AppendError> {
        let Some(room) = self.rooms.get_mut(&id) else {
            return Ok(());
        };
        if scope == EraseScope::All && !room.ended {
            return Err(JournalError::RoomIsLive { room: id }.into());
        }
        let before = room.bytes();
        room.texts = HashMap::new();
        if scope == EraseScope::All {
            room.rows = Vec::new();
            room.snapshot = None;
        }
        let released = before - room.bytes();
        self.release(released);
        Ok(())
    }

    pub(super) fn unerased_rooms(&self) -> Vec<(CircleId, RoomId)> {
        let rooms = self.rooms.iter().filter(|(_, room)| room.ended && !room.texts.is_empty());
        rooms.map(|(id, room)| (room.circle, *id)).take(LIST_MAX).collect()
    }

    pub(super) fn expired_rooms(&self, kept: &RangeInclusive<Millis>) -> Vec<RoomId> {
        let rooms = self.rooms.iter().filter(|(_, room)| {
            room.ended && !room.rows.is_empty() && !kept.contains(&room.newest_at)
        });
        rooms.map(|(id, _)| *id).take(LIST_MAX).collect()
    }

    pub(super) fn due(&self, before: Millis, after: Option<DueRoom>) -> Vec<DueRoom> {
        let place = |due: &DueRoom| (due.deadline, due.room.0);
        let due = self.rooms.iter().filter_map(|(id, room)| {
            let deadline = room.live_deadline().filter(|deadline| *deadline <= before)?;
            Some(DueRoom { circle: room.circle, room: *id, deadline })
        });
        let mut due: Vec<DueRoom> =
            due.filter(|due| after.is_none_or(|after| place(due) > place(&after))).collect();
        due.sort_by_key(place);
        due.truncate(LIST_MAX);
        due
    }

    pub(super) fn next_due(&self) -> Option<Millis> {
        self.rooms.values().filter_map(Room::live_deadline).min()
    }

    pub(super) fn delete_circle(&mut self, id: CircleId) {
        let Some(circle) = self.circles.remove(&id) else {
            return;
        };
        let bars: usize = circle.bars.values().map(|bar| bar_bytes(&bar.name)).sum();
        self.release(circle_bytes(&circle.row) + bars);
        let rooms = self.rooms.extract_if(|_, room| room.circle == id);
        let released = rooms.map(|(_, room)| room.bytes()).sum();
        self.release(released);
    }
}

impl Room {
    fn new(circle: CircleId) -> Self {
        Self {
            circle,
            head: 0,
            last_batch: Uuid::nil(),
            newest_at: 0,
            deadline: None,
            ended: false,
            rows: Vec::new(),
            texts: HashMap::new(),
            snapshot: None,
        }
    }

    fn live_deadline(&self) -> Option<Millis> {
        self.deadline.filter(|_| !self.ended)
    }

    fn bytes(&self) -> usize {
        let rows: usize = self.rows.iter().map(row_bytes).sum();
        let texts: usize = self.texts.values().map(text_bytes).sum();
        let snapshot = self.snapshot.as_ref().map_or(0, |(_, body)| OVERHEAD + body.len());
        OVERHEAD + rows + texts + snapshot
    }
}

fn row_bytes(row: &StoredRow) -> usize {
    OVERHEAD + row.body.len()
}

fn text_bytes(text: &Text) -> usize {
    let (Text::Plain(words) | Text::Sealed(words)) = text;
    OVERHEAD + words.len()
}

fn batch_bytes(batch: &Batch) -> usize {
    let rows: usize = batch.rows.iter().map(row_bytes).sum();
    let texts: usize = batch.texts.iter().map(|(_, text)| text_bytes(text)).sum();
    rows + texts
}

fn bar_bytes(name: &Text) -> usize {
    OVERHEAD + text_bytes(name)
}

/// Returns the bytes of the bars that a batch stores.
fn bars_bytes(batch: &Batch, names: &HashMap<TextId, Text>) -> usize {
    let stored = batch.bars.iter().filter_map(|change| match change {
        BarChange::Put { name, .. } => names.get(name).map(bar_bytes),
        BarChange::Lift(_) => None,
    });
    stored.sum()
}

fn circle_bytes(row: &CircleRow) -> usize {
    let texts = [Some(&row.title), row.agreements.as_ref(), row.held_by.as_ref()];
    let texts: usize = texts.into_iter().flatten().map(text_bytes).sum();
    let entries: usize = row.entries.iter().map(|entry| OVERHEAD + entry.locker.len()).sum();
    OVERHEAD + texts + entries
}

#[cfg(test)]
mod tests;
