//! The six members, each on a line of their own.

use super::dice::Dice;
use super::sight::Company;
use super::tempo::Tempo;
use super::visit::{Ended, Visit};
use super::words::{NAMES, SESSIONS, Session};
use hearth_client::{Error, Join, Link, Links, look_at_door};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{CloseCode, RoomId, SeatNo};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How long after one another they come in, and how long after an end the first does.
const APART: u64 = 3_000;
const AFTER_END: u64 = 2_500;
/// How long they wait before they try again, where they are not let in.
const AGAIN: u64 = 6_000;

/// Which evening it is, and where everybody sits.
#[derive(Debug, Default)]
pub(super) struct Table(Mutex<Evening>);

#[derive(Debug, Default)]
struct Evening {
    room: Option<RoomId>,
    held: usize,
    company: Company,
}

impl Table {
    /// A member has come in. The first in a new room begins a new evening; returns what is said.
    pub(super) fn sit(&self, room: RoomId, part: usize, seat: SeatNo) -> Option<&'static Session> {
        let mut evening = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if evening.room != Some(room) {
            let held = evening.held + usize::from(evening.room.is_some());
            *evening = Evening { room: Some(room), held, company: Company::default() };
        }
        if let Some(place) = evening.company.0.get_mut(part) {
            *place = Some(seat);
        }
        SESSIONS.get(evening.held % SESSIONS.len())
    }

    /// Returns where the members sit.
    pub(super) fn company(&self) -> Company {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).company
    }
}

/// Sends the members into their circle. They stay until the set is dropped.
pub(super) fn gather(links: &Links, tempo: Tempo) -> JoinSet<()> {
    let table = Arc::<Table>::default();
    let mut members = JoinSet::new();
    for (part, name) in NAMES.into_iter().enumerate() {
        let role = match part {
            super::sight::FACILITATOR => LinkRole::Facilitator,
            super::sight::MODERATOR => LinkRole::Moderator,
            _ => LinkRole::Participant,
        };
        let member = Member { link: links.link(role), part, name, tempo, table: table.clone() };
        members.spawn(member.live());
    }
    members
}

struct Member {
    link: Link,
    part: usize,
    name: &'static str,
    tempo: Tempo,
    table: Arc<Table>,
}

impl Member {
    /// Comes to one session after the other.
    async fn live(self) {
        let place = u64::try_from(self.part).unwrap_or_default();
        let mut wait = place * APART;
        let mut kept = None;
        loop {
            sleep(self.tempo.time(wait)).await;
            wait = match self.attend(&mut kept).await {
                Ok(Some(CloseCode::Ended)) => AFTER_END + place * APART,
                // Removed by a visitor, perhaps: as long as that stands they only ask at the door.
                Ok(_) => AGAIN,
                Err(error) => {
                    tracing::debug!(%error, part = self.part, "a member is not let in");
                    AGAIN
                }
            };
        }
    }

    /// Attends a session, from when they are let in to its end. The seat they had in a session that
    /// goes on is theirs still.
    async fn attend(
        &self,
        kept: &mut Option<(RoomId, SeatKey)>,
    ) -> Result<Option<CloseCode>, Error> {
        let under_way = look_at_door(&self.link).await?.session.map(|room| room.room);
        let mine = kept.filter(|(room, _)| Some(*room) == under_way);
        let key = match mine {
            Some((_, key)) => key,
            None => SeatKey::from_bytes(random()?),
        };
        let join = Join::by_link(&self.link).name(self.name).seat_key(key);
        let (client, events) = join.come_in().await?;
        let room = client.look(|view| view.snapshot.common.room);
        *kept = Some((room, key));
        let Some(session) = self.table.sit(room, self.part, client.seat()) else {
            return Ok(None);
        };
        let dice = Dice(u64::from_le_bytes(random()?));
        let Self { part, tempo, table, .. } = self;
        let visit = Visit::new(client, events, table, session, dice, (*part, *tempo));
        let Ended(gone) = visit.stay().await;
        Ok(gone.close_code())
    }
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(Error::NoRandomness)?;
    Ok(bytes)
}
