//! `hearth demo`: a visitor joins with the printed link, has a turn, and sees the next session
//! begin.

use hearth_client::{Client, ConnectionState, Join, Link, View, look_at_door};
use hearth_protocol::message::{MessageCommand, MessageKind};
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::{Presence, Role};
use hearth_protocol::session::Phase;
use hearth_protocol::signal::GestureKind;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{RoomId, SeatNo, Text};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How long a member's action may take at the tests' pacing, and how long a whole session.
const SOON: Duration = Duration::from_secs(20);
const WITHIN: Duration = Duration::from_secs(90);

/// The demo as a process, with its own folder for temporary files.
struct Demo {
    child: Child,
    temporary: TempDir,
    printed: Vec<String>,
}

impl Demo {
    fn start(flags: &[&str]) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_hearth-under-test"))
            .env_clear()
            .env("TMPDIR", temporary.path())
            .current_dir(temporary.path())
            .args(["demo", "--fast"])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let printed = lines.by_ref().map_while(Result::ok);
        let mut kept = Vec::new();
        for line in printed {
            let last = line.contains("Ctrl-C");
            kept.push(line);
            if last {
                break;
            }
        }
        Self { child, temporary, printed: kept }
    }

    /// Returns the printed links: participant, facilitator, listener.
    fn links(&self) -> Vec<Link> {
        let links = self.printed.iter().filter(|line| line.contains("/c/"));
        links.map(|line| Link::parse(line).unwrap()).collect()
    }

    fn left_behind(&self) -> Vec<std::ffi::OsString> {
        let entries = std::fs::read_dir(self.temporary.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    }

    fn interrupt(&mut self) -> std::process::ExitStatus {
        let id = self.child.id().to_string();
        let asked = std::process::Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(asked.success());
        self.child.wait().unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // The process may have exited already.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn room(client: &Client) -> RoomId {
    client.with_view(|view| view.snapshot.room.id)
}

async fn join(link: &Link, name: &str) -> Client {
    let deadline = tokio::time::Instant::now() + SOON;
    loop {
        match Join::by_link(link).name(name).connect().await {
            Ok((client, _)) => return client,
            // The session may be ending right now.
            Err(error) => assert!(tokio::time::Instant::now() < deadline, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Joins and waits for an offer, again if the session ends first.
async fn join_until_offered(link: &Link, name: &str) -> Client {
    let mut client = join(link, name).await;
    for _ in 0..3 {
        let decided =
            |view: &View| view.is_offered_turn() || view.connection != ConnectionState::Open;
        client.wait_for(WITHIN, decided).await.expect("the turn is offered in time");
        if client.with_view(View::is_offered_turn) {
            return client;
        }
        client = join(link, name).await;
    }
    panic!("no offer in three sessions");
}

fn gestures(view: &View, seat: SeatNo) -> Vec<GestureKind> {
    let mine = view.messages().map(|(_, message)| message);
    mine.filter(|message| message.seat == seat && message.kind == MessageKind::Share)
        .flat_map(|message| message.gestures.values().flat_map(|gestures| gestures.0.clone()))
        .collect()
}

fn greets(view: &View, name: &str) -> bool {
    view.messages().any(|(_, message)| {
        let greeting = view.text(message.text);
        message.seat != view.seat()
            && matches!(greeting, Some(Text::Plain(words)) if words.contains(name))
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_has_a_turn_gets_gestures_and_sees_a_second_session_begin() {
    let mut demo = Demo::start(&["--listen", "127.0.0.1:0"]);
    let links = demo.links();
    assert_eq!(links.len(), 3, "{:?}", demo.printed);
    let link = &links[0];

    let eve = join_until_offered(link, "Evelyn").await;
    let me = eve.seat();
    let first = room(&eve);
    eve.with_view(|view| {
        assert_eq!(view.people().filter(|(seat, _)| *seat != me).count(), 6);
        assert_eq!(view.me().map(|me| me.role), Some(Role::Participant));
    });
    // Nobody answers for them, and everyone waits.
    let turn_id = eve.current_turn_id();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((eve.current_turn_id(), eve.with_view(View::is_offered_turn)), (turn_id, true));
    eve.wait_for(SOON, |view| greets(view, "Evelyn")).await.unwrap();

    eve.command(TurnCommand::Take { turn_id }).await.unwrap();
    let text = Text::plain("I came to see how this is, and it is quiet and kind.");
    let turn_id = eve.current_turn_id();
    eve.command(MessageCommand::Share { turn_id, text }).await.unwrap();
    eve.wait_for(SOON, |view| !gestures(view, me).is_empty()).await.unwrap();
    let kinds = [GestureKind::Heard, GestureKind::WithYou, GestureKind::ThankYou];
    assert!(eve.with_view(|view| gestures(view, me)).iter().all(|kind| kinds.contains(kind)));
    assert!(eve.with_view(View::has_turn), "the turn is theirs until they finish");
    eve.command(TurnCommand::Finish { turn_id: eve.current_turn_id(), to: None }).await.unwrap();
    eve.wait_for(SOON, |view| !view.has_turn()).await.unwrap();

    // The session ends, with every further offer answered, and another begins.
    let ended = async {
        loop {
            if eve.with_view(|view| matches!(view.connection, ConnectionState::Closed(_))) {
                return;
            }
            if eve.with_view(View::is_offered_turn) {
                // The offer may be gone by now.
                let _answered =
                    eve.command(TurnCommand::Pass { turn_id: eve.current_turn_id() }).await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(WITHIN, ended).await.expect("the session ends");
    assert_eq!(eve.with_view(|view| view.snapshot.room.session.phase), Phase::Ended);
    let again = join(link, "Evelyn").await;
    assert_ne!(room(&again), first);
    let everyone = |view: &View| view.people().count() >= 7;
    again.wait_for(SOON, everyone).await.expect("the members come back");
    let talks = |view: &View| view.snapshot.room.round.is_some();
    again.wait_for(WITHIN, talks).await.expect("a round begins again");

    assert_eq!(demo.left_behind().len(), 1);
    let status = demo.interrupt();
    assert!(status.success(), "{status}");
    assert!(demo.left_behind().is_empty(), "{:?}", demo.left_behind());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_whom_a_visiting_facilitator_removed_comes_back_once_it_is_undone() {
    let demo = Demo::start(&["--listen", "127.0.0.1:0"]);
    let links = demo.links();
    let fay = join(&links[1], "Greta").await;
    fay.wait_for(SOON, |view| view.people().count() >= 7).await.unwrap();
    let ben = fay.with_view(|view| {
        let member = view.people().rfind(|(_, person)| person.role == Role::Participant);
        member.map(|(seat, _)| seat).unwrap()
    });
    fay.command(ModerationCommand::Remove { seat: ben, until: None }).await.unwrap();
    let bar_of = |view: &View| {
        let bars = &view.snapshot.hosts.as_ref()?.bars;
        bars.iter().find(|(_, bar)| bar.seat == Some(ben)).map(|(id, _)| id)
    };
    fay.wait_for(SOON, |view| bar_of(view).is_some()).await.unwrap();
    let bar = fay.with_view(|view| bar_of(view).unwrap());
    fay.command(ModerationCommand::LiftBar { bar }).await.unwrap();
    let back =
        |view: &View| view.person(ben).is_some_and(|person| person.presence == Presence::Here);
    fay.wait_for(SOON, back).await.expect("the member comes back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_chooses_another_port_if_the_default_is_in_use_and_says_so() {
    // If this fails, another process already uses the address, which serves as well.
    let usual = "127.0.0.1:8080";
    let _taken = TcpListener::bind(usual);
    let demo = Demo::start(&[]);
    assert!(demo.printed[0].contains(usual), "{:?}", demo.printed);
    let link = &demo.links()[0];
    assert_ne!(link.origin().authority(), usual);
    let door = look_at_door(link).await.unwrap();
    assert!(matches!(door.title, Text::Plain(_)));
}

#[test]
fn the_demo_refuses_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let told = std::process::Command::new(env!("CARGO_BIN_EXE_hearth-under-test"))
        .env_clear()
        .args(["demo", "--data"])
        .arg(Path::new(folder.path()))
        .output()
        .unwrap();
    assert!(!told.status.success());
    assert!(String::from_utf8_lossy(&told.stderr).contains("--data"), "{told:?}");
}
