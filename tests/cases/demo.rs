//! `hearth demo`: a visitor joins by the printed link, has a turn, and sees the next session begin.

use hearth_client::{Client, Join, LineState, Link, View, look_at_door};
use hearth_protocol::{
    Command, Gesture, GestureKind, Phase, Role, RoomId, SaidKind, SeatNo, Text, Token,
};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How long a member's action may take at the pacing of tests, and a whole session.
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
    client.look(|view| view.snapshot.common.room)
}

async fn join(link: &Link, name: &str) -> Client {
    let deadline = tokio::time::Instant::now() + SOON;
    loop {
        match Join::by_link(link).name(name).come_in().await {
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
        let decided = |view: &View| view.is_offered_to_me() || view.line != LineState::Open;
        client.wait_for(WITHIN, decided).await.expect("the turn is offered in time");
        if client.look(View::is_offered_to_me) {
            return client;
        }
        client = join(link, name).await;
    }
    panic!("no offer in three sessions");
}

fn gestures(view: &View, seat: SeatNo) -> Vec<Gesture> {
    let mine = view.snapshot.said.iter().filter(|said| said.seat == seat);
    mine.filter(|said| said.kind == SaidKind::Share)
        .flat_map(|said| said.gestures.clone())
        .collect()
}

fn greets(view: &View, name: &str) -> bool {
    view.snapshot.said.iter().any(|said| {
        let words = match &said.words.text {
            Some(Text::Plain(words)) => words.as_str(),
            _ => "",
        };
        said.seat != view.seat() && words.contains(name)
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
    eve.look(|view| {
        let common = &view.snapshot.common;
        assert_eq!(common.people.iter().filter(|person| person.seat != me).count(), 6);
        assert_eq!(view.me().map(|me| me.role), Some(Role::Participant));
    });
    // Nobody answers for them, and everyone waits.
    let mv = eve.current_move();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((eve.current_move(), eve.look(View::is_offered_to_me)), (mv, true));
    eve.wait_for(SOON, |view| greets(view, "Evelyn")).await.unwrap();

    eve.command(Command::Take { r#move: mv }).await.unwrap();
    let text = Text::plain("I came to see how this is, and it is quiet and kind.");
    eve.command(Command::Share { r#move: eve.current_move(), text }).await.unwrap();
    eve.wait_for(SOON, |view| !gestures(view, me).is_empty()).await.unwrap();
    let kinds = [GestureKind::Heard, GestureKind::WithYou, GestureKind::ThankYou];
    assert!(
        eve.look(|view| gestures(view, me)).iter().all(|gesture| kinds.contains(&gesture.kind))
    );
    assert!(eve.look(View::is_mine), "the turn is theirs until they finish");
    eve.command(Command::Done { r#move: eve.current_move(), to: None }).await.unwrap();
    eve.wait_for(SOON, |view| !matches!(view.flow().token, Token::Held { seat, .. } if seat == me))
        .await
        .unwrap();

    // The session ends, with every further offer answered, and another begins.
    let ended = async {
        loop {
            if eve.look(|view| matches!(view.line, LineState::Gone(_))) {
                return;
            }
            if eve.look(View::is_offered_to_me) {
                // The offer may be gone by now.
                let _answered = eve.command(Command::Pass { r#move: eve.current_move() }).await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(WITHIN, ended).await.expect("the session ends");
    assert_eq!(eve.look(|view| view.snapshot.common.phase), Phase::Ended);
    let again = join(link, "Evelyn").await;
    assert_ne!(room(&again), first);
    let everyone = |view: &View| view.snapshot.common.people.len() >= 7;
    again.wait_for(SOON, everyone).await.expect("the members come back");
    let talks = |view: &View| view.snapshot.common.round.is_some();
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
    fay.wait_for(SOON, |view| view.snapshot.common.people.len() >= 7).await.unwrap();
    let ben = fay.look(|view| {
        let people = &view.snapshot.common.people;
        let member = people.iter().rfind(|person| person.role == Role::Participant);
        member.map(|person| person.seat).unwrap()
    });
    fay.command(Command::Remove { seat: ben }).await.unwrap();
    let barred = |view: &View| view.snapshot.board.as_ref().is_some_and(|b| b.is_barred(ben));
    fay.wait_for(SOON, barred).await.unwrap();
    fay.command(Command::Restore { seat: ben }).await.unwrap();
    let back = |view: &View| {
        let person = view.snapshot.common.person(ben);
        person.is_some_and(|person| person.presence == hearth_protocol::Presence::Here)
    };
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
