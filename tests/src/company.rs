//! People in a circle, each with all that they received.

use crate::house::House;
use hearth_client::{Client, Events, Happening, Join, Links, NewLinks, Ways, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::{Answer, Notice, Outcome};
use hearth_protocol::{Command, CommandId, Move, RefusalCode, ServerFrame, Settings, Text};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How long anything may take on this machine.
pub const WITHIN: Duration = Duration::from_secs(15);

/// Makes a circle in a house.
pub async fn circle(house: &House, settings: Settings) -> Links {
    let new = NewLinks { settings, ..NewLinks::titled("A circle for tests") };
    make_circle(&house.origin(), new).await.expect("a circle can be made")
}

/// Somebody in a room, with every frame they received.
#[derive(Debug)]
pub struct Member {
    /// Their client. It does not come back by itself.
    pub client: Client,
    events: Events,
    /// What they received so far: the text on the wire, and as it was understood.
    pub frames: Vec<(String, Arc<ServerFrame>)>,
    /// The close codes they met.
    pub closes: Vec<Option<u16>>,
    barriers: BTreeSet<CommandId>,
}

impl Member {
    /// Comes in by the link of this role.
    pub async fn comes_in(links: &Links, role: LinkRole, name: &str) -> Self {
        Self::comes_in_as(Join::by_link(&links.link(role)).name(name)).await
    }

    /// Comes in as described.
    pub async fn comes_in_as(join: Join) -> Self {
        let ways = Ways { by_itself: false, events_max: 16_384, ..Ways::default() };
        let (client, events) = join.ways(ways).come_in().await.expect("they are let in");
        Self { client, events, frames: Vec::new(), closes: Vec::new(), barriers: BTreeSet::new() }
    }

    /// Asks for something, and returns what came of it.
    pub async fn asks(&self, command: Command) -> Outcome {
        let name = command.name();
        let asked = tokio::time::timeout(WITHIN, self.client.command(command)).await;
        asked.unwrap_or_else(|_| panic!("{name} is not answered")).expect("the line is open")
    }

    /// Asks for something that must be done.
    pub async fn does(&self, command: Command) {
        let name = command.name();
        let outcome = self.asks(command).await;
        assert!(matches!(outcome, Outcome::Ok(_)), "{name}: {outcome:?}");
    }

    /// Asks for something that must be refused.
    pub async fn is_refused(&self, command: Command, code: RefusalCode) {
        let name = command.name();
        match self.asks(command).await {
            Outcome::Refused(refusal) => assert_eq!(refusal.code, code, "{name}"),
            other => panic!("{name} was not refused: {other:?}"),
        }
    }

    /// Says something on an open floor.
    pub async fn says(&self, words: &str) {
        let r#move = self.client.current_move();
        self.does(Command::Say { r#move, text: Text::plain(words) }).await;
    }

    /// Shares something in their turn.
    pub async fn shares(&self, words: &str) {
        let r#move = self.client.current_move();
        self.does(Command::Share { r#move, text: Text::plain(words) }).await;
    }

    /// Waits until they see these words.
    pub async fn sees(&self, words: &str) {
        let text = Text::plain(words);
        let seen = self.client.wait_for(WITHIN, |view| {
            view.snapshot.said.iter().any(|said| said.words.text.as_ref() == Some(&text))
        });
        seen.await.unwrap_or_else(|error| panic!("\"{words}\" was not seen: {error}"));
    }

    /// Waits until all that was decided so far has arrived.
    pub async fn catches_up(&mut self) {
        let id = CommandId(uuid::Uuid::new_v4());
        self.barriers.insert(id);
        let asked = self.client.command_as(id, Command::Take { r#move: Move::MAX }).await;
        assert!(matches!(asked, Ok(Outcome::Refused(_))), "{asked:?}");
        self.pump();
    }

    /// Takes up what came in.
    pub fn pump(&mut self) {
        while let Some(happening) = self.events.try_next().expect("nothing was missed") {
            let (text, frame) = match happening {
                Happening::Lost { code } => {
                    self.closes.push(code);
                    continue;
                }
                Happening::Gone(gone) => {
                    self.closes.push(gone.code);
                    continue;
                }
                Happening::Frame { text, frame } => (text.to_string(), frame),
            };
            match &*frame {
                ServerFrame::Answer(Answer { re: Some(re), .. }) if self.barriers.contains(re) => {}
                ServerFrame::Notice(Notice::Beat(_)) => {}
                _ => self.frames.push((text, frame)),
            }
        }
    }

    /// Returns the events among what they received.
    pub fn events_received(&self) -> usize {
        let is_event = |frame: &ServerFrame| matches!(frame, ServerFrame::Event(_));
        self.frames.iter().filter(|(_, frame)| is_event(frame)).count()
    }
}
