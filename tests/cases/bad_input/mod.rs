//! Bad input of every kind gets a clear refusal or close code, and does no harm: people in the room
//! receive none of it, and can still speak.

mod commands;
mod floods;
mod frames;
mod hellos;
mod http;
mod store;
mod texts;

use hearth_client::Links;
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::presence::Stance;
use hearth_protocol::{ClientFrame, Hello, Settings, Text};
use hearth_tests::members::{Member, circle};
use hearth_tests::raw::{Got, Raw};
use hearth_tests::server::TestServer;

/// A room with two people in it, which others attack.
struct Attacked {
    server: TestServer,
    links: Links,
    fay: Member,
    ana: Member,
    messages: usize,
}

impl Attacked {
    async fn open(server: TestServer) -> Self {
        let links = circle(&server, Settings::default()).await;
        let fay = Member::join(&links, LinkRole::Facilitator, "Fay").await;
        let ana = Member::join(&links, LinkRole::Participant, "Ana").await;
        let mut room = Self { server, links, fay, ana, messages: 0 };
        room.is_unharmed().await;
        room
    }

    /// Forgets what was received so far.
    async fn begin(&mut self) {
        self.fay.catches_up().await;
        self.ana.catches_up().await;
        self.ana.frames.clear();
    }

    /// Checks that people in the room received nothing since [`begin`](Self::begin), and can still
    /// speak.
    async fn is_unharmed(&mut self) {
        self.ana.catches_up().await;
        assert_eq!(self.ana.decisions().count(), 0, "Ana received: {:?}", self.ana.frames);
        self.still_works().await;
        self.begin().await;
    }

    /// Checks that people in the room can still speak.
    async fn still_works(&mut self) {
        self.messages += 1;
        let words = format!("Still here: {}", self.messages);
        self.fay.says(&words).await;
        self.ana.sees(&words).await;
        assert!(self.ana.closes.is_empty() && self.fay.closes.is_empty());
    }

    /// Returns a hello that would be admitted.
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

    /// Opens a WebSocket without sending anything on it.
    async fn websocket(&self) -> Raw {
        let mut raw = Raw::connect(self.server.address()).await;
        raw.open_websocket(self.server.address()).await;
        raw
    }

    /// Opens a WebSocket for someone who is admitted.
    async fn stranger(&mut self, key: u8) -> Raw {
        let mut raw = self.websocket().await;
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
