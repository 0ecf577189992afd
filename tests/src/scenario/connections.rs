//! How the people of a scenario come in, lose their line, come back, and use a second screen.

use super::runner::{A_MOMENT, Runner, WITHIN};
use super::stage::{Guest, Screen};
use hearth_client::{Coming, Error, Join, Ways};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{CloseCode, Stance};
use tokio::time::sleep;

impl Runner {
    pub(super) fn join(&self, by: LinkRole) -> Result<Join, String> {
        let links = self.links.as_ref().ok_or("there is no circle yet")?;
        let ways = Ways { by_itself: false, connect_within: WITHIN, ..Ways::default() };
        Ok(Join::by_link(&links.link(by)).ways(ways))
    }

    pub(super) async fn come_in(
        &mut self,
        who: &str,
        by: LinkRole,
        stance: Stance,
        closed: Option<CloseCode>,
    ) -> Result<(), String> {
        let drawn = self.draw().0;
        let mut bytes = [7; 32];
        for (place, byte) in bytes.iter_mut().zip(drawn.as_bytes()) {
            *place = *byte;
        }
        let key = SeatKey::from_bytes(bytes);
        let join = self.join(by)?.name(who).stance(stance).seat_key(key);
        match (join.come_in().await, closed) {
            (Ok((client, events)), None) => {
                let screens = vec![Screen::new(who, 1, client, events)];
                self.stage.guests.push(Guest { name: who.to_owned(), by, key, screens });
                Ok(())
            }
            (Ok(_), Some(code)) => Err(format!("{who} was to be refused with {}", code.reason())),
            (Err(error), closed) => is_closed_with(&error, closed),
        }
    }

    pub(super) async fn drop_line(&mut self, who: &str) -> Result<(), String> {
        let lines = self.house.lines();
        self.present(who)?.cut().await.map_err(|error| error.to_string())?;
        self.until("the server sees that the line broke", |house| house.lines() < lines).await?;
        // Its room takes note of that beside what a screen asks for: it is given a moment.
        sleep(A_MOMENT).await;
        Ok(())
    }

    pub(super) async fn come_back(
        &mut self,
        who: &str,
        coming: Coming,
        closed: Option<CloseCode>,
    ) -> Result<(), String> {
        let screen = self.stage.guest(who)?.screen().ok_or("has no screen")?;
        match screen.client.come_back(coming).await {
            Ok(()) if closed.is_none() => Ok(()),
            Ok(()) => Err(format!("{who} was let in")),
            Err(error) => is_closed_with(&error, closed),
        }
    }

    pub(super) async fn second_screen(&mut self, who: &str) -> Result<(), String> {
        let guest = self.stage.guest(who)?;
        let join = self.join(guest.by)?.seat_key(guest.key);
        let (client, events) = join.come_in().await.map_err(|error| error.to_string())?;
        let guest = self.stage.guest_mut(who)?;
        let nth = guest.screens.len() + 1;
        guest.screens.push(Screen::new(who, nth, client, events));
        Ok(())
    }

    /// The screen before the present one takes the seat back under a new key, and is the present
    /// one from then on.
    pub(super) async fn not_me(&mut self, who: &str) -> Result<(), String> {
        let drawn = self.draw().0;
        let guest = self.stage.guest(who)?;
        let mut bytes = *guest.key.as_bytes();
        for (place, byte) in bytes.iter_mut().zip(drawn.as_bytes()) {
            *place = *byte;
        }
        let key = SeatKey::from_bytes(bytes);
        let join = self.join(guest.by)?.seat_key(guest.key).new_seat_key(key);
        let (client, events) = join.come_in().await.map_err(|error| error.to_string())?;
        let guest = self.stage.guest_mut(who)?;
        guest.key = key;
        let nth = guest.screens.len() + 1;
        guest.screens.push(Screen::new(who, nth, client, events));
        Ok(())
    }
}

fn is_closed_with(error: &Error, expected: Option<CloseCode>) -> Result<(), String> {
    match (error.close_code(), expected) {
        (Some(code), Some(expected)) if code == expected => Ok(()),
        _ => Err(error.to_string()),
    }
}
