//! A busy server is killed at random moments, again and again. Nothing acknowledged is lost.

use hearth_client::{
    CircleOptions, Client, ConnectionOptions, ConnectionState, Join, Links, Reconnect, View,
    make_circle,
};
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::{Done, Outcome};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::round::RoundCommand;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{Command, CommandId, MessageNo, RefusalCode, Text};
use hearth_tests::members::command;
use hearth_tests::process::Process;
use hearth_tests::rng::Rng;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use uuid::Uuid;

const ROOMS: usize = 4;
const MEMBERS: usize = 5;
const KILLS: usize = 60;
/// One kill in this many comes while people are still reconnecting.
const HASTY_ONE_IN: u64 = 4;
const KILL_WITHIN: Duration = Duration::from_millis(400);
const WITHIN: Duration = Duration::from_secs(60);

const SETTINGS: &[(&str, &str)] = &[
    ("LOG_LEVEL", "warn"),
    ("LIMITS__WEBSOCKETS_PER_MINUTE_PER_ADDRESS", "1000000"),
    ("LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", "1000000"),
    ("LIMITS__CIRCLES_PER_HOUR_PER_ADDRESS", "1000000"),
    ("LIMITS__COMMANDS_PER_SECOND_PER_SEAT", "10000"),
    ("LIMITS__COMMANDS_BURST_PER_SEAT", "10000"),
    ("LIMITS__COMMANDS_PER_SECOND_PER_ROOM", "100000"),
];

/// The acknowledged shares of a room, in the order of their acknowledgements.
type Acknowledged = Arc<Mutex<Vec<(MessageNo, Text)>>>;

struct Room {
    members: Vec<Client>,
    acknowledged: Acknowledged,
}

impl Room {
    async fn open(server: &Process, number: usize, stop: &Arc<AtomicBool>, rng: &mut Rng) -> Self {
        let links: Links =
            make_circle(&server.origin(), CircleOptions::titled(format!("{number}")))
                .await
                .unwrap_or_else(|error| panic!("{error}; {}", server.logged()));
        let acknowledged = Acknowledged::default();
        let mut members = Vec::new();
        for seat in 0..MEMBERS {
            let role = if seat == 0 { LinkRole::Facilitator } else { LinkRole::Participant };
            let options = ConnectionOptions { event_buffer: 16, ..ConnectionOptions::default() };
            let join = Join::by_link(&links.link(role)).name(format!("{seat}")).options(options);
            let (client, _) = join.connect().await.unwrap();
            members.push(client);
        }
        for client in members.clone() {
            let rng = Rng::seeded(rng.next_u64());
            tokio::spawn(take_part(client, Arc::clone(&acknowledged), Arc::clone(stop), rng));
        }
        Self { members, acknowledged }
    }

    fn acknowledged(&self) -> Vec<(MessageNo, Text)> {
        self.acknowledged.lock().unwrap().clone()
    }

    /// Waits until everyone has reconnected.
    async fn reconnects(&self) {
        let mut reconnecting = JoinSet::new();
        for client in self.members.clone() {
            reconnecting.spawn(async move {
                if client.with_view(|view| view.connection != ConnectionState::Open) {
                    client.reconnect(Reconnect::Resume).await.unwrap();
                }
            });
        }
        while let Some(reconnected) = reconnecting.join_next().await {
            reconnected.unwrap();
        }
    }

    /// Checks that everyone sees each acknowledged share once and in order, and that all see the
    /// same.
    async fn verify(&self) {
        let acknowledged = self.acknowledged();
        let Some((last, _)) = acknowledged.last() else { return };
        let mut first: Option<Vec<(MessageNo, Option<Text>)>> = None;
        for client in &self.members {
            let has_last = |view: &View| view.snapshot.messages.contains(*last);
            client.wait_for(WITHIN, has_last).await.expect("the newest share arrives");
            while client.earlier_messages().await.unwrap() {}
            let shares: Vec<_> = client.with_view(|view| {
                let upto = view.messages().filter(|(number, _)| number <= last);
                upto.map(|(number, message)| (number, view.text(message.text).cloned())).collect()
            });
            for (number, text) in &acknowledged {
                let found = shares.iter().find(|(other, _)| other == number);
                let found = found.and_then(|(_, text)| text.as_ref());
                assert_eq!(
                    found,
                    Some(text),
                    "an acknowledged share is missing or has other words"
                );
            }
            let numbers = shares.iter().map(|(number, _)| number.0);
            assert!(numbers.eq(1..=last.0), "shares are missing or out of order: {shares:?}");
            match &first {
                None => first = Some(shares),
                Some(first) => assert!(*first == shares, "two people see different shares"),
            }
        }
        let mut texts: Vec<_> = first.iter().flatten().map(|(_, text)| format_text(text)).collect();
        let shares = texts.len();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), shares, "a share was repeated");
    }

    /// Waits until more shares have been acknowledged.
    async fn goes_on(&self, had: usize) {
        let deadline = Instant::now() + WITHIN;
        while self.acknowledged.lock().unwrap().len() <= had {
            let token = self.members[0].with_view(|view| format!("{:?}", view.turn().token));
            assert!(Instant::now() < deadline, "the turn doesn't go on: {token}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Returns the text of a share, which is unique.
fn format_text(text: &Option<Text>) -> String {
    match text {
        Some(Text::Plain(words) | Text::Sealed(words)) => words.clone(),
        None => panic!("the words of a share are gone"),
    }
}

/// Takes part as long as the test runs: takes offers, shares, and finishes. The facilitator opens
/// and closes rounds as well.
async fn take_part(
    client: Client,
    acknowledged: Acknowledged,
    stop: Arc<AtomicBool>,
    mut rng: Rng,
) {
    let facilitator = client.with_view(|view| view.snapshot.hosts.is_some());
    let round_is_open =
        |view: &View| view.snapshot.room.round.as_ref().is_some_and(|round| round.open);
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let my_turn = |view: &View| {
            let over = facilitator && (!round_is_open(view) || view.snapshot.room.queue.complete);
            let connected = view.connection == ConnectionState::Open;
            connected && (view.has_turn() || view.is_offered_turn() || over)
        };
        if client.wait_for(Duration::from_millis(500), my_turn).await.is_err() {
            continue;
        }
        let (turn_id, mine, offered, open) = client.with_view(|view| {
            let turn_id = view.turn().turn_id;
            (turn_id, view.has_turn(), view.is_offered_turn(), round_is_open(view))
        });
        if offered {
            send(&client, TurnCommand::Take { turn_id }).await;
        } else if mine {
            for _ in 0..=rng.below(3) {
                tokio::time::sleep(rng.up_to(Duration::from_millis(8))).await;
                count += 1;
                let text = Text::plain(format!("{} says {count}", client.seat()));
                let share = MessageCommand::Share { turn_id, text: text.clone() };
                let Some(done) = send(&client, share).await else { break };
                acknowledged.lock().unwrap().push((done.message.unwrap(), text));
            }
            send(&client, TurnCommand::Finish { turn_id, to: None }).await;
        } else if open {
            send(&client, RoundCommand::CloseRound {}).await;
        } else {
            send(&client, command("open_round", &json!({}))).await;
        }
    }
}

/// Sends a command under one id until it gets a final answer. Returns nothing if it was refused.
async fn send(client: &Client, command: impl Into<Command>) -> Option<Done> {
    let (id, command) = (CommandId::new(Uuid::new_v4()), command.into());
    loop {
        match client.request(id, command.clone()).await {
            Ok(Outcome::Refused(refusal)) if refusal.code == RefusalCode::NotStored => {}
            Ok(Outcome::Ok(done)) => return Some(done),
            Ok(Outcome::Refused(_) | Outcome::Page(_)) | Err(_) => return None,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_sixty_times_a_busy_server_loses_repeats_and_reorders_nothing() {
    let seed = Rng::seed("HEARTH_CRASH_SEED");
    eprintln!("HEARTH_CRASH_SEED={seed} repeats this run's choices");
    let mut rng = Rng::seeded(seed);
    let data = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_hearth-under-test"));
    let mut server = Process::new(binary, data.path(), SETTINGS);
    server.start().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let mut rooms = Vec::new();
    for number in 0..ROOMS {
        rooms.push(Room::open(&server, number, &stop, &mut rng).await);
    }
    let (mut hasty, mut slowest) = (0, Duration::ZERO);
    for _ in 0..KILLS {
        if rng.below(HASTY_ONE_IN) == 0 {
            hasty += 1;
        } else {
            for room in &rooms {
                room.goes_on(room.acknowledged().len()).await;
            }
        }
        tokio::time::sleep(rng.up_to(KILL_WITHIN)).await;
        server.kill().unwrap();
        let killed = Instant::now();
        server.start().unwrap();
        for room in &rooms {
            room.reconnects().await;
            room.verify().await;
        }
        slowest = slowest.max(killed.elapsed());
    }
    for room in &rooms {
        room.goes_on(room.acknowledged().len()).await;
        room.verify().await;
    }
    stop.store(true, Ordering::Relaxed);
    let shares: usize = rooms.iter().map(|room| room.acknowledged().len()).sum();
    assert!(shares >= KILLS, "hardly anything was said: {shares}");
    eprintln!(
        "{KILLS} kills ({hasty} of them hasty), {ROOMS} rooms of {MEMBERS}, {shares} shares \
         acknowledged, none lost, repeated or out of order; slowest return {slowest:?}"
    );
}
