//! Bytes of each kind of frame in one room.

use hearth_client::{
    CircleOptions, Client, ConnectionOptions, Event, Events, Join, View, make_circle,
};
use hearth_protocol::api::LinkRole;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{ServerFrame, Text};
use hearth_tests::members::command;
use hearth_tests::process::Process;
use serde_json::json;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

const WITHIN: Duration = Duration::from_secs(30);

type Failed = Box<dyn Error + Send + Sync>;

/// Everyone in a room.
struct Room {
    facilitator: Client,
    /// Everyone else.
    others: Vec<Client>,
    /// Everyone's connection, the facilitator's first.
    everyone: Vec<Events>,
}

/// Deliveries of one kind of frame.
#[derive(Debug, Default)]
struct Deliveries {
    count: usize,
    bytes: usize,
    max: usize,
}

impl Deliveries {
    fn add(&mut self, bytes: usize) {
        self.count += 1;
        self.bytes += bytes;
        self.max = self.max.max(bytes);
    }

    fn mean(&self) -> usize {
        self.bytes / self.count.max(1)
    }
}

/// Runs a go-round in one room, and prints the bytes of every kind of frame that its people
/// received.
pub(crate) async fn measure(server: &Process, per_room: usize) -> Result<(), Box<dyn Error>> {
    let mut room = open(server, per_room).await.map_err(|error| error.to_string())?;
    go_round(&room).await.map_err(|error| error.to_string())?;
    let mut kinds: BTreeMap<String, Deliveries> = BTreeMap::new();
    let mut all = Deliveries::default();
    for events in &mut room.everyone {
        while let Some(event) = events.try_next()? {
            let Event::Raw(text) = event else { continue };
            let kind = kind(&ServerFrame::parse(&text)?);
            if kind.starts_with(char::is_lowercase) {
                all.add(text.len());
            }
            kinds.entry(kind).or_default().add(text.len());
        }
    }
    println!("one room of {per_room}");
    println!("{:>9} {:>8} {:>8}  frame", "count", "mean", "max");
    for (kind, found) in &kinds {
        println!("{:>9} {:>8} {:>8}  {kind}", found.count, found.mean(), found.max);
    }
    println!(
        "{:>9} {:>8} {:>8}  all decisions: bytes per delivery",
        all.count,
        all.mean(),
        all.max
    );
    Ok(())
}

async fn open(server: &Process, per_room: usize) -> Result<Room, Failed> {
    let links = make_circle(&server.origin(), CircleOptions::titled("Load")).await?;
    let options =
        ConnectionOptions { event_buffer: 2_048, raw_frames: true, ..ConnectionOptions::default() };
    let join = Join::by_link(&links.link(LinkRole::Facilitator)).name("Speaker").options(options);
    let (facilitator, events) = join.connect().await?;
    let (mut everyone, mut others) = (vec![events], Vec::new());
    for number in 1..per_room {
        let join = Join::by_link(&links.link(LinkRole::Participant));
        let join = join.name(format!("Listener {number}")).options(options);
        let (client, events) = join.connect().await?;
        others.push(client);
        everyone.push(events);
    }
    Ok(Room { facilitator, others, everyone })
}

/// Everyone takes the turn once, shares, and finishes.
async fn go_round(room: &Room) -> Result<(), Failed> {
    room.facilitator.command(command("open_round", &json!({}))).await?;
    for client in std::iter::once(&room.facilitator).chain(&room.others) {
        client.wait_for(WITHIN, View::is_offered_turn).await?;
        let turn_id = || client.current_turn_id();
        client.command(TurnCommand::Take { turn_id: turn_id() }).await?;
        let text = Text::plain("I am glad to be here.");
        client.command(MessageCommand::Share { turn_id: turn_id(), text }).await?;
        client.command(TurnCommand::Finish { turn_id: turn_id(), to: None }).await?;
    }
    for client in &room.others {
        caught_up(client, &room.facilitator).await?;
    }
    Ok(())
}

async fn caught_up(client: &Client, with: &Client) -> Result<(), Failed> {
    let last = with.view().snapshot.cursor.room;
    Ok(client.wait_for(WITHIN, |view| view.snapshot.cursor.room >= last).await?)
}

/// Returns a decision's audience and facts, or for any other frame its name, capitalised.
fn kind(frame: &ServerFrame) -> String {
    match frame {
        ServerFrame::Decision(frame) => {
            let audience = match (frame.room, frame.hosts) {
                (Some(_), _) => "room",
                (None, Some(_)) => "hosts",
                (None, None) => "own",
            };
            let facts = frame.known_facts().map(|fact| fact.name());
            std::iter::once(audience.to_owned()).chain(facts).collect::<Vec<_>>().join(" ")
        }
        ServerFrame::Notice(hearth_protocol::frame::Notice::Welcome(_)) => "Welcome".to_owned(),
        ServerFrame::Notice(_) => "Notice".to_owned(),
        ServerFrame::Answer(_) => "Answer".to_owned(),
    }
}
