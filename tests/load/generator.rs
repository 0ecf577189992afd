//! Rooms full of people, one of whom shares: at set times (an open loop), or again as soon as
//! everyone has heard (a closed loop). One thread does it all.

use crate::machine;
use crate::progress::Progress;
use crate::target::{Circle, Door, Frames, ShareFrame};
use crate::wire::{CLOSE, PING, Reader, Socket, TEXT, pong, write_now};
use hearth_protocol::limits::MESSAGES_MAX;
use hearth_tests::rng::Rng;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

/// Rooms being opened, or people joining, at a time.
const AT_ONCE: usize = 64;
/// Shares after which a closed loop stops in a room. Hearth's rooms hold this many messages.
const SHARES_MAX: usize = MESSAGES_MAX - 500;
/// Where a delivery says what it is.
const FACT_WITHIN: usize = 96;

/// When shares are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// In each room at this interval, whatever the server does.
    Every(Duration),
    /// As soon as everyone in the room has heard the one before.
    WhenHeard,
}

/// A room with everyone in it.
#[derive(Debug)]
struct Room {
    speaker: Arc<OwnedWriteHalf>,
    share: Mutex<ShareFrame>,
    progress: Mutex<Progress>,
}

impl Room {
    /// Shares. The share was due at `due`.
    fn share(&self, due: Instant) -> io::Result<()> {
        lock(&self.progress).share(due);
        write_now(&self.speaker, lock(&self.share).next())
    }
}

/// All rooms, and what is measured in them.
#[derive(Debug)]
pub(crate) struct Load {
    rooms: Mutex<Vec<Arc<Room>>>,
    pace: Pace,
    deliveries: AtomicU64,
    /// Shares that were due, and how long after that everyone had heard them.
    heard: Mutex<Vec<(Instant, Duration)>>,
    stopped: AtomicBool,
    failure: Mutex<Option<String>>,
    /// Notified when there is no use in going on.
    ended: Notify,
}

impl Load {
    /// Opens rooms of `per_room` people on a server.
    pub(crate) async fn open(
        door: &Door,
        rooms: usize,
        per_room: usize,
        pace: Pace,
    ) -> io::Result<Arc<Self>> {
        let load = Arc::new(Self {
            rooms: Mutex::default(),
            pace,
            deliveries: AtomicU64::new(0),
            heard: Mutex::default(),
            stopped: AtomicBool::new(false),
            failure: Mutex::default(),
            ended: Notify::new(),
        });
        let gate = Arc::new(Semaphore::new(AT_ONCE));
        let mut opening = JoinSet::new();
        for _ in 0..rooms {
            let (load, door, gate) = (Arc::clone(&load), door.clone(), Arc::clone(&gate));
            opening.spawn(async move {
                let _permit = gate.acquire_owned().await.map_err(io::Error::other)?;
                let room = open_room(&load, &door, per_room).await?;
                lock(&load.rooms).push(room);
                Ok::<(), io::Error>(())
            });
        }
        while let Some(opened) = opening.join_next().await {
            opened.map_err(io::Error::other)??;
        }
        Ok(load)
    }

    /// Begins to share, until [`stop`](Self::stop).
    pub(crate) fn begin(self: &Arc<Self>) -> io::Result<()> {
        let rooms = lock(&self.rooms).clone();
        match self.pace {
            Pace::Every(interval) => {
                let load = Arc::clone(self);
                // A thread, because it can sleep to the microsecond and tokio's timers can't.
                std::thread::spawn(move || {
                    if let Err(error) = share_at_intervals(&load, &rooms, interval) {
                        load.fail(format!("sharing: {error}"));
                    }
                });
                Ok(())
            }
            Pace::WhenHeard => rooms.iter().try_for_each(|room| room.share(Instant::now())),
        }
    }

    /// Waits until `time`, or until there is no use in waiting.
    pub(crate) async fn run_until(&self, time: Instant) -> io::Result<()> {
        tokio::select! {
            () = tokio::time::sleep_until(time.into()) => {}
            () = self.ended.notified() => {}
        }
        lock(&self.failure).take().map_or(Ok(()), |failure| Err(io::Error::other(failure)))
    }

    /// Shares no more, and waits until everyone has heard everything.
    pub(crate) async fn stop(&self, within: Duration) -> io::Result<()> {
        self.stopped.store(true, Relaxed);
        let deadline = Instant::now() + within;
        loop {
            let rooms = lock(&self.rooms).clone();
            let waiting = rooms.iter().filter(|room| !lock(&room.progress).is_complete()).count();
            if waiting == 0 {
                return Ok(());
            }
            if Instant::now() > deadline {
                let what = format!("in {waiting} rooms not everyone heard everything");
                return Err(io::Error::other(what));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Returns how many deliveries there have been.
    pub(crate) fn deliveries(&self) -> u64 {
        self.deliveries.load(Relaxed)
    }

    /// Returns how long it took until everyone had heard the shares that were due in this time.
    pub(crate) fn heard_after(&self, due: std::ops::Range<Instant>) -> Vec<Duration> {
        let heard = lock(&self.heard);
        heard.iter().filter(|(at, _)| due.contains(at)).map(|(_, after)| *after).collect()
    }

    fn fail(&self, why: String) {
        if !self.stopped.load(Relaxed) {
            lock(&self.failure).get_or_insert(why);
            self.ended.notify_one();
        }
    }

    /// Someone heard the share with this number.
    fn delivered(&self, room: &Room, number: usize) -> Result<(), String> {
        self.deliveries.fetch_add(1, Relaxed);
        let now = Instant::now();
        let Some(heard) = lock(&room.progress).heard(number, now)? else { return Ok(()) };
        lock(&self.heard).push((heard.due, heard.after));
        if self.pace != Pace::WhenHeard || self.stopped.load(Relaxed) {
            return Ok(());
        }
        if number + 1 >= SHARES_MAX {
            self.ended.notify_one();
            return Ok(());
        }
        room.share(now).map_err(|error| format!("sharing: {error}"))
    }
}

/// Joins, and keeps reading what the server sends.
async fn open_room(load: &Arc<Load>, door: &Door, per_room: usize) -> io::Result<Arc<Room>> {
    let circle = door.circle().await?;
    let (mut speaker, _) = door.join(&circle, 0).await?;
    let mut listeners = Vec::new();
    for number in 1..per_room {
        listeners.push(door.join(&circle, number).await?.0);
    }
    let share = Mutex::new(door.begin(&mut speaker).await?);
    let Socket { reader, writer, .. } = speaker;
    let writer = Arc::new(writer);
    let progress = Mutex::new(Progress::new(per_room));
    let room = Arc::new(Room { speaker: Arc::clone(&writer), share, progress });
    tokio::spawn(listen(Arc::clone(load), Arc::clone(&room), reader, writer));
    for Socket { reader, writer, .. } in listeners {
        tokio::spawn(listen(Arc::clone(load), Arc::clone(&room), reader, Arc::new(writer)));
    }
    Ok(room)
}

async fn listen(load: Arc<Load>, room: Arc<Room>, mut reader: Reader, writer: Arc<OwnedWriteHalf>) {
    let mut number = 0;
    loop {
        let mut outcome = Ok(());
        let each = |opcode, payload: &[u8]| {
            let done = match opcode {
                TEXT if is_share(payload) => {
                    number += 1;
                    load.delivered(&room, number - 1)
                }
                TEXT if is_refusal(payload) => Err(String::from_utf8_lossy(payload).into_owned()),
                PING => pong(&writer, payload).map_err(|error| error.to_string()),
                CLOSE => Err("the server closed a connection".to_owned()),
                _ => Ok(()),
            };
            if outcome.is_ok() {
                outcome = done;
            }
        };
        let read = reader.read(each).await.map_err(|error| format!("reading: {error}"));
        if let Err(why) = read.and(outcome) {
            return load.fail(why);
        }
    }
}

fn is_share(payload: &[u8]) -> bool {
    let start = payload.get(..FACT_WITHIN).unwrap_or(payload);
    start.starts_with(br#"{"room":"#) && start.windows(6).any(|part| part == br#""said""#)
}

fn is_refusal(payload: &[u8]) -> bool {
    payload.starts_with(br#"{"re":"#) && payload.windows(9).any(|part| part == br#""refused""#)
}

/// Shares in every room, each at its own time within the interval, until the load stops.
fn share_at_intervals(load: &Load, rooms: &[Arc<Room>], interval: Duration) -> io::Result<()> {
    machine::sleep_exactly()?;
    let mut rng = Rng::seeded(7);
    let mut times: Vec<_> = rooms.iter().map(|room| (rng.up_to(interval), room)).collect();
    times.sort_unstable_by_key(|(time, _)| *time);
    let mut start = Instant::now();
    while !load.stopped.load(Relaxed) {
        for (time, room) in &times {
            let due = start + *time;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if load.stopped.load(Relaxed) {
                return Ok(());
            }
            room.share(due)?;
        }
        start += interval;
    }
    Ok(())
}

/// Returns what Hearth sends in a room of this size.
pub(crate) async fn record(door: &Door, per_room: usize) -> io::Result<Frames> {
    let circle = door.circle().await?;
    let (mut speaker, mut welcome) = door.join(&circle, 0).await?;
    let mut others = Vec::new();
    for number in 1..per_room {
        let (socket, last) = door.join(&circle, number).await?;
        others.push(socket);
        welcome = last;
    }
    let mut share = door.begin(&mut speaker).await?;
    write_now(&speaker.writer, share.next())?;
    loop {
        let delivery = speaker.next_text().await?;
        if is_share(&delivery) {
            return Ok(Frames { welcome, delivery });
        }
    }
}

/// Creates circles for this many people.
pub(crate) async fn circles(
    door: &Door,
    people: usize,
    per_room: usize,
) -> io::Result<Vec<Circle>> {
    let mut circles = Vec::new();
    for _ in 0..people.div_ceil(per_room) {
        circles.push(door.circle().await?);
    }
    Ok(circles)
}

/// People who joined and send nothing.
#[derive(Debug)]
pub(crate) struct Joined {
    /// How long each join took.
    pub(crate) times: Vec<Duration>,
    /// How long all of them took.
    pub(crate) took: Duration,
    connections: JoinSet<()>,
}

impl Joined {
    /// Has people join these circles, `per_room` each.
    pub(crate) async fn join(
        door: &Door,
        circles: &[Circle],
        people: usize,
        per_room: usize,
    ) -> io::Result<Self> {
        let gate = Arc::new(Semaphore::new(AT_ONCE));
        let began = Instant::now();
        let mut joining = JoinSet::new();
        let everyone = circles.iter().flat_map(|circle| std::iter::repeat_n(circle, per_room));
        for (number, circle) in everyone.take(people).enumerate() {
            let (gate, door, circle) = (Arc::clone(&gate), door.clone(), circle.clone());
            joining.spawn(async move {
                let _permit = gate.acquire_owned().await.map_err(io::Error::other)?;
                let began = Instant::now();
                let (socket, _) = door.join(&circle, number % per_room).await?;
                Ok::<_, io::Error>((socket, began.elapsed()))
            });
        }
        let (mut times, mut connections) = (Vec::new(), JoinSet::new());
        while let Some(joined) = joining.join_next().await {
            let (mut socket, time) = joined.map_err(io::Error::other)??;
            times.push(time);
            connections.spawn(async move { while socket.next_text().await.is_ok() {} });
        }
        Ok(Self { times, took: began.elapsed(), connections })
    }

    /// Returns how many connections were lost.
    pub(crate) fn lost(&mut self) -> usize {
        let mut lost = 0;
        while self.connections.try_join_next().is_some() {
            lost += 1;
        }
        lost
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_shares_count_as_deliveries() {
        let share =
            br#"{"room":43,"at":1795219220000,"facts":[{"said":{"message":13}}],"patch":{}}"#;
        let joined = br#"{"room":5,"at":1767722400000,"facts":[{"joined":{"seat":4}}]}"#;
        let answer = br#"{"re":"0190a5e0-0000-7000-8000-000000000052","ok":{"at":1795219220000}}"#;
        let refusal = br#"{"re":"0190a5e0-0000-7000-8000-000000000052","refused":{"code":"full"}}"#;
        assert_eq!(
            [&share[..], joined, answer, refusal].map(is_share),
            [true, false, false, false]
        );
        assert_eq!(
            [&share[..], joined, answer, refusal].map(is_refusal),
            [false, false, false, true]
        );
    }
}
