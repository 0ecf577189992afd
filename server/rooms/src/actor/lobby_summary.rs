//! The lobby summary: how many people are present, and which hosts by name.

use super::Actor;
use hearth_protocol::api::LobbySummary;
use hearth_protocol::presence::{Person, Presence};
use hearth_protocol::{Text, TextId, TextIds};
use hearth_room::Room;

/// Names of the hosts who are present, and the ids of those texts.
#[derive(Default)]
pub(super) struct HostNames {
    ids: Vec<TextId>,
    names: Vec<Text>,
}

/// Lobby summary for a room with no connected members.
pub(crate) fn empty_lobby_summary(room: &Room) -> LobbySummary {
    LobbySummary {
        room: room.view().id,
        phase: room.view().session.phase,
        here: 0,
        hosts: Vec::new(),
        closed: room.is_closed(),
    }
}

fn present(room: &Room) -> impl Iterator<Item = &Person> {
    room.view().people.values().filter(|person| person.presence == Presence::Here)
}

impl Actor {
    /// Reads the names of the hosts who are present, if these have changed. If that fails, the
    /// summary omits them until the next attempt.
    pub(super) async fn update_host_names(&mut self) {
        let hosts = present(&self.room).filter(|person| person.role.is_host());
        let ids: Vec<TextId> = hosts.map(|person| person.name).collect();
        if ids == self.host_names.ids {
            return;
        }
        self.host_names =
            match self.text_reader().read(&ids.iter().copied().collect::<TextIds>()).await {
                Ok(mut found) => {
                    let names = ids.iter().filter_map(|id| found.remove(id)).collect();
                    HostNames { ids, names }
                }
                Err(error) => {
                    tracing::error!(%error, "can't read the hosts' names for the lobby");
                    HostNames::default()
                }
            };
    }

    pub(super) fn publish_lobby_summary(&self) {
        self.lobby_summary.set(LobbySummary {
            here: u32::try_from(present(&self.room).count()).unwrap_or(u32::MAX),
            hosts: self.host_names.names.clone(),
            ..empty_lobby_summary(&self.room)
        });
    }
}
