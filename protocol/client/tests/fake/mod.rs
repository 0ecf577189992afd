//! A server that does as a test tells it.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(unreachable_pub, reason = "a module of tests")]

use futures_util::{SinkExt, StreamExt};
use hearth_client::{Join, Link, Origin};
use hearth_protocol::frame::{Answer, Done, EventFrame, Notice, Outcome, Welcome};
use hearth_protocol::keys::Secret;
use hearth_protocol::limits::LIMITS;
use hearth_protocol::view::{Common, Own};
use hearth_protocol::{
    CircleId, ClientFrame, CloseCode, CommandId, Cursor, Epoch, Flow, Hello, Pace, Person, Phase,
    Presence, Role, RoomEvent, RoomId, SUBPROTOCOL, SaidKind, SeatNo, ServerFrame, Settings,
    Snapshot, Stance, Text, Words, WordsId,
};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use uuid::Uuid;

pub const SEAT: SeatNo = SeatNo(1);
pub const EPOCH: Epoch = Epoch(Uuid::from_u128(77));
const WITHIN: Duration = Duration::from_secs(10);

pub struct Fake {
    listener: TcpListener,
    pub link: Link,
}

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let origin = Origin::parse(&format!("http://{address}")).unwrap();
        let circle = CircleId(Uuid::from_u128(5));
        Self { listener, link: Link::new(origin, circle, Secret::from_bytes([3; 32])) }
    }

    pub fn join(&self, name: &str) -> Join {
        Join::by_link(&self.link).name(name)
    }

    #[allow(clippy::result_large_err, reason = "the handshake's callback has this shape")]
    pub async fn accept(&self) -> FakeLine {
        let (stream, _) = timeout(WITHIN, self.listener.accept()).await.unwrap().unwrap();
        let speaks = |request: &Request, mut response: Response| {
            assert_eq!(request.headers()["sec-websocket-protocol"], SUBPROTOCOL);
            response.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
            Ok(response)
        };
        FakeLine(accept_hdr_async(stream, speaks).await.unwrap())
    }

    pub async fn nobody_comes(&self, within: Duration) {
        assert!(timeout(within, self.listener.accept()).await.is_err(), "somebody came");
    }

    pub async fn raw(&self) -> TcpStream {
        timeout(WITHIN, self.listener.accept()).await.unwrap().unwrap().0
    }
}

pub struct FakeLine(WebSocketStream<TcpStream>);

impl FakeLine {
    pub async fn read(&mut self) -> ClientFrame {
        let message = timeout(WITHIN, self.0.next()).await.unwrap().unwrap().unwrap();
        ClientFrame::parse(message.to_text().unwrap()).unwrap()
    }

    pub async fn hello(&mut self) -> Hello {
        match self.read().await {
            ClientFrame::Hello(hello) => *hello,
            other => panic!("the first frame is no hello: {other:?}"),
        }
    }

    pub async fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn send(&mut self, frame: &ServerFrame) {
        self.send_text(&serde_json::to_string(frame).unwrap()).await;
    }

    /// Welcomes the one person in the room, at this point of its history.
    pub async fn welcome(&mut self, room: u64) {
        self.send(&welcome(Some(snapshot(room)))).await;
    }

    pub async fn resumed(&mut self) {
        self.send(&welcome(None)).await;
    }

    pub async fn ok(&mut self, id: CommandId) {
        let outcome = Outcome::Ok(Done { at: 9 });
        self.send(&ServerFrame::Answer(Answer { re: Some(id), outcome })).await;
    }

    pub async fn close(&mut self, code: CloseCode) {
        let frame = CloseFrame { code: code.code().into(), reason: code.reason().into() };
        self.0.send(Message::Close(Some(frame))).await.unwrap();
    }

    pub async fn is_closed(&mut self) -> bool {
        match timeout(WITHIN, self.0.next()).await.unwrap() {
            None | Some(Err(_)) => true,
            Some(Ok(message)) => message.is_close(),
        }
    }

    pub async fn is_quiet(&mut self, within: Duration) -> bool {
        timeout(within, self.0.next()).await.is_err()
    }
}

fn welcome(snapshot: Option<Snapshot>) -> ServerFrame {
    let welcome = Welcome { seat: SEAT, epoch: EPOCH, now: 1_000, limits: LIMITS, snapshot };
    ServerFrame::Notice(Notice::Welcome(Box::new(welcome)))
}

fn words(text: &str) -> Words {
    Words::new(WordsId(Uuid::new_v4()), Text::plain(text))
}

fn person(seat: u16, name: &str) -> Person {
    Person {
        seat: SeatNo(seat),
        name: words(name),
        role: Role::Participant,
        stance: Stance::Sharing,
        presence: Presence::Here,
    }
}

pub fn snapshot(room: u64) -> Snapshot {
    let common = Common {
        room: RoomId(Uuid::from_u128(6)),
        circle: CircleId(Uuid::from_u128(5)),
        title: words("Tuesday"),
        agreements: None,
        settings: Settings::default(),
        timers: Pace::Usual.timers(),
        opened_at: 1,
        phase: Phase::Gathering,
        ending: None,
        paused: None,
        people: vec![person(1, "Ana")],
        round: None,
        flow: Flow::at_rest(),
    };
    let cursor = Cursor { room, seat: 0, staff: None };
    Snapshot {
        seat: SEAT,
        cursor,
        common,
        said: Vec::new(),
        earlier: false,
        board: None,
        own: Own::default(),
    }
}

fn event(room: u64, event: RoomEvent) -> ServerFrame {
    ServerFrame::Event(EventFrame::Room { room, at: 5, event })
}

pub fn joined(number: u64, seat: u16, name: &str) -> ServerFrame {
    event(number, RoomEvent::Joined { person: person(seat, name), flow: Flow::at_rest() })
}

pub fn said(number: u64, seat: u16, text: &str) -> ServerFrame {
    event(
        number,
        RoomEvent::Said {
            words: words(text),
            seat: SeatNo(seat),
            kind: SaidKind::Share,
            flow: Flow::at_rest(),
        },
    )
}
