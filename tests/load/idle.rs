//! Many connected people who send nothing.

use crate::figures::{Times, resident_kib};
use hearth_client::{CircleOptions, Connection, Incoming, Links, Origin, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::presence::Stance;
use hearth_protocol::{ClientFrame, Hello, Text};
use hearth_tests::process::Process;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const WITHIN: Duration = Duration::from_secs(60);
/// Time to let the server become idle.
const REST: Duration = Duration::from_secs(5);

/// Connects `connections` people and prints their memory use.
pub(crate) async fn measure(
    server: &Process,
    connections: usize,
    per_room: usize,
    at_once: usize,
) -> Result<(), Box<dyn Error>> {
    let process = server.id().ok_or("the server isn't running")?;
    let origin = server.origin();
    let mut circles = Vec::new();
    for number in 0..connections.div_ceil(per_room) {
        circles
            .push(Arc::new(make_circle(&origin, CircleOptions::titled(number.to_string())).await?));
    }
    let before = resident_kib(process)?;
    let gate = Arc::new(Semaphore::new(at_once));
    let began = Instant::now();
    let mut joining = JoinSet::new();
    for number in 0..connections {
        let links = Arc::clone(circles.get(number / per_room).ok_or("a circle is missing")?);
        let (gate, origin) = (Arc::clone(&gate), origin.clone());
        joining.spawn(async move {
            let _permit = gate.acquire_owned().await.map_err(|error| error.to_string())?;
            join(&origin, &links, number % per_room == 0).await
        });
    }
    let (mut times, mut open) = (Vec::new(), Vec::new());
    while let Some(joined) = joining.join_next().await {
        let (connection, time) = joined??;
        times.push(time);
        open.push(tokio::spawn(keep_reading(connection)));
    }
    let took = began.elapsed();
    tokio::time::sleep(REST).await;
    let after = resident_kib(process)?;
    let lost = open.iter().filter(|connection| connection.is_finished()).count();
    if lost > 0 {
        return Err(format!("{lost} connections were lost: {}", server.logged()).into());
    }
    let each = after.saturating_sub(before) as f64 / connections as f64;
    println!("connections        {connections} in rooms of {per_room}");
    println!("resident before    {before} KiB");
    println!("resident after     {after} KiB");
    println!("per connection     {each:.1} KiB, including its share of its room");
    println!("joins per second   {:.0}", connections as f64 / took.as_secs_f64());
    println!("time of one join   {}", Times::of(times));
    Ok(())
}

async fn join(
    origin: &Origin,
    links: &Links,
    facilitator: bool,
) -> Result<(Connection, Duration), String> {
    let role = if facilitator { LinkRole::Facilitator } else { LinkRole::Participant };
    let link = links.link(role);
    let (one, other) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let mut key = [0; 32];
    for (place, byte) in key.iter_mut().zip(one.as_bytes().iter().chain(other.as_bytes())) {
        *place = *byte;
    }
    let hello = Hello {
        circle: link.circle(),
        seat_key: SeatKey::from_bytes(key),
        entry_key: Some(link.secret().entry_key()),
        name: Some(Text::plain("Somebody")),
        stance: Stance::Sharing,
        resume: None,
        new_seat_key: None,
    };
    let began = Instant::now();
    let mut connection =
        Connection::open(origin, WITHIN).await.map_err(|error| error.to_string())?;
    connection.send(&ClientFrame::Hello(Box::new(hello))).map_err(|error| error.to_string())?;
    match connection.next().await {
        Incoming::Text(_) => Ok((connection, began.elapsed())),
        Incoming::Closed(code) => Err(format!("not welcomed: {code:?}")),
    }
}

/// Answers pings, and reads the frames that others cause.
async fn keep_reading(mut connection: Connection) {
    while !matches!(connection.next().await, Incoming::Closed(_)) {}
}
