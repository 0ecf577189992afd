//! A scripted server.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(unreachable_pub, reason = "a module of tests")]

use futures_util::{SinkExt, StreamExt};
use hearth_client::{Join, Link, Origin};
use hearth_protocol::frame::{Answer, AudienceFrame, Done, Notice, Outcome, Page, Welcome};
use hearth_protocol::keys::Secret;
use hearth_protocol::limits::LIMITS;
use hearth_protocol::message::{Message as Said, MessageFact, MessageKind};
use hearth_protocol::presence::{Person, Presence, PresenceFact, Role, Stance};
use hearth_protocol::queue::Queue;
use hearth_protocol::session::{Phase, SessionState};
use hearth_protocol::settings::Pace;
use hearth_protocol::turn::{Token, TurnState};
use hearth_protocol::view::{CircleView, SeatView};
use hearth_protocol::{
    CircleId, ClientFrame, CloseCode, CommandId, Cursor, Epoch, Fact, Hello, Keyed, MessageNo,
    RoomId, RoomView, SUBPROTOCOL, SeatNo, ServerFrame, Settings, Snapshot, Text, TextId,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
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
const TIMEOUT: Duration = Duration::from_secs(10);

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
    pub async fn accept(&self) -> FakeConnection {
        let (stream, _) = timeout(TIMEOUT, self.listener.accept()).await.unwrap().unwrap();
        let speaks = |request: &Request, mut response: Response| {
            assert_eq!(request.headers()["sec-websocket-protocol"], SUBPROTOCOL);
            response.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
            Ok(response)
        };
        FakeConnection(accept_hdr_async(stream, speaks).await.unwrap())
    }

    pub async fn nobody_connects(&self, within: Duration) {
        assert!(timeout(within, self.listener.accept()).await.is_err(), "someone connected");
    }

    pub async fn raw(&self) -> TcpStream {
        timeout(TIMEOUT, self.listener.accept()).await.unwrap().unwrap().0
    }
}

pub struct FakeConnection(WebSocketStream<TcpStream>);

impl FakeConnection {
    pub async fn read(&mut self) -> ClientFrame {
        let message = timeout(TIMEOUT, self.0.next()).await.unwrap().unwrap().unwrap();
        ClientFrame::parse(message.to_text().unwrap()).unwrap()
    }

    pub async fn hello(&mut self) -> Hello {
        match self.read().await {
            ClientFrame::Hello(hello) => *hello,
            other => panic!("the first frame is not a hello: {other:?}"),
        }
    }

    pub async fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn send(&mut self, frame: &ServerFrame) {
        self.send_text(&serde_json::to_string(frame).unwrap()).await;
    }

    /// Welcomes the one person in the room, after this many frames to the room.
    pub async fn welcome(&mut self, room: u64) {
        self.welcome_with(snapshot(room)).await;
    }

    pub async fn welcome_with(&mut self, snapshot: Snapshot) {
        self.send(&welcome(Some(snapshot))).await;
    }

    pub async fn resumed(&mut self) {
        self.send(&welcome(None)).await;
    }

    pub async fn ok(&mut self, id: CommandId) {
        self.answer(id, Outcome::Ok(Done { at: 9, message: None })).await;
    }

    pub async fn answer(&mut self, id: CommandId, outcome: Outcome) {
        self.send(&ServerFrame::Answer(Answer { re: Some(id), outcome })).await;
    }

    pub async fn close(&mut self, code: CloseCode) {
        let frame = CloseFrame { code: code.code().into(), reason: code.reason().into() };
        self.0.send(Message::Close(Some(frame))).await.unwrap();
    }

    pub async fn is_closed(&mut self) -> bool {
        match timeout(TIMEOUT, self.0.next()).await.unwrap() {
            None | Some(Err(_)) => true,
            Some(Ok(message)) => message.is_close(),
        }
    }

    pub async fn is_silent(&mut self, within: Duration) -> bool {
        timeout(within, self.0.next()).await.is_err()
    }
}

fn welcome(snapshot: Option<Snapshot>) -> ServerFrame {
    let welcome = Welcome { seat: SEAT, epoch: EPOCH, now: 1_000, limits: LIMITS, snapshot };
    ServerFrame::Notice(Notice::Welcome(Box::new(welcome)))
}

fn new_text_id() -> TextId {
    TextId(Uuid::new_v4())
}

fn person(name: TextId) -> Person {
    Person { name, role: Role::Participant, stance: Stance::Sharing, presence: Presence::Here }
}

pub fn snapshot(room: u64) -> Snapshot {
    let (title, name) = (new_text_id(), new_text_id());
    let circle = CircleView {
        id: CircleId(Uuid::from_u128(5)),
        title,
        agreements: None,
        settings: Settings::default(),
        timers: Pace::Usual.timers(),
    };
    let session = SessionState {
        phase: Phase::Gathering,
        opened_at: 1,
        closes_at: None,
        pause: None,
        no_host: None,
        empty_until: None,
        moderators_act: false,
    };
    let room_view = RoomView {
        id: RoomId(Uuid::from_u128(6)),
        circle,
        session,
        people: [(SEAT, person(name))].into_iter().collect(),
        turn: TurnState { turn_id: 1, token: Token::CENTRE },
        round: None,
        queue: Queue::empty(),
        silence: None,
    };
    Snapshot {
        seat: SEAT,
        cursor: Cursor { room, own: 0, hosts: None },
        room: room_view,
        messages: Keyed::default(),
        earlier: false,
        hosts: None,
        own: SeatView::empty(),
        texts: [(title, Text::plain("Tuesday")), (name, Text::plain("Ana"))].into_iter().collect(),
    }
}

/// Returns a snapshot with these messages; the server has earlier ones.
pub fn snapshot_with_messages(room: u64, numbers: std::ops::Range<u32>) -> Snapshot {
    let Page { messages, texts, .. } = page(numbers, true);
    let mut snapshot = Snapshot { messages, earlier: true, ..snapshot(room) };
    snapshot.texts.extend(texts);
    snapshot
}

pub fn page(numbers: std::ops::Range<u32>, earlier: bool) -> Page {
    let mut page = Page { messages: Keyed::default(), earlier, texts: BTreeMap::new() };
    for number in numbers {
        let id = new_text_id();
        page.messages.insert(MessageNo(number), message(SEAT, id));
        page.texts.insert(id, Text::plain(format!("message {number}")));
    }
    page
}

fn message(seat: SeatNo, text: TextId) -> Said {
    Said {
        seat,
        kind: MessageKind::Share,
        round: 1,
        at: 5,
        text,
        taken_back: false,
        hidden: false,
        gestures: Keyed::default(),
    }
}

/// Returns an empty frame to the room.
pub fn room_frame(room: u64) -> AudienceFrame {
    AudienceFrame {
        room: Some(room),
        hosts: None,
        own: None,
        at: 5,
        facts: Vec::new(),
        patch: None,
        messages: BTreeMap::new(),
        texts: BTreeMap::new(),
    }
}

pub fn decision(frame: AudienceFrame) -> ServerFrame {
    ServerFrame::Decision(Box::new(frame))
}

fn fact(fact: impl Into<Fact>) -> Vec<Value> {
    vec![serde_json::to_value(fact.into()).unwrap()]
}

pub fn joined(room: u64, seat: u16, name: &str) -> ServerFrame {
    let id = new_text_id();
    decision(AudienceFrame {
        facts: fact(PresenceFact::Joined { seat: SeatNo(seat) }),
        patch: Some(json!({ "people": { seat.to_string(): person(id) } })),
        texts: [(id, Some(Text::plain(name)))].into_iter().collect(),
        ..room_frame(room)
    })
}

pub fn said(room: u64, seat: u16, number: u32, text: &str) -> ServerFrame {
    let id = new_text_id();
    let message = serde_json::to_value(message(SeatNo(seat), id)).unwrap();
    decision(AudienceFrame {
        facts: fact(MessageFact::Said { message: MessageNo(number) }),
        messages: [(MessageNo(number), message)].into_iter().collect(),
        texts: [(id, Some(Text::plain(text)))].into_iter().collect(),
        ..room_frame(room)
    })
}
