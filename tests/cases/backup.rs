//! A copy made under load, and the way back to it: people come back to the circle as it then was.

use hearth_client::{Client, Join, LineState, NewLinks, View, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::{Command, Order, Start, Text};
use hearth_tests::company::WITHIN;
use hearth_tests::process::Process;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_hearth-under-test"))
}

/// Runs the command line beside a data folder.
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

fn open_round() -> Command {
    Command::OpenRound {
        prompt: Some(Text::plain("What brought you here?")),
        order: Some(Order::GoRound),
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: Start::Facilitator,
        slow_ms: None,
        closing: false,
    }
}

async fn shares(client: &Client, number: usize) {
    let text = Text::plain(format!("share {number}"));
    client.command(Command::Share { r#move: client.current_move(), text }).await.unwrap();
}

fn said(view: &View) -> Vec<Text> {
    view.snapshot.said.iter().filter_map(|said| said.words.text.clone()).collect()
}

async fn is_back(client: &Client, before: hearth_protocol::Epoch) {
    let back = |view: &View| view.line == LineState::Open && view.epoch != before;
    client.wait_for(WITHIN, back).await.expect("they come back by themselves");
}

/// Three people, and a turn in which one of them shares and shares.
struct Circle {
    fay: Client,
    ana: Client,
    ben: Client,
    /// How many shares were acknowledged.
    count: Arc<AtomicUsize>,
    enough: Arc<AtomicBool>,
}

impl Circle {
    async fn under_way(server: &Process) -> Self {
        let links = make_circle(&server.origin(), NewLinks::titled("Tuesday")).await.unwrap();
        let join = |role, name: &str| Join::by_link(&links.link(role)).name(name).come_in();
        let (fay, _) = join(LinkRole::Facilitator, "Fay").await.unwrap();
        let (ana, _) = join(LinkRole::Participant, "Ana").await.unwrap();
        let (ben, _) = join(LinkRole::Participant, "Ben").await.unwrap();
        fay.command(open_round()).await.unwrap();
        fay.command(Command::Pass { r#move: fay.current_move() }).await.unwrap();
        takes(&ana).await;
        let (count, enough) = (Arc::default(), Arc::default());
        Self { fay, ana, ben, count, enough }
    }

    fn all(&self) -> [&Client; 3] {
        [&self.fay, &self.ana, &self.ben]
    }

    /// Ana shares until it is enough.
    fn shares_on(&self) -> tokio::task::JoinHandle<()> {
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

    /// The turn is Ana's, as it was when the copy was made, and goes on from there.
    async fn goes_on(&self, said_then: usize) {
        let hers = |view: &View| view.flow().token.holder() == Some(self.ana.seat());
        for client in self.all() {
            client.wait_for(WITHIN, hers).await.unwrap();
        }
        shares(&self.ana, said_then).await;
        self.ana
            .command(Command::Done { r#move: self.ana.current_move(), to: None })
            .await
            .unwrap();
        takes(&self.ben).await;
        shares(&self.ben, said_then + 1).await;
        for client in self.all() {
            client.wait_for(WITHIN, |view| said(view).len() == said_then + 2).await.unwrap();
        }
        assert_eq!(self.fay.look(said), self.ben.look(said));
    }
}

async fn takes(client: &Client) {
    client.wait_for(WITHIN, View::is_offered_to_me).await.expect("the turn is offered");
    client.command(Command::Take { r#move: client.current_move() }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn people_come_back_to_the_moment_of_a_copy_made_under_load_and_the_turn_goes_on() {
    let (data, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let copy = copies.path().join("copy.db").display().to_string();
    let mut server = Process::new(binary(), data.path(), &[]);
    server.start().unwrap();
    let circle = Circle::under_way(&server).await;
    let epoch = circle.ana.view().epoch;

    let sharing = circle.shares_on();
    circle.has_shared(5).await;
    let at_least = circle.count.load(Ordering::Relaxed);
    let (folder, name) = (data.path().to_owned(), copy.clone());
    let copying = move || hearth(&folder, &["backup", "--to", &name]);
    let told = done(&tokio::task::spawn_blocking(copying).await.unwrap());
    let at_most = circle.count.load(Ordering::Relaxed) + 1;
    assert!(told.contains("1 circle, 1 session under way"), "{told}");
    circle.has_shared(at_most + 3).await;
    circle.enough.store(true, Ordering::Relaxed);
    sharing.await.unwrap();
    let ana = &circle.ana;
    ana.command(Command::Done { r#move: ana.current_move(), to: None }).await.unwrap();

    // Not under a running server, not over a store by mistake, not over a file.
    let log = std::fs::read(data.path().join("hearth.db-wal")).unwrap();
    let in_use = refused(&hearth(data.path(), &["restore", "--replace", "--from", &copy]));
    assert!(in_use.contains("in use by another Hearth server"), "{in_use}");
    assert!(refused(&hearth(data.path(), &["backup", "--to", &copy])).contains("already"));
    let status = server.stop().unwrap();
    assert!(status.success(), "{status}: {}", server.logged());
    assert!(refused(&hearth(data.path(), &["restore", "--from", &copy])).contains("--replace"));
    // A log that lies about, as after a kill.
    std::fs::write(data.path().join("hearth.db-wal"), log).unwrap();
    let told = done(&hearth(data.path(), &["restore", "--replace", "--from", &copy]));
    assert!(told.contains("before-restore-"), "{told}");

    server.start().unwrap();
    for client in circle.all() {
        is_back(client, epoch).await;
    }
    let then = ana.look(said);
    assert!((at_least..=at_most).contains(&then.len()), "{at_least}, {}, {at_most}", then.len());
    let expected = (0..then.len()).map(|number| Text::plain(format!("share {number}")));
    assert_eq!(then, expected.collect::<Vec<_>>(), "every share of that moment, once, in order");
    for client in circle.all() {
        assert_eq!(client.look(said), then);
    }
    circle.goes_on(then.len()).await;
}

#[test]
fn what_is_no_copy_is_refused_in_words_that_say_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let letter = data.path().join("letter.txt");
    std::fs::write(&letter, "Dear all, this is no store.").unwrap();
    let from = letter.display().to_string();
    let said = refused(&hearth(data.path(), &["restore", "--from", &from]));
    for part in ["letter.txt", "no store of Hearth's", "Nothing was changed", "hearth backup"] {
        assert!(said.contains(part), "{said}");
    }
    let to = data.path().join("copy.db").display().to_string();
    let said = refused(&hearth(data.path(), &["backup", "--to", &to]));
    assert!(said.contains("there is no store in") && said.contains("--data"), "{said}");
}
