//! The servers to compare, each as its own process on a core of its own, and how to join a room on
//! them. All get the same bytes from clients.

use crate::floor::{DELIVERY_FILE, WELCOME_FILE};
use crate::machine::{self, GENERATOR_CORE, SERVER_CORE, Used};
use crate::wire::{Socket, TEXT, client_frame, write_now};
use clap::ValueEnum;
use hearth_client::{CircleOptions, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::{EntryKey, SeatKey};
use hearth_protocol::limits::{SEATS_FOR_HOSTS, SEATS_MAX};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::presence::Stance;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{CircleId, ClientFrame, Command, CommandId, Hello, Text, TurnId};
use hearth_tests::members::command;
use hearth_tests::process::Process;
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

/// About as long as people's shares.
const WORDS: &str = "I did not think that I would say this tonight, but it has been a long week, \
                     and it helps to hear that I am not the only one who lies awake at four.";

/// The first person hosts. In a full room only hosts get the last seats.
const FOR_HOSTS_FROM: usize = (SEATS_MAX - SEATS_FOR_HOSTS) as usize;

/// All connections come from one address, and there are more than an operator would allow.
pub(crate) const SETTINGS: &[(&str, &str)] = &[
    ("LOG_LEVEL", "warn"),
    ("LIMITS__CONNECTIONS_MAX", "1000000"),
    ("LIMITS__CONNECTIONS_PER_ADDRESS_MAX", "1000000"),
    ("LIMITS__WEBSOCKETS_PER_ADDRESS_MAX", "1000000"),
    ("LIMITS__HANDSHAKES_IN_FLIGHT_MAX", "100000"),
    ("LIMITS__WEBSOCKETS_PER_MINUTE_PER_ADDRESS", "1000000"),
    ("LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", "1000000"),
    ("LIMITS__CIRCLES_PER_HOUR_PER_ADDRESS", "1000000"),
    ("LIMITS__ROOMS_MAX", "1000000"),
    ("LIMITS__COMMANDS_PER_SECOND_PER_SEAT", "10000"),
    ("LIMITS__COMMANDS_BURST_PER_SEAT", "10000"),
    ("LIMITS__COMMANDS_PER_SECOND_PER_ROOM", "100000"),
];

/// A server to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Hearth,
    Floor,
    GroupCommit,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hearth => "hearth",
            Self::Floor => "floor",
            Self::GroupCommit => "group-commit",
        }
    }
}

/// What Hearth sends in a room of some size, for the floor to repeat.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frames {
    pub(crate) welcome: Vec<u8>,
    pub(crate) delivery: Vec<u8>,
}

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) kind: Kind,
    process: Process,
    _data: TempDir,
}

/// A circle, and the keys to join it as.
#[derive(Debug, Clone)]
pub(crate) struct Circle {
    id: CircleId,
    facilitator: EntryKey,
    participant: EntryKey,
}

impl Target {
    /// Starts a server on its core, with a new data folder in `folder`. `hearth` is Hearth's binary.
    pub(crate) fn start(
        kind: Kind,
        hearth: &Path,
        folder: &Path,
        frames: &Frames,
    ) -> io::Result<Self> {
        let data = tempfile::tempdir_in(folder)?;
        let mut process = if kind == Kind::Hearth {
            Process::new(hearth, data.path(), SETTINGS)
        } else {
            std::fs::write(data.path().join(WELCOME_FILE), &frames.welcome)?;
            std::fs::write(data.path().join(DELIVERY_FILE), &frames.delivery)?;
            let this = std::env::current_exe()?;
            Process::new(&this, data.path(), &[]).with_arguments(&[OsStr::new(kind.name())])
        };
        machine::stay_on(SERVER_CORE)?;
        let started = process.start();
        machine::stay_on(GENERATOR_CORE)?;
        started?;
        Ok(Self { kind, process, _data: data })
    }

    /// Returns what the server has used so far.
    pub(crate) fn used(&self) -> io::Result<Used> {
        let id = self.process.id().ok_or_else(|| io::Error::other("the server isn't running"))?;
        machine::used(id)
    }

    /// Returns the server's log.
    pub(crate) fn logged(&self) -> String {
        self.process.logged()
    }

    /// Returns how to reach the server.
    pub(crate) fn door(&self) -> Door {
        let (origin, address) = (self.process.origin(), self.process.address());
        Door { has_circles: self.kind == Kind::Hearth, origin, address }
    }
}

/// How to reach a server.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) has_circles: bool,
    pub(crate) origin: hearth_client::Origin,
    pub(crate) address: std::net::SocketAddr,
}

impl Door {
    /// Creates a circle. Servers other than Hearth need none, and take any.
    pub(crate) async fn circle(&self) -> io::Result<Circle> {
        if !self.has_circles {
            let (id, key) = (CircleId(Uuid::new_v4()), EntryKey::from_bytes([7; 32]));
            return Ok(Circle { id, facilitator: key, participant: key });
        }
        let links = make_circle(&self.origin, CircleOptions::titled("Load")).await;
        let links = links.map_err(io::Error::other)?;
        let key = |role| links.link(role).secret().entry_key();
        let (facilitator, participant) = (key(LinkRole::Facilitator), key(LinkRole::Participant));
        Ok(Circle { id: links.circle(), facilitator, participant })
    }

    /// Joins a circle as the person with this number in its room, and returns the welcome too.
    pub(crate) async fn join(
        &self,
        circle: &Circle,
        number: usize,
    ) -> io::Result<(Socket, Vec<u8>)> {
        let mut socket = Socket::open(self.address).await?;
        let hello = hello(circle, number == 0 || number >= FOR_HOSTS_FROM)
            .to_text()
            .map_err(io::Error::other)?;
        write_now(&socket.writer, &client_frame(TEXT, hello.as_bytes()))?;
        let welcome = socket.next_text().await?;
        if !welcome.starts_with(br#"{"welcome":"#) {
            let got = String::from_utf8_lossy(&welcome).into_owned();
            return Err(io::Error::other(format!("not welcomed: {got}")));
        }
        Ok((socket, welcome))
    }

    /// Opens a round and takes the turn, and returns the frame of a share in it.
    pub(crate) async fn begin(&self, speaker: &mut Socket) -> io::Result<ShareFrame> {
        if !self.has_circles {
            return ShareFrame::new(TurnId::default());
        }
        ask(speaker, command("open_round", &json!({})))?;
        let offered = turn(speaker, "offered").await?;
        ask(speaker, TurnCommand::Take { turn_id: offered }.into())?;
        ShareFrame::new(turn(speaker, "held").await?)
    }
}

fn hello(circle: &Circle, host: bool) -> ClientFrame {
    let mut key = [0; 32];
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    for (place, byte) in key.iter_mut().zip(one.as_bytes().iter().chain(other.as_bytes())) {
        *place = *byte;
    }
    ClientFrame::Hello(Box::new(Hello {
        circle: circle.id,
        seat_key: SeatKey::from_bytes(key),
        entry_key: Some(if host { circle.facilitator } else { circle.participant }),
        name: Some(Text::plain("Somebody")),
        stance: Stance::Sharing,
        resume: None,
        new_seat_key: None,
    }))
}

fn ask(socket: &Socket, command: Command) -> io::Result<()> {
    let (id, command) = (CommandId::new(Uuid::new_v4()), Box::new(command));
    let text = ClientFrame::Command { id, command }.to_text().map_err(io::Error::other)?;
    write_now(&socket.writer, &client_frame(TEXT, text.as_bytes()))
}

/// Waits until the token is `offered` or `held`, and returns the id of that turn.
async fn turn(socket: &mut Socket, state: &str) -> io::Result<TurnId> {
    loop {
        let text = socket.next_text().await?;
        let frame: Value = serde_json::from_slice(&text)?;
        if frame.get("refused").is_some() {
            return Err(io::Error::other(format!("refused: {frame}")));
        }
        let turn = frame.pointer("/patch/turn");
        let token = turn.and_then(|turn| turn.pointer("/token")?.get(state));
        if token.is_some_and(|token| !token.is_null()) {
            let id = turn.and_then(|turn| turn.get("turn_id")).cloned().unwrap_or_default();
            return Ok(serde_json::from_value(id)?);
        }
    }
}

/// The frame of a command that shares [`WORDS`], with a new id each time.
#[derive(Debug)]
pub(crate) struct ShareFrame {
    bytes: Vec<u8>,
    number: u64,
    /// Where the last digits of the id are.
    digits: std::ops::Range<usize>,
}

impl ShareFrame {
    fn new(turn_id: TurnId) -> io::Result<Self> {
        let (id, text) = (CommandId::new(Uuid::nil()), Text::plain(WORDS));
        let command = Box::new(MessageCommand::Share { turn_id, text }.into());
        let text = ClientFrame::Command { id, command }.to_text().map_err(io::Error::other)?;
        let nil = Uuid::nil().to_string();
        let place = text.find(&nil).ok_or_else(|| io::Error::other("a command has an id"))?;
        let bytes = client_frame(TEXT, text.as_bytes());
        let end = bytes.len() - text.len() + place + nil.len();
        Ok(Self { bytes, number: 0, digits: end - 12..end })
    }

    /// Returns the bytes of the next share.
    pub(crate) fn next(&mut self) -> &[u8] {
        self.number += 1;
        let digits = format!("{:012x}", self.number);
        if let Some(place) = self.bytes.get_mut(self.digits.clone()) {
            place.copy_from_slice(digits.as_bytes());
        }
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::CIRCLE;

    #[test]
    fn each_share_has_an_id_of_its_own() {
        let mut share = ShareFrame::new(TurnId::default()).unwrap();
        let mut id = || {
            let bytes = share.next().to_vec();
            let payload = bytes.iter().position(|byte| *byte == b'{').unwrap();
            match ClientFrame::parse(std::str::from_utf8(&bytes[payload..]).unwrap()) {
                Ok(ClientFrame::Command { id, .. }) => id,
                other => panic!("{other:?}"),
            }
        };
        assert_ne!(id(), id());
    }

    #[test]
    fn the_floor_finds_the_circle_in_a_hello() {
        let key = EntryKey::from_bytes([7; 32]);
        let circle = Circle { id: CircleId(Uuid::new_v4()), facilitator: key, participant: key };
        let hello = hello(&circle, true).to_text().unwrap();
        assert_eq!(hello.get(CIRCLE), Some(circle.id.to_string().as_str()));
    }
}
