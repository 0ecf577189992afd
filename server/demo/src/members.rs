//! The six members: each joins over a connection of their own, session after session.

use crate::bot::Bot;
use crate::observation::{Persona, room_of};
use crate::pacing::Pacing;
use crate::random::Random;
use crate::script::{FACILITATOR, MODERATOR, NAMES};
use crate::seating::SharedSeating;
use hearth_client::{Error, Join, Link, Links, look_at_door};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{CloseCode, RoomId};
use std::sync::Arc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Milliseconds between one member's arrival and the next.
const ARRIVAL_GAP: u64 = 3_000;
/// Milliseconds between the end of a session and the first arrival in the next.
const BREAK: u64 = 2_500;
/// Milliseconds before a member who couldn't join tries again.
const RETRY: u64 = 6_000;

/// The simulated members. Dropping this disconnects them.
#[derive(Debug)]
pub struct Members(JoinSet<()>);

impl Members {
    /// Sends the six members into the circle, where they hold one session after another.
    ///
    /// Must be called within a Tokio runtime.
    pub fn join(links: &Links, pacing: Pacing) -> Self {
        let seating = Arc::<SharedSeating>::default();
        let mut tasks = JoinSet::new();
        for (number, name) in NAMES.into_iter().enumerate() {
            let role = match number {
                FACILITATOR => LinkRole::Facilitator,
                MODERATOR => LinkRole::Moderator,
                _ => LinkRole::Participant,
            };
            let link = links.link(role);
            let member = Member { link, number, name, pacing, seating: seating.clone() };
            tasks.spawn(member.run());
        }
        Self(tasks)
    }

    /// Disconnects the members and waits until all their tasks have stopped.
    pub async fn stop(mut self) {
        self.0.shutdown().await;
    }
}

struct Member {
    link: Link,
    number: usize,
    name: &'static str,
    pacing: Pacing,
    seating: Arc<SharedSeating>,
}

impl Member {
    async fn run(self) {
        let arrival = u64::try_from(self.number).unwrap_or_default() * ARRIVAL_GAP;
        let mut wait = arrival;
        let mut last_seat = None;
        loop {
            sleep(self.pacing.scale(wait)).await;
            wait = match self.attend(&mut last_seat).await {
                Ok(Some(CloseCode::Ended)) => BREAK + arrival,
                // A visitor may have removed this member, and may undo it: keep trying.
                Ok(_) => RETRY,
                Err(error) => {
                    tracing::debug!(%error, member = self.number, "demo member could not join");
                    RETRY
                }
            };
        }
    }

    /// Attends one session until the connection closes for good. Takes the same seat again if the
    /// room is the one that `last_seat` belongs to.
    async fn attend(
        &self,
        last_seat: &mut Option<(RoomId, SeatKey)>,
    ) -> Result<Option<CloseCode>, Error> {
        let open_room = look_at_door(&self.link).await?.session.map(|session| session.room);
        let key = match last_seat.filter(|(room, _)| Some(*room) == open_room) {
            Some((_, key)) => key,
            None => SeatKey::from_bytes(random_bytes()?),
        };
        let join = Join::by_link(&self.link).name(self.name).seat_key(key);
        let (client, events) = join.connect().await?;
        let room = client.with_view(room_of);
        *last_seat = Some((room, key));
        let Some(script) = self.seating.assign(room, self.number, client.seat()) else {
            return Ok(None);
        };
        let random = Random::seeded(u64::from_le_bytes(random_bytes()?));
        let persona = Persona { member: self.number, script, random };
        let bot = Bot::new(client, events, persona, &self.seating, self.pacing);
        Ok(bot.run().await.close_code())
    }
}

fn random_bytes<const BYTES: usize>() -> Result<[u8; BYTES], Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(Error::NoRandomness)?;
    Ok(bytes)
}
