//! Many rooms in which one person shares.

use crate::figures::{Times, resident_kib};
use hearth_client::{CircleOptions, Client, ConnectionOptions, Event, Events, Join, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::message::{MessageCommand, MessageFact};
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{Fact, Text};
use hearth_tests::members::command;
use hearth_tests::process::Process;
use hearth_tests::rng::Rng;
use serde_json::json;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const WITHIN: Duration = Duration::from_secs(30);
/// About as long as people's shares.
const WORDS: &str = "I did not think that I would say this tonight, but it has been a long week, \
                     and it helps to hear that I am not the only one who lies awake at four.";

pub(crate) type Failed = Box<dyn Error + Send + Sync>;

/// A room with one speaker.
pub(crate) struct Room {
    pub(crate) speaker: Client,
    /// Everyone's connection, the speaker's first.
    pub(crate) everyone: Vec<Events>,
    /// Everyone else's client: dropping one disconnects it.
    pub(crate) listeners: Vec<Client>,
}

/// One share: the time to its answer, the time until it had reached everyone, and the bytes of all
/// its frames.
struct Shared {
    answered: Duration,
    seen: Duration,
    bytes: usize,
}

/// Has one person in each room share again and again, and prints how long that takes and how many
/// bytes each delivery has.
pub(crate) async fn measure(
    server: &Process,
    rooms: usize,
    per_room: usize,
    every: Duration,
    during: Duration,
    sync: &Times,
) -> Result<(), Box<dyn Error>> {
    let process = server.id().ok_or("the server isn't running")?;
    let mut opened = Vec::new();
    for _ in 0..rooms {
        let mut room = open(server, per_room).await.map_err(|error| error.to_string())?;
        begin(&mut room).await.map_err(|error| error.to_string())?;
        opened.push(room);
    }
    let mut rng = Rng::seeded(7);
    let mut speaking = JoinSet::new();
    let began = Instant::now();
    for room in opened {
        let first = rng.up_to(every);
        speaking.spawn(async move {
            tokio::time::sleep(first).await;
            speak(room, every, began + during).await
        });
    }
    let mut all = Vec::new();
    while let Some(spoken) = speaking.join_next().await {
        all.extend(spoken?.map_err(|error| error.to_string())?);
    }
    let per_second = all.len() as f64 / began.elapsed().as_secs_f64();
    let bytes: usize = all.iter().map(|shared| shared.bytes).sum();
    let per_delivery = bytes as f64 / (all.len() * per_room).max(1) as f64;
    let seen = Times::of(all.iter().map(|shared| shared.seen).collect());
    let answered = Times::of(all.iter().map(|shared| shared.answered).collect());
    let ratio = |percent| {
        seen.percentile(percent).as_secs_f64() / sync.percentile(percent).as_secs_f64().max(1e-9)
    };
    println!("rooms                 {rooms} of {per_room}, {per_second:.0} shares per second");
    println!("seen by all {per_room:<10}{seen}");
    println!("answered              {answered}");
    println!("the disk's own sync   {sync}");
    println!("seen / sync           p50 {:.1}  p99 {:.1}", ratio(50), ratio(99));
    println!("bytes per delivery    {per_delivery:.0}, of them {} of words", WORDS.len());
    println!("resident              {} KiB", resident_kib(process)?);
    Ok(())
}

/// Opens a room with a facilitator, who speaks, and participants.
pub(crate) async fn open(server: &Process, per_room: usize) -> Result<Room, Failed> {
    let links = make_circle(&server.origin(), CircleOptions::titled("Load")).await?;
    let options =
        ConnectionOptions { event_buffer: 2_048, raw_frames: true, ..ConnectionOptions::default() };
    let join = Join::by_link(&links.link(LinkRole::Facilitator)).name("Speaker").options(options);
    let (speaker, events) = join.connect().await?;
    let (mut everyone, mut listeners) = (vec![events], Vec::new());
    for number in 1..per_room {
        let join = Join::by_link(&links.link(LinkRole::Participant));
        let join = join.name(format!("Listener {number}")).options(options);
        let (listener, events) = join.connect().await?;
        listeners.push(listener);
        everyone.push(events);
    }
    Ok(Room { speaker, everyone, listeners })
}

/// Gives the speaker the turn, and forgets what everyone received until then.
async fn begin(room: &mut Room) -> Result<(), Failed> {
    let Room { speaker, everyone, .. } = room;
    speaker.command(command("open_round", &json!({}))).await?;
    speaker.command(TurnCommand::Take { turn_id: speaker.current_turn_id() }).await?;
    for events in everyone {
        while events.try_next()?.is_some() {}
    }
    Ok(())
}

async fn speak(mut room: Room, every: Duration, until: Instant) -> Result<Vec<Shared>, Failed> {
    let mut all = Vec::new();
    while Instant::now() < until {
        let turn_id = room.speaker.current_turn_id();
        let share = MessageCommand::Share { turn_id, text: Text::plain(WORDS) };
        let began = Instant::now();
        let speaker = room.speaker.clone();
        let answering =
            tokio::spawn(async move { (speaker.command(share).await, began.elapsed()) });
        let (mut seen, mut bytes) = (Duration::ZERO, 0);
        for events in &mut room.everyone {
            // Asked one after the other: the time of the last one counts.
            let mut raw = 0;
            let arrived = events.find(WITHIN, |event| match event {
                Event::Raw(text) => {
                    raw = text.len();
                    None
                }
                Event::Decision { facts, .. } => facts.iter().any(is_said).then(|| began.elapsed()),
                _ => None,
            });
            seen = seen.max(arrived.await?);
            bytes += raw;
        }
        let (done, answered) = answering.await?;
        done?;
        all.push(Shared { answered, seen, bytes });
        tokio::time::sleep(every.saturating_sub(began.elapsed())).await;
    }
    Ok(all)
}

fn is_said(fact: &Fact) -> bool {
    matches!(fact, Fact::Message(MessageFact::Said { .. }))
}
