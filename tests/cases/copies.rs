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

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn people_come_back_to_the_moment_of_a_copy_made_under_load_and_the_turn_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let copies = tempfile::tempdir().unwrap();
    let copy = copies.path().join("copy.db");
    let copy_name = copy.display().to_string();
    let mut server = Process::new(binary(), data.path(), &[]);
    server.start().unwrap();
    let links = make_circle(&server.origin(), NewLinks::titled("Tuesday")).await.unwrap();
    let join = |role, name: &str| Join::by_link(&links.link(role)).name(name).come_in();
    let (fay, _) = join(LinkRole::Facilitator, "Fay").await.unwrap();
    let (ana, _) = join(LinkRole::Participant, "Ana").await.unwrap();
    let (ben, _) = join(LinkRole::Participant, "Ben").await.unwrap();
    fay.command(open_round()).await.unwrap();
    fay.command(Command::Pass { r#move: fay.current_move() }).await.unwrap();
    ana.wait_for(WITHIN, View::is_offered_to_me).await.unwrap();
    ana.command(Command::Take { r#move: ana.current_move() }).await.unwrap();
    let epoch = ana.view().epoch;

    // Ana shares and shares, while another process makes the copy.
    let (enough, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let sharing = tokio::spawn({
        let (ana, enough, count) = (ana.clone(), enough.clone(), count.clone());
        async move {
            while !enough.load(Ordering::Relaxed) {
                shares(&ana, count.load(Ordering::Relaxed)).await;
                count.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(110)).await;
            }
        }
    });
    while count.load(Ordering::Relaxed) < 5 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let at_least = count.load(Ordering::Relaxed);
    let (folder, name) = (data.path().to_owned(), copy_name.clone());
    let copying = move || hearth(&folder, &["backup", "--to", &name]);
    let told = done(&tokio::task::spawn_blocking(copying).await.unwrap());
    let at_most = count.load(Ordering::Relaxed) + 1;
    assert!(told.contains("1 circle, 1 session under way"), "{told}");
    while count.load(Ordering::Relaxed) < at_most + 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    enough.store(true, Ordering::Relaxed);
    sharing.await.unwrap();
    let all = count.load(Ordering::Relaxed);
    ben.wait_for(WITHIN, |view| said(view).len() == all).await.unwrap();
    ana.command(Command::Done { r#move: ana.current_move(), to: None }).await.unwrap();

    // Not under a running server, not over a store by mistake.
    let log = std::fs::read(data.path().join("hearth.db-wal")).unwrap();
    assert!(
        refused(&hearth(data.path(), &["restore", "--replace", "--from", &copy_name]))
            .contains("in use by another Hearth server")
    );
    assert!(refused(&hearth(data.path(), &["backup", "--to", &copy_name])).contains("already"));
    let status = server.stop().unwrap();
    assert!(status.success(), "{status}: {}", server.logged());
    assert!(
        refused(&hearth(data.path(), &["restore", "--from", &copy_name])).contains("--replace")
    );
    // A log that lies about, as after a kill.
    std::fs::write(data.path().join("hearth.db-wal"), log).unwrap();
    let told = done(&hearth(data.path(), &["restore", "--replace", "--from", &copy_name]));
    assert!(told.contains("before-restore-"), "{told}");

    server.start().unwrap();
    for client in [&fay, &ana, &ben] {
        is_back(client, epoch).await;
    }
    let then = ana.look(said);
    assert!((at_least..=at_most).contains(&then.len()), "{at_least}, {}, {at_most}", then.len());
    let expected: Vec<Text> =
        (0..then.len()).map(|number| Text::plain(format!("share {number}"))).collect();
    assert_eq!(then, expected, "every share of that moment, once, in order");
    for client in [&fay, &ben] {
        assert_eq!(client.look(said), then);
    }
    // The turn is Ana's again, as it then was, and goes on from there.
    let hers = |view: &View| view.flow().token.holder() == Some(ana.seat());
    for client in [&fay, &ana, &ben] {
        client.wait_for(WITHIN, hers).await.unwrap();
    }
    shares(&ana, then.len()).await;
    ben.wait_for(WITHIN, |view| said(view).len() == then.len() + 1).await.unwrap();
    ana.command(Command::Done { r#move: ana.current_move(), to: None }).await.unwrap();
    ben.wait_for(WITHIN, View::is_offered_to_me).await.expect("the turn goes on");
    ben.command(Command::Take { r#move: ben.current_move() }).await.unwrap();
    shares(&ben, then.len() + 1).await;
    let newest = then.len() + 2;
    for client in [&fay, &ana] {
        client.wait_for(WITHIN, |view| said(view).len() == newest).await.unwrap();
    }
    assert_eq!(fay.look(said), ben.look(said));
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
