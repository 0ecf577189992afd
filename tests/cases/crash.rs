//! A busy server is killed at random moments, again and again; nothing acknowledged is lost.

use hearth_client::{Client, Coming, Join, LineState, Links, NewLinks, View, Ways, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::Outcome;
use hearth_protocol::{Command, CommandId, RefusalCode, Text, WordsId};
use hearth_tests::lot::Lot;
use hearth_tests::process::Process;
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
/// One in so many kills comes while the circle is still on its way back.
const HASTY_ONE_IN: u64 = 4;
const KILL_WITHIN: Duration = Duration::from_millis(400);
const WITHIN: Duration = Duration::from_secs(60);

const SETTINGS: &[(&str, &str)] = &[
    ("LOG_LEVEL", "warn"),
    ("LIMITS__LINES_PER_MINUTE_PER_ADDRESS", "1000000"),
    ("LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", "1000000"),
    ("LIMITS__CIRCLES_PER_HOUR_PER_ADDRESS", "1000000"),
    ("LIMITS__COMMANDS_PER_SECOND_PER_SEAT", "10000"),
    ("LIMITS__COMMANDS_BURST_PER_SEAT", "10000"),
    ("LIMITS__COMMANDS_PER_SECOND_PER_ROOM", "100000"),
];

/// What was acknowledged in a room, in the order of acknowledgement.
type Acknowledged = Arc<Mutex<Vec<(WordsId, Text)>>>;

struct Room {
    members: Vec<Client>,
    acknowledged: Acknowledged,
}

impl Room {
    async fn open(server: &Process, number: usize, stop: &Arc<AtomicBool>, lot: &mut Lot) -> Self {
        let links: Links = make_circle(&server.origin(), NewLinks::titled(format!("{number}")))
            .await
            .unwrap_or_else(|error| panic!("{error}; {}", server.logged()));
        let acknowledged = Acknowledged::default();
        let mut members = Vec::new();
        for seat in 0..MEMBERS {
            let role = if seat == 0 { LinkRole::Facilitator } else { LinkRole::Participant };
            let ways = Ways { events_max: 16, ..Ways::default() };
            let join = Join::by_link(&links.link(role)).name(format!("{seat}")).ways(ways);
            let (client, _) = join.come_in().await.unwrap();
            members.push(client);
        }
        for client in members.clone() {
            let lot = Lot::seeded(lot.draw());
            tokio::spawn(take_part(client, Arc::clone(&acknowledged), Arc::clone(stop), lot));
        }
        Self { members, acknowledged }
    }

    fn acknowledged(&self) -> Vec<(WordsId, Text)> {
        self.acknowledged.lock().unwrap().clone()
    }

    /// Waits until everybody is back, whatever they were waiting for.
    async fn comes_back(&self) {
        let mut coming = JoinSet::new();
        for client in self.members.clone() {
            coming.spawn(async move {
                if client.look(|view| view.line != LineState::Open) {
                    client.come_back(Coming::Resume).await.unwrap();
                }
            });
        }
        while let Some(back) = coming.join_next().await {
            back.unwrap();
        }
    }

    /// Checks that what was acknowledged is there for everybody, once and in order, and that all
    /// see the same.
    async fn verify(&self) {
        let acknowledged = self.acknowledged();
        let Some((last, _)) = acknowledged.last() else { return };
        let mut first: Option<Vec<(WordsId, Option<Text>)>> = None;
        for client in &self.members {
            let has_last = |view: &View| view.snapshot.said.iter().any(|s| s.words.id == *last);
            client.wait_for(WITHIN, has_last).await.expect("the newest share arrives");
            while client.earlier_words().await.unwrap() {}
            let said: Vec<_> = client.look(|view| {
                let said = view.snapshot.said.iter();
                said.map(|said| (said.words.id, said.words.text.clone())).collect()
            });
            let upto = said.iter().position(|(id, _)| id == last).unwrap();
            let said = said[..=upto].to_vec();
            let mut expected = acknowledged.iter();
            let mut next = expected.next();
            for (id, text) in &said {
                if let Some((wanted, words)) = next
                    && wanted == id
                {
                    assert_eq!(text.as_ref(), Some(words), "an acknowledged share has other words");
                    next = expected.next();
                }
            }
            assert!(next.is_none(), "an acknowledged share is missing, or out of order");
            let mut ids: Vec<_> = said.iter().map(|(id, _)| *id).collect();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), said.len(), "a share is there twice");
            match &first {
                None => first = Some(said),
                Some(first) => assert!(*first == said, "two people see different shares"),
            }
        }
    }

    /// Waits until more was acknowledged than there was.
    async fn goes_on(&self, had: usize) {
        let deadline = Instant::now() + WITHIN;
        while self.acknowledged.lock().unwrap().len() <= had {
            let stuck = self.members[0].look(|view| format!("{:?}", view.flow().token));
            assert!(Instant::now() < deadline, "the turn does not go on: {stuck}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Takes part for as long as the test runs: takes what is offered, shares, and is done; whoever
/// holds the circle opens rounds.
async fn take_part(
    client: Client,
    acknowledged: Acknowledged,
    stop: Arc<AtomicBool>,
    mut lot: Lot,
) {
    let facilitator = client.look(|view| view.snapshot.board.is_some());
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let my_turn = |view: &View| {
            let round = view.snapshot.common.round.as_ref().is_some_and(|round| round.open);
            let over = facilitator && (!round || view.flow().complete);
            view.line == LineState::Open && (view.is_mine() || view.is_offered_to_me() || over)
        };
        if client.wait_for(Duration::from_millis(500), my_turn).await.is_err() {
            continue;
        }
        let r#move = client.current_move();
        let (mine, offered, open) = client.look(|view| {
            let open = view.snapshot.common.round.as_ref().is_some_and(|round| round.open);
            (view.is_mine(), view.is_offered_to_me(), open)
        });
        if offered {
            asks(&client, Command::Take { r#move }).await;
        } else if mine {
            for _ in 0..=lot.below(3) {
                tokio::time::sleep(lot.up_to(Duration::from_millis(8))).await;
                count += 1;
                let text = Text::plain(format!("{} says {count}", client.seat()));
                let id = asks(&client, Command::Share { r#move, text: text.clone() }).await;
                let Some(id) = id else { break };
                acknowledged.lock().unwrap().push((WordsId(id.0), text));
            }
            asks(&client, Command::Done { r#move, to: None }).await;
        } else if open {
            asks(&client, Command::CloseRound {}).await;
        } else {
            asks(&client, open_round()).await;
        }
    }
}

/// Asks under one id until it is answered for good; nothing where it was refused.
async fn asks(client: &Client, command: Command) -> Option<CommandId> {
    let id = CommandId(Uuid::new_v4());
    loop {
        match client.command_as(id, command.clone()).await {
            Ok(Outcome::Refused(refusal)) if refusal.code == RefusalCode::NotStored => {}
            Ok(Outcome::Refused(_)) | Err(_) => return None,
            Ok(_) => return Some(id),
        }
    }
}

fn open_round() -> Command {
    serde_json::from_value(serde_json::json!({ "open_round": {} })).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_sixty_times_a_busy_server_loses_repeats_and_reorders_nothing() {
    let seed = Lot::seed("HEARTH_CRASH_SEED");
    eprintln!("HEARTH_CRASH_SEED={seed} repeats this run's choices");
    let mut lot = Lot::seeded(seed);
    let data = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_hearth-under-test"));
    let mut server = Process::new(binary, data.path(), SETTINGS);
    server.start().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let mut rooms = Vec::new();
    for number in 0..ROOMS {
        rooms.push(Room::open(&server, number, &stop, &mut lot).await);
    }
    let (mut hasty, mut slowest) = (0, Duration::ZERO);
    for _ in 0..KILLS {
        if lot.below(HASTY_ONE_IN) == 0 {
            hasty += 1;
        } else {
            for room in &rooms {
                room.goes_on(room.acknowledged().len()).await;
            }
        }
        tokio::time::sleep(lot.up_to(KILL_WITHIN)).await;
        server.kill().unwrap();
        let killed = Instant::now();
        server.start().unwrap();
        for room in &rooms {
            room.comes_back().await;
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
