//! What is seen of a room from the door: how many are here, and of them staff alone by name.

use super::Driver;
use hearth_protocol::api::RoomAtDoor;
use hearth_protocol::{Person, Presence, Text, WordsId};
use hearth_room::Room;
use std::sync::PoisonError;

/// The names of staff who are here, and of which texts they were made.
#[derive(Default)]
pub(super) struct StaffNames {
    ids: Vec<WordsId>,
    names: Vec<Text>,
}

/// Returns what is seen of a room in which nobody has a line.
pub(crate) fn seen_of(room: &Room) -> RoomAtDoor {
    let common = room.common();
    RoomAtDoor {
        room: common.room,
        phase: common.phase,
        here: 0,
        staff: Vec::new(),
        closed: room.is_closed(),
    }
}

fn here(room: &Room) -> impl Iterator<Item = &Person> {
    room.common().people.iter().filter(|person| person.presence == Presence::Here)
}

impl Driver {
    /// Finds the names of staff who are here, where others are here than before. Names that cannot
    /// be read are not told, and looked for again the next time.
    pub(super) async fn name_staff(&mut self) {
        let staff = here(&self.room).filter(|person| person.role.is_staff());
        let ids: Vec<WordsId> = staff.map(|person| person.name.id).collect();
        if ids == self.staff_names.ids {
            return;
        }
        self.staff_names = match self.finder().find(&ids).await {
            Ok(mut found) => {
                let names = ids.iter().filter_map(|id| found.remove(id)).collect();
                StaffNames { ids, names }
            }
            Err(error) => {
                tracing::error!(%error, "the names of staff could not be read for the door");
                StaffNames::default()
            }
        };
    }

    /// Shows at the door what is durable now.
    pub(super) fn show_at_door(&self) {
        let seen = RoomAtDoor {
            here: u32::try_from(here(&self.room).count()).unwrap_or(u32::MAX),
            staff: self.staff_names.names.clone(),
            ..seen_of(&self.room)
        };
        *self.at_door.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }
}
