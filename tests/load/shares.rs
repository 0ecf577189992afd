//! Many rooms in which somebody speaks.

use crate::figures::{Times, resident_kib};
use hearth_client::{Client, Events, Happening, Join, NewLinks, Ways, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::{EventFrame, Outcome};
use hearth_protocol::{Command, CommandId, RoomEvent, ServerFrame, Text, WordsId};
use hearth_tests::lot::Lot;
use hearth_tests::process::Process;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use uuid::Uuid;

const WITHIN: Duration = Duration::from_secs(30);
/// About as long as people's shares are.
const WORDS: &str = "I did not think that I would say this tonight, but it has been a long week, \
                     and it helps to hear that I am not the only one who lies awake at four.";

type Failed = Box<dyn Error + Send + Sync>;

/// A room with somebody who speaks, and all who listen.
struct Room {
    speaker: Client,
    everybody: Vec<Events>,
    /// Their lines are open as long as these are there.
    _listeners: Vec<Client>,
}

/// Has one person in each room share, again and again, and prints how long that takes to be seen.
pub(crate) async fn measure(
    server: &Process,
    rooms: usize,
    per_room: usize,
    every: Duration,
    during: Duration,
    sync: &Times,
) -> Result<(), Box<dyn Error>> {
    let process = server.id().ok_or("the server does not run")?;
    let mut opened = Vec::new();
    for _ in 0..rooms {
        opened.push(open(server, per_room).await.map_err(|error| error.to_string())?);
    }
    let mut lot = Lot::seeded(7);
    let mut speaking = JoinSet::new();
    let began = Instant::now();
    for room in opened {
        let first = lot.up_to(every);
        speaking.spawn(async move {
            tokio::time::sleep(first).await;
            speak(room, every, began + during).await
        });
    }
    let (mut seen, mut answered) = (Vec::new(), Vec::new());
    while let Some(spoken) = speaking.join_next().await {
        let spoken = spoken?.map_err(|error| error.to_string())?;
        for (answer, all) in spoken {
            answered.push(answer);
            seen.push(all);
        }
    }
    let a_second = seen.len() as f64 / began.elapsed().as_secs_f64();
    let (seen, answered) = (Times::of(seen), Times::of(answered));
    let ratio = |percent| {
        seen.percentile(percent).as_secs_f64() / sync.percentile(percent).as_secs_f64().max(1e-9)
    };
    println!("rooms                 {rooms} of {per_room}, {a_second:.0} shares in a second");
    println!("seen by all {per_room:<10}{seen}");
    println!("answered              {answered}");
    println!("the disk's own sync   {sync}");
    println!("seen / sync           p50 {:.1}  p99 {:.1}", ratio(50), ratio(99));
    println!("resident              {} KiB", resident_kib(process)?);
    Ok(())
}

async fn open(server: &Process, per_room: usize) -> Result<Room, Failed> {
    let links = make_circle(&server.origin(), NewLinks::titled("Load")).await?;
    let ways = Ways { events_max: 256, ..Ways::default() };
    let join = Join::by_link(&links.link(LinkRole::Facilitator)).name("Speaker").ways(ways);
    let (speaker, events) = join.come_in().await?;
    let (mut everybody, mut listeners) = (vec![events], Vec::new());
    for number in 1..per_room {
        let join = Join::by_link(&links.link(LinkRole::Participant));
        let join = join.name(format!("Listener {number}")).ways(ways);
        let (listener, events) = join.come_in().await?;
        listeners.push(listener);
        everybody.push(events);
    }
    speaker.command(serde_json::from_str(r#"{"open_round":{}}"#)?).await?;
    speaker.command(Command::Take { r#move: speaker.current_move() }).await?;
    // What came until here is not measured.
    for events in &mut everybody {
        while events.try_next()?.is_some() {}
    }
    Ok(Room { speaker, everybody, _listeners: listeners })
}

/// Returns, for each share, how long its answer took, and how long until everybody had seen it.
async fn speak(
    mut room: Room,
    every: Duration,
    until: Instant,
) -> Result<Vec<(Duration, Duration)>, Failed> {
    let mut times = Vec::new();
    while Instant::now() < until {
        let id = CommandId(Uuid::new_v4());
        let share =
            Command::Share { r#move: room.speaker.current_move(), text: Text::plain(WORDS) };
        let began = Instant::now();
        let speaker = room.speaker.clone();
        let asking = tokio::spawn(async move {
            let outcome = speaker.command_as(id, share).await;
            (outcome, began.elapsed())
        });
        let mut last = Duration::ZERO;
        for events in &mut room.everybody {
            // Asked one after the other: the last to have seen it is whose time counts.
            let arrived = events.find(WITHIN, |happening| said(happening, WordsId(id.0), began));
            last = last.max(arrived.await?);
        }
        let (outcome, answered) = asking.await?;
        match outcome? {
            Outcome::Ok(_) => times.push((answered, last)),
            other => return Err(format!("a share was not taken: {other:?}").into()),
        }
        tokio::time::sleep(every.saturating_sub(began.elapsed())).await;
    }
    Ok(times)
}

fn said(happening: &Happening, id: WordsId, began: Instant) -> Option<Duration> {
    let Happening::Frame { frame, .. } = happening else { return None };
    match &**frame {
        ServerFrame::Event(EventFrame::Room { event: RoomEvent::Said { words, .. }, .. })
            if words.id == id =>
        {
            Some(began.elapsed())
        }
        _ => None,
    }
}
