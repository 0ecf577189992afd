//! Members of a circle, each with every frame they received.

use crate::server::TestServer;
use hearth_client::{
    CircleOptions, Client, ConnectionOptions, ConnectionState, Event, Events, Join, Links, View,
    make_circle,
};
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::{Answer, AudienceFrame, Notice, Outcome};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::message::MessageKind;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{
    Command, CommandId, Fact, MessageNo, RefusalCode, ServerFrame, Settings, Snapshot, Text, TurnId,
};
use serde_json::Value;
use serde_json::value::to_raw_value;
use std::collections::BTreeSet;
use std::time::Duration;

/// Upper bound for anything to happen on this machine.
pub const WITHIN: Duration = Duration::from_secs(15);

/// Creates a circle.
pub async fn circle(server: &TestServer, settings: Settings) -> Links {
    let options = CircleOptions { settings, ..CircleOptions::titled("A circle for tests") };
    make_circle(&server.origin(), options).await.expect("a circle can be created")
}

/// Returns the command with this name and these fields on the wire.
pub fn command(name: &str, fields: &Value) -> Command {
    let raw = to_raw_value(fields).expect("fields are JSON");
    let parsed =
        Command::parse(name, &raw).unwrap_or_else(|| panic!("no command is called {name}"));
    parsed.unwrap_or_else(|error| panic!("{name} {fields}: {error}"))
}

/// Returns the text of everything that people said, as a view shows it; `None` for what was erased. Questions are left out.
pub fn words(view: &View) -> Vec<Option<String>> {
    let said = view.messages().filter(|(_, message)| message.kind != MessageKind::Question);
    let words = said.map(|(_, message)| match view.text(message.text)? {
        Text::Plain(words) | Text::Sealed(words) => Some(words.clone()),
    });
    words.collect()
}

/// Someone in a room, with every frame they received.
#[derive(Debug)]
pub struct Member {
    /// Their client. It doesn't reconnect by itself.
    pub client: Client,
    /// Frames received so far: as text, and parsed.
    pub frames: Vec<(String, ServerFrame)>,
    /// The close codes they received.
    pub closes: Vec<Option<u16>>,
    events: Events,
    barriers: BTreeSet<CommandId>,
}

impl Member {
    /// Joins with the link for this role.
    pub async fn join(links: &Links, role: LinkRole, name: &str) -> Self {
        Self::join_as(Join::by_link(&links.link(role)).name(name)).await
    }

    /// Joins as `join` describes.
    pub async fn join_as(join: Join) -> Self {
        let options = ConnectionOptions {
            auto_reconnect: false,
            raw_frames: true,
            event_buffer: 32_768,
            ..ConnectionOptions::default()
        };
        let (client, events) = join.options(options).connect().await.expect("they are admitted");
        let (frames, closes, barriers) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { client, frames, closes, events, barriers }
    }

    /// Sends a command and returns the answer.
    pub async fn asks(&self, command: impl Into<Command>) -> Outcome {
        let (id, command) = (CommandId::new(uuid::Uuid::new_v4()), command.into());
        let name = command.name();
        let asked = tokio::time::timeout(WITHIN, self.client.request(id, command)).await;
        asked.unwrap_or_else(|_| panic!("{name} is not answered")).expect("they are connected")
    }

    /// Sends a command that must succeed, and returns the number of the message it created.
    pub async fn does(&self, command: impl Into<Command>) -> Option<MessageNo> {
        let command = command.into();
        let name = command.name();
        match self.asks(command).await {
            Outcome::Ok(done) => done.message,
            other => panic!("{name}: {other:?}"),
        }
    }

    /// Sends a command that must be refused.
    pub async fn is_refused(&self, command: impl Into<Command>, code: RefusalCode) {
        let command = command.into();
        let name = command.name();
        match self.asks(command).await {
            Outcome::Refused(refusal) => assert_eq!(refusal.code, code, "{name}"),
            other => panic!("{name} was not refused: {other:?}"),
        }
    }

    pub fn turn_id(&self) -> TurnId {
        self.client.current_turn_id()
    }

    /// Writes on an open floor.
    pub async fn says(&self, words: &str) -> MessageNo {
        let (turn_id, text) = (self.turn_id(), Text::plain(words));
        self.does(MessageCommand::Say { turn_id, text }).await.expect("it has a number")
    }

    /// Shares in their turn.
    pub async fn shares(&self, words: &str) -> MessageNo {
        let (turn_id, text) = (self.turn_id(), Text::plain(words));
        self.does(MessageCommand::Share { turn_id, text }).await.expect("it has a number")
    }

    /// Waits until they see a message with this text.
    pub async fn sees(&self, words: &str) {
        let shows = |view: &View| {
            let mut texts = view.messages().filter_map(|(_, message)| view.text(message.text));
            texts.any(|text| matches!(text, Text::Plain(found) if found == words))
        };
        let seen = self.client.wait_for(WITHIN, shows).await;
        seen.unwrap_or_else(|error| panic!("\"{words}\" didn't arrive: {error}"));
    }

    pub fn is_connected(&self) -> bool {
        self.client.with_view(|view| view.connection == ConnectionState::Open)
    }

    /// Waits until everything decided so far has arrived.
    pub async fn catches_up(&mut self) {
        let id = CommandId::new(uuid::Uuid::new_v4());
        self.barriers.insert(id);
        let asked = self.client.request(id, TurnCommand::Take { turn_id: TurnId::MAX }).await;
        assert!(matches!(asked, Ok(Outcome::Refused(_))), "{asked:?}");
        self.pump();
    }

    /// Reads what has arrived.
    pub fn pump(&mut self) {
        while let Some(event) = self.events.try_next().expect("no event was lost") {
            let text = match event {
                Event::Raw(text) => text.to_string(),
                Event::ConnectionLost { code } => {
                    self.closes.push(code);
                    continue;
                }
                Event::Closed(reason) => {
                    self.closes.push(reason.code);
                    continue;
                }
                _ => continue,
            };
            let frame = ServerFrame::parse(&text).expect("the server's frames parse");
            match &frame {
                ServerFrame::Answer(Answer { re: Some(re), .. }) if self.barriers.contains(re) => {}
                ServerFrame::Notice(Notice::Beat(_)) => {}
                _ => self.frames.push((text, frame)),
            }
        }
    }

    /// Returns the decisions they received, each with its text on the wire.
    pub fn decisions(&self) -> impl Iterator<Item = (&str, &AudienceFrame)> {
        self.frames.iter().filter_map(|(text, frame)| match frame {
            ServerFrame::Decision(frame) => Some((text.as_str(), &**frame)),
            ServerFrame::Notice(_) | ServerFrame::Answer(_) => None,
        })
    }

    /// Returns the facts they received.
    pub fn facts(&self) -> Vec<Fact> {
        self.decisions().flat_map(|(_, frame)| frame.known_facts().collect::<Vec<_>>()).collect()
    }

    /// Returns the snapshots they received, in welcomes or on their own, each with its position
    /// among the frames.
    pub fn snapshots(&self) -> impl Iterator<Item = (usize, &Snapshot)> {
        self.frames.iter().enumerate().filter_map(|(place, (_, frame))| match frame {
            ServerFrame::Notice(Notice::Welcome(welcome)) => {
                Some((place, welcome.snapshot.as_ref()?))
            }
            ServerFrame::Notice(Notice::Snapshot(snapshot)) => Some((place, &**snapshot)),
            _ => None,
        })
    }
}
