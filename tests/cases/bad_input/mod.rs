//! Bad input of every kind ends in a clear refusal or close code, and the room is unharmed:
//! somebody in it sees nothing of it, and still is heard.

mod commands;
mod door;
mod floods;
mod frames;
mod hellos;
mod store;
mod texts;

use hearth_client::Links;
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{ClientFrame, Hello, Settings, Stance, Text};
use hearth_tests::company::{Member, circle};
use hearth_tests::house::House;
use hearth_tests::raw::{Got, Raw};

/// A room with two people in it, and a door for whoever means it ill.
struct Scene {
    house: House,
    links: Links,
    fay: Member,
    ana: Member,
    said: usize,
}

impl Scene {
    async fn set(house: House) -> Self {
        let links = circle(&house, Settings::default()).await;
        let fay = Member::comes_in(&links, LinkRole::Facilitator, "Fay").await;
        let ana = Member::comes_in(&links, LinkRole::Participant, "Ana").await;
        let mut scene = Self { house, links, fay, ana, said: 0 };
        scene.is_unharmed().await;
        scene
    }

    /// Forgets what was received so far: what is to be ignored is over.
    async fn begin(&mut self) {
        self.fay.catches_up().await;
        self.ana.catches_up().await;
        self.ana.frames.clear();
    }

    /// Checks that those in the room saw nothing of what happened since [`begin`](Self::begin), and
    /// still are heard.
    async fn is_unharmed(&mut self) {
        self.ana.catches_up().await;
        assert_eq!(self.ana.events_received(), 0, "somebody saw: {:?}", self.ana.frames);
        self.still_works().await;
        self.begin().await;
    }

    /// Checks that those in the room still are heard.
    async fn still_works(&mut self) {
        self.said += 1;
        let words = format!("Still here: {}", self.said);
        self.fay.says(&words).await;
        self.ana.sees(&words).await;
        assert!(self.ana.closes.is_empty() && self.fay.closes.is_empty());
    }

    /// Returns a hello that would be let in.
    fn hello(&self, name: &str, key: u8) -> Hello {
        let link = self.links.link(LinkRole::Participant);
        Hello {
            circle: link.circle(),
            seat_key: SeatKey::from_bytes([key; 32]),
            entry_key: Some(link.secret().entry_key()),
            name: Some(Text::plain(name)),
            stance: Stance::Listening,
            resume: None,
            new_seat_key: None,
        }
    }

    /// Opens a line on which nothing was said.
    async fn line(&self) -> Raw {
        let mut raw = Raw::connect(self.house.address()).await;
        raw.open_line(self.house.address()).await;
        raw
    }

    /// Opens a line for somebody who is let in.
    async fn stranger(&mut self, key: u8) -> Raw {
        let mut raw = self.line().await;
        let hello = self.hello("Stranger", key);
        raw.text(&hello_text(hello)).await.unwrap();
        assert!(matches!(raw.next().await, Got::Text(text) if text.contains("welcome")));
        self.begin().await;
        raw
    }
}

fn hello_text(hello: Hello) -> String {
    ClientFrame::Hello(Box::new(hello)).to_text().unwrap()
}

/// Returns the code of the refusal in an answer.
fn refusal(got: &Got) -> Option<String> {
    let Got::Text(text) = got else { return None };
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(value.pointer("/refused/code")?.as_str()?.to_owned())
}
