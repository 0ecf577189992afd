//! A backup made under load, and its restore: people come back to the circle as it was then.

use hearth_client::{CircleOptions, Client, ConnectionState, Join, View, make_circle};
use hearth_protocol::Text;
use hearth_protocol::api::LinkRole;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::turn::TurnCommand;
use hearth_tests::members::{WITHIN, command, words};
use hearth_tests::process::Process;
use serde_json::json;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_hearth-under-test"))
}

/// Runs a command line for a data folder.
fn hearth(data: &Path, arguments: &[&str]) -> Output {
    std::process::Command::new(binary())
        .env_clear()
        .current_dir(data)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn shares(client: &Client, number: usize) {
    let (turn_id, text) = (client.current_turn_id(), Text::plain(format!("share {number}")));
    client.command(MessageCommand::Share { turn_id, text }).await.unwrap();
}

async fn finishes(client: &Client) {
    let turn_id = client.current_turn_id();
    client.command(TurnCommand::Finish { turn_id, to: None }).await.unwrap();
}

async fn has_reconnected(client: &Client, before: hearth_protocol::Epoch) {
    let back = |view: &View| view.connection == ConnectionState::Open && view.epoch != before;
    client.wait_for(WITHIN, back).await.expect("they reconnect by themselves");
}

/// Three people, and a turn in which one of them shares again and again.
struct Circle {
    fay: Client,
    ana: Client,
    ben: Client,
    /// Number of acknowledged shares.
    count: Arc<AtomicUsize>,
    enough: Arc<AtomicBool>,
}

impl Circle {
    async fn under_way(server: &Process) -> Self {
        let links = make_circle(&server.origin(), CircleOptions::titled("Tuesday")).await.unwrap();
        let join = |role, name: &str| Join::by_link(&links.link(role)).name(name).connect();
        let (fay, _) = join(LinkRole::Facilitator, "Fay").await.unwrap();
        let (ana, _) = join(LinkRole::Participant, "Ana").await.unwrap();
        let (ben, _) = join(LinkRole::Participant, "Ben").await.unwrap();
        let prompt = json!({ "prompt": { "plain": "What brought you here?" } });
        fay.command(command("open_round", &prompt)).await.unwrap();
        fay.command(TurnCommand::Pass { turn_id: fay.current_turn_id() }).await.unwrap();
        takes(&ana).await;
        let (count, enough) = (Arc::default(), Arc::default());
        Self { fay, ana, ben, count, enough }
    }

    fn all(&self) -> [&Client; 3] {
        [&self.fay, &self.ana, &self.ben]
    }

    /// Ana shares until told to stop.
    fn keeps_sharing(&self) -> tokio::task::JoinHandle<()> {
        let (ana, enough, count) = (self.ana.clone(), self.enough.clone(), self.count.clone());
        tokio::spawn(async move {
            while !enough.load(Ordering::Relaxed) {
                shares(&ana, count.load(Ordering::Relaxed)).await;
                count.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(110)).await;
            }
        })
    }

    async fn has_shared(&self, number: usize) {
        while self.count.load(Ordering::Relaxed) < number {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Checks that Ana has the turn, as when the backup was made, and that the session goes on.
    async fn goes_on(&self, messages_then: usize) {
        let hers = |view: &View| view.turn().token.holder() == Some(self.ana.seat());
        for client in self.all() {
            client.wait_for(WITHIN, hers).await.unwrap();
        }
        shares(&self.ana, messages_then).await;
        finishes(&self.ana).await;
        takes(&self.ben).await;
        shares(&self.ben, messages_then + 1).await;
        let all = messages_then + 2;
        for client in self.all() {
            client.wait_for(WITHIN, |view| words(view).len() == all).await.unwrap();
        }
        assert_eq!(self.fay.with_view(words), self.ben.with_view(words));
    }
}

async fn takes(client: &Client) {
    client.wait_for(WITHIN, View::is_offered_turn).await.expect("the turn is offered");
    let turn_id = client.current_turn_id();
    client.command(TurnCommand::Take { turn_id }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn people_come_back_to_the_moment_of_a_backup_made_under_load_and_the_turn_goes_on() {
    let (data, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backup = backups.path().join("backup.db").display().to_string();
    let mut server = Process::new(binary(), data.path(), &[]);
    server.start().unwrap();
    let circle = Circle::under_way(&server).await;
    let epoch = circle.ana.view().epoch;

    let sharing = circle.keeps_sharing();
    circle.has_shared(5).await;
    let at_least = circle.count.load(Ordering::Relaxed);
    let (folder, name) = (data.path().to_owned(), backup.clone());
    let backing_up = move || hearth(&folder, &["backup", "--to", &name]);
    let output = done(&tokio::task::spawn_blocking(backing_up).await.unwrap());
    let at_most = circle.count.load(Ordering::Relaxed) + 1;
    assert!(output.contains("1 circle, 1 session in progress"), "{output}");
    circle.has_shared(at_most + 3).await;
    circle.enough.store(true, Ordering::Relaxed);
    sharing.await.unwrap();
    let ana = &circle.ana;
    finishes(ana).await;

    // Not while a server is running, not over a store by mistake, not over a file.
    let log = std::fs::read(data.path().join("hearth.db-wal")).unwrap();
    let in_use = refused(&hearth(data.path(), &["restore", "--replace", "--from", &backup]));
    assert!(in_use.contains("in use by another Hearth server"), "{in_use}");
    assert!(refused(&hearth(data.path(), &["backup", "--to", &backup])).contains("already"));
    let status = server.stop().unwrap();
    assert!(status.success(), "{status}: {}", server.logged());
    assert!(refused(&hearth(data.path(), &["restore", "--from", &backup])).contains("--replace"));
    // A write-ahead log that was left behind, as after a kill.
    std::fs::write(data.path().join("hearth.db-wal"), log).unwrap();
    let output = done(&hearth(data.path(), &["restore", "--replace", "--from", &backup]));
    assert!(output.contains("before-restore-"), "{output}");

    server.start().unwrap();
    for client in circle.all() {
        has_reconnected(client, epoch).await;
    }
    let then = ana.with_view(words);
    assert!((at_least..=at_most).contains(&then.len()), "{at_least}, {}, {at_most}", then.len());
    let expected = (0..then.len()).map(|number| Some(format!("share {number}")));
    assert_eq!(then, expected.collect::<Vec<_>>(), "every share of that moment, once, in order");
    for client in circle.all() {
        assert_eq!(client.with_view(words), then);
    }
    circle.goes_on(then.len()).await;
}

#[test]
fn restoring_anything_but_a_backup_is_refused_with_the_remedy() {
    let data = tempfile::tempdir().unwrap();
    let letter = data.path().join("letter.txt");
    std::fs::write(&letter, "Dear all, this is not a store.").unwrap();
    let from = letter.display().to_string();
    let stderr = refused(&hearth(data.path(), &["restore", "--from", &from]));
    for part in ["letter.txt", "isn't a Hearth store", "Nothing was changed", "hearth backup"] {
        assert!(stderr.contains(part), "{stderr}");
    }
    let to = data.path().join("backup.db").display().to_string();
    let stderr = refused(&hearth(data.path(), &["backup", "--to", &to]));
    assert!(stderr.contains("there is no store in") && stderr.contains("--data"), "{stderr}");
}
