//! How the people of a scenario join, lose their connection, return, and use a second screen.

use super::people::{Person, Screen};
use super::runner::{A_MOMENT, Runner, WITHIN};
use hearth_client::{ConnectionOptions, Error, Join, Reconnect};
use hearth_protocol::CloseCode;
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::presence::Stance;
use tokio::time::sleep;

impl Runner {
    fn join_by(&self, by: LinkRole) -> Result<Join, String> {
        let links = self.links.as_ref().ok_or("there is no circle yet")?;
        let options = ConnectionOptions {
            auto_reconnect: false,
            raw_frames: true,
            connect_timeout: WITHIN,
            // Each frame occurs twice: raw, and as an event.
            event_buffer: 4_096,
            ..ConnectionOptions::default()
        };
        Ok(Join::by_link(&links.link(by)).options(options))
    }

    fn next_seat_key(&mut self) -> SeatKey {
        let mut bytes = [7; 32];
        for (place, byte) in bytes.iter_mut().zip(self.next_id().uuid().as_bytes()) {
            *place = *byte;
        }
        SeatKey::from_bytes(bytes)
    }

    pub(super) async fn join(
        &mut self,
        who: &str,
        by: LinkRole,
        stance: Stance,
        closed: Option<CloseCode>,
    ) -> Result<(), String> {
        let key = self.next_seat_key();
        let join = self.join_by(by)?.name(who).stance(stance).seat_key(key);
        match (join.connect().await, closed) {
            (Ok((client, events)), None) => {
                self.people.seats.insert(who.to_owned(), client.seat());
                let screens = vec![Screen::new(who, 1, client, events)];
                self.people.all.push(Person { name: who.to_owned(), by, key, screens });
                Ok(())
            }
            (Ok(_), Some(code)) => Err(format!("{who} joined; expected {}", code.reason())),
            (Err(error), closed) => is_closed_with(&error, closed),
        }
    }

    pub(super) async fn drop_connection(&mut self, who: &str) -> Result<(), String> {
        let before = self.server.connections();
        self.client(who)?.disconnect().await.map_err(|error| error.to_string())?;
        self.until("the server noticed a broken connection", |server| {
            server.connections() < before
        })
        .await?;
        // The room processes it concurrently with commands from other screens.
        sleep(A_MOMENT).await;
        Ok(())
    }

    pub(super) async fn return_to_seat(
        &mut self,
        who: &str,
        how: Reconnect,
        closed: Option<CloseCode>,
    ) -> Result<(), String> {
        let screen = self.people.person(who)?.screen().ok_or("has no screen")?;
        match screen.client.reconnect(how).await {
            Ok(()) if closed.is_none() => Ok(()),
            Ok(()) => Err(format!("{who} was admitted")),
            Err(error) => is_closed_with(&error, closed),
        }
    }

    pub(super) async fn open_second_screen(&mut self, who: &str) -> Result<(), String> {
        let person = self.people.person(who)?;
        let join = self.join_by(person.by)?.seat_key(person.key);
        self.add_screen(who, join).await
    }

    /// The previous screen takes the seat back under a new key, and becomes the current one.
    pub(super) async fn take_seat_back(&mut self, who: &str) -> Result<(), String> {
        let new_key = self.next_seat_key();
        let person = self.people.person(who)?;
        let join = self.join_by(person.by)?.seat_key(person.key).new_seat_key(new_key);
        self.add_screen(who, join).await?;
        self.people.person_mut(who)?.key = new_key;
        Ok(())
    }

    async fn add_screen(&mut self, who: &str, join: Join) -> Result<(), String> {
        let (client, events) = join.connect().await.map_err(|error| error.to_string())?;
        let person = self.people.person_mut(who)?;
        let nth = person.screens.len() + 1;
        person.screens.push(Screen::new(who, nth, client, events));
        Ok(())
    }
}

fn is_closed_with(error: &Error, expected: Option<CloseCode>) -> Result<(), String> {
    match (error.close_code(), expected) {
        (Some(code), Some(expected)) if code == expected => Ok(()),
        _ => Err(error.to_string()),
    }
}
