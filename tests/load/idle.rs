//! Many who are there and say nothing.

use crate::figures::{Times, resident_kib};
use hearth_client::{Incoming, Line, Links, NewLinks, Origin, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{ClientFrame, Hello, Stance, Text};
use hearth_tests::process::Process;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const WITHIN: Duration = Duration::from_secs(60);
/// For what is under way to come to rest.
const REST: Duration = Duration::from_secs(5);

/// Joins `connections` people and prints what they cost.
pub(crate) async fn measure(
    server: &Process,
    connections: usize,
    per_room: usize,
    at_once: usize,
) -> Result<(), Box<dyn Error>> {
    let process = server.id().ok_or("the server does not run")?;
    let origin = server.origin();
    let mut circles = Vec::new();
    for number in 0..connections.div_ceil(per_room) {
        circles.push(Arc::new(make_circle(&origin, NewLinks::titled(number.to_string())).await?));
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
    let (mut times, mut lines) = (Vec::new(), Vec::new());
    while let Some(joined) = joining.join_next().await {
        let (line, time) = joined??;
        times.push(time);
        // Pings are answered, and what others do is read.
        lines.push(tokio::spawn(stay(line)));
    }
    let took = began.elapsed();
    tokio::time::sleep(REST).await;
    let after = resident_kib(process)?;
    let lost = lines.iter().filter(|line| line.is_finished()).count();
    if lost > 0 {
        return Err(format!("{lost} lines were lost: {}", server.logged()).into());
    }
    let each = after.saturating_sub(before) as f64 / connections as f64;
    println!("connections        {connections} in rooms of {per_room}");
    println!("resident before    {before} KiB");
    println!("resident after     {after} KiB");
    println!("for each           {each:.1} KiB, its share of its room included");
    println!("joins in a second  {:.0}", connections as f64 / took.as_secs_f64());
    println!("time of one join   {}", Times::of(times));
    Ok(())
}

async fn join(
    origin: &Origin,
    links: &Links,
    facilitator: bool,
) -> Result<(Line, Duration), String> {
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
    let mut line = Line::open(origin, WITHIN).await.map_err(|error| error.to_string())?;
    line.send(&ClientFrame::Hello(Box::new(hello))).map_err(|error| error.to_string())?;
    match line.next().await {
        Incoming::Text(_) => Ok((line, began.elapsed())),
        Incoming::Closed(code) => Err(format!("not welcomed: {code:?}")),
    }
}

async fn stay(mut line: Line) {
    while !matches!(line.next().await, Incoming::Closed(_)) {}
}
