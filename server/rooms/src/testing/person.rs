//! A member: a client's end of a connection, and the view it builds from what arrives.

use super::{PATIENCE, new_id};
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::frame::{Answer, AudienceFrame, Notice, Outcome, ServerFrame};
use hearth_protocol::{
    ClientFrame, Command, CommandId, Epoch, Fact, Hello, Millis, RefusalCode, RoomId, SeatNo,
    Snapshot, TurnId,
};
use tokio::io::DuplexStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};

/// How the server closed a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// `None` if the stream ended without a close frame.
    pub code: Option<u16>,
    /// Refusal sent before the close.
    pub refused: Option<RefusalCode>,
}

/// A client's end of a connection.
pub struct Client(pub WebSocketStream<DuplexStream>);

impl Client {
    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_text(&frame.to_text().unwrap()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.send_message(Message::text(text)).await;
    }

    pub async fn send_message(&mut self, message: Message) {
        self.0.send(message).await.expect("the connection takes what is sent");
    }

    /// Returns the next text frame.
    pub async fn next(&mut self) -> Result<String, Closed> {
        loop {
            let next = timeout(PATIENCE, self.0.next()).await.expect("a frame comes in time");
            match next {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map(|CloseFrame { code, .. }| u16::from(code));
                    return Err(Closed { code, refused: None });
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Closed { code: None, refused: None }),
            }
        }
    }

    /// Reads until the connection ends.
    pub async fn closed(&mut self) -> Closed {
        let mut refused = None;
        loop {
            match self.next().await {
                Ok(text) => {
                    if let Ok(ServerFrame::Answer(Answer {
                        outcome: Outcome::Refused(refusal),
                        ..
                    })) = ServerFrame::parse(&text)
                    {
                        refused = Some(refusal.code);
                    }
                }
                Err(closed) => return Closed { refused, ..closed },
            }
        }
    }
}

/// A member who is disconnected, with the view they have.
#[derive(Clone)]
pub struct Absent {
    pub hello: Hello,
    pub view: Snapshot,
    pub epoch: Epoch,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({})", self.view.seat)
    }
}

/// A connected member.
pub struct Person {
    pub wire: Client,
    pub hello: Hello,
    pub view: Snapshot,
    pub epoch: Epoch,
    /// Every text frame that arrived, unchanged.
    pub raw: Vec<String>,
    /// Whether the welcome contained a snapshot.
    pub fresh: bool,
    /// The room's time when it welcomed them.
    pub now: Millis,
}

impl Person {
    pub(crate) async fn welcomed(
        mut wire: Client,
        hello: Hello,
        before: Option<Snapshot>,
    ) -> Result<Self, Closed> {
        let mut refused = None;
        loop {
            let text = wire.next().await.map_err(|closed| Closed { refused, ..closed })?;
            match ServerFrame::parse(&text).unwrap() {
                ServerFrame::Notice(Notice::Welcome(welcome)) => {
                    let fresh = welcome.snapshot.is_some();
                    let view = welcome.snapshot.or(before).expect("a view to begin with");
                    assert_eq!(view.seat, welcome.seat);
                    let (epoch, now) = (welcome.epoch, welcome.now);
                    return Ok(Self { wire, hello, view, epoch, raw: vec![text], fresh, now });
                }
                ServerFrame::Answer(Answer { outcome: Outcome::Refused(refusal), .. }) => {
                    refused = Some(refusal.code);
                }
                other => panic!("{other:?} came before the welcome"),
            }
        }
    }

    pub fn seat(&self) -> SeatNo {
        self.view.seat
    }

    pub fn room(&self) -> RoomId {
        self.view.room.id
    }

    pub fn turn_id(&self) -> TurnId {
        self.view.room.turn.turn_id
    }

    /// Returns the view with only the texts that it still mentions.
    pub fn screen(&self) -> Snapshot {
        let mut screen = self.view.clone();
        let mentioned = screen.text_ids();
        screen.texts.retain(|id, _| mentioned.contains(id));
        screen
    }

    /// Returns the next frame, after applying it to the view.
    pub async fn next(&mut self) -> Result<ServerFrame, Closed> {
        let text = self.wire.next().await?;
        let frame = ServerFrame::parse(&text).expect("a frame that clients know");
        self.raw.push(text);
        match &frame {
            ServerFrame::Decision(frame) => {
                self.view.apply((**frame).clone()).expect("frames without a gap");
            }
            ServerFrame::Notice(Notice::Snapshot(view)) => self.view = (**view).clone(),
            ServerFrame::Notice(_) | ServerFrame::Answer(_) => {}
        }
        Ok(frame)
    }

    /// Sends a command with this id, and doesn't wait for the answer.
    pub async fn sends(&mut self, id: CommandId, command: impl Into<Command>) {
        let command = Box::new(command.into());
        self.wire.send(&ClientFrame::Command { id, command }).await;
    }

    /// Sends a command with this id, and returns its outcome.
    pub async fn ask_as(&mut self, id: CommandId, command: impl Into<Command>) -> Outcome {
        self.sends(id, command).await;
        self.answer(id).await
    }

    pub async fn answer(&mut self, id: CommandId) -> Outcome {
        loop {
            match self.next().await.expect("the connection stays open") {
                ServerFrame::Answer(Answer { re: Some(re), outcome }) if re == id => {
                    return outcome;
                }
                _ => {}
            }
        }
    }

    /// Sends a command that must succeed.
    pub async fn does(&mut self, command: impl Into<Command>) {
        let outcome = self.ask_as(new_id(), command).await;
        assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
    }

    /// Sends a command that must be refused, and returns the code.
    pub async fn is_refused(&mut self, command: impl Into<Command>) -> RefusalCode {
        match self.ask_as(new_id(), command).await {
            Outcome::Refused(refusal) => refusal.code,
            other => panic!("{other:?} instead of a refusal"),
        }
    }

    /// Returns the next frame of a decision.
    pub async fn next_decision(&mut self) -> AudienceFrame {
        loop {
            let frame = self.next().await.expect("the connection stays open");
            if let ServerFrame::Decision(frame) = frame {
                return *frame;
            }
        }
    }

    /// Reads until a fact matches `wanted`, in a frame to any audience.
    pub async fn until(&mut self, wanted: impl Fn(&Fact) -> bool) {
        while !self.next_decision().await.known_facts().any(|fact| wanted(&fact)) {}
    }

    /// Reads until a fact of this name arrives.
    pub async fn until_told(&mut self, name: &str) {
        self.until(|fact| fact.name() == name).await;
    }

    /// Reads until the view has reached this frame to the room.
    pub async fn reach(&mut self, room: u64) {
        while self.view.cursor.room < room {
            self.next().await.expect("the connection stays open");
        }
    }

    /// Returns whether this text ever arrived.
    pub fn has_read(&self, words: &str) -> bool {
        self.raw.iter().any(|text| text.contains(words))
    }

    /// Drops the connection without a close frame.
    pub fn drops(self) -> Absent {
        Absent { hello: self.hello, view: self.view, epoch: self.epoch }
    }
}
