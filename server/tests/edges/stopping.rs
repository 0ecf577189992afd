//! The `hearth` command as a process: its output, and how it stops.

use crate::server::LONG;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

pub(crate) fn hearth(data: &Path, args: &[&str]) -> Command {
    let binary = env!("CARGO_BIN_EXE_hearth");
    let mut command = if cfg!(target_os = "linux") {
        // The tests may themselves run under nohup, which makes their children ignore SIGHUP.
        let mut command = Command::new("env");
        command.args(["--default-signal=HUP", binary]);
        command
    } else {
        Command::new(binary)
    };
    command
        .args(args)
        .current_dir(data)
        .env_remove("HEARTH_LISTEN")
        .env_remove("HEARTH_DATA")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Starts a server process, and returns it with the URL it printed.
pub(crate) async fn serve(data: &Path, args: &[&str]) -> (Child, String) {
    let args = [args, &["--listen", "127.0.0.1:0"]].concat();
    let mut child = hearth(data, &args).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(LONG, lines.next_line()).await.unwrap().unwrap().unwrap();
    let origin = line.strip_prefix("Hearth is running at ").expect("the URL is printed").to_owned();
    (child, origin)
}

pub(crate) async fn run(data: &Path, args: &[&str]) -> (bool, String, String) {
    let output = tokio::time::timeout(LONG, hearth(data, args).output()).await.unwrap().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

pub(crate) async fn signal(child: &Child, name: &str) {
    let id = child.id().unwrap().to_string();
    let sent = Command::new("kill").args([name, &id]).status().await.unwrap();
    assert!(sent.success());
}

fn links(json: &str) -> Vec<String> {
    let made: serde_json::Value = serde_json::from_str(json).unwrap();
    let links = made["links"].as_object().unwrap();
    links.values().map(|link| link.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_signal_stops_the_server_gracefully() {
    for name in ["-TERM", "-INT", "-HUP"] {
        let data = tempfile::tempdir().unwrap();
        let (mut child, _) = serve(data.path(), &[]).await;
        signal(&child, name).await;
        let status = tokio::time::timeout(LONG, child.wait()).await.unwrap().unwrap();
        assert_eq!(status.code(), Some(0), "{name}");
        let left = data.path().join("hearth-data/command-line.json");
        assert!(!left.exists(), "the command line's key is removed when the server stops");
    }
}

/// Starts a server and sends it a request that it waits for when it stops.
async fn serve_unfinished_request(data: &Path) -> (Child, TcpStream) {
    let patient = ["--set", "limits.body_ms=60000", "--set", "limits.shutdown_ms=60000"];
    let (child, origin) = serve(data, &patient).await;
    let address = origin.strip_prefix("http://").unwrap();
    let mut unfinished = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /api/circles HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Expect: 100-continue\r\nContent-Length: 100\r\n\r\n"
    );
    unfinished.write_all(request.as_bytes()).await.unwrap();
    // The server asks for the body, so now it's waiting for it.
    let mut answer = [0; 12];
    unfinished.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100");
    (child, unfinished)
}

#[tokio::test]
async fn a_second_signal_stops_a_server_that_is_still_waiting() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, _unfinished) = serve_unfinished_request(data.path()).await;
    signal(&child, "-TERM").await;
    let waits = tokio::time::timeout(Duration::from_millis(500), child.wait()).await;
    assert!(waits.is_err(), "it waits for the unfinished request");
    signal(&child, "-TERM").await;
    let status = tokio::time::timeout(LONG, child.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(1));
}

#[tokio::test]
async fn a_closed_terminal_stops_the_server_gracefully_however_often_it_hangs_up() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, unfinished) = serve_unfinished_request(data.path()).await;
    // The kernel and the shell each send one.
    signal(&child, "-HUP").await;
    signal(&child, "-HUP").await;
    let waits = tokio::time::timeout(Duration::from_millis(500), child.wait()).await;
    assert!(waits.is_err(), "it waits for the unfinished request");
    signal(&child, "-HUP").await;
    drop(unfinished);
    let status = tokio::time::timeout(LONG, child.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn a_server_started_with_nohup_survives_a_closed_terminal() {
    let data = tempfile::tempdir().unwrap();
    let mut child = Command::new("nohup")
        .arg(env!("CARGO_BIN_EXE_hearth"))
        .args(["--listen", "127.0.0.1:0"])
        .current_dir(data.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(LONG, lines.next_line()).await.unwrap().unwrap().unwrap();
    assert!(line.starts_with("Hearth is running at "), "{line}");
    signal(&child, "-HUP").await;
    let ends = tokio::time::timeout(Duration::from_millis(500), child.wait()).await;
    assert!(ends.is_err(), "it ignores the hangup");
    signal(&child, "-TERM").await;
    let status = tokio::time::timeout(LONG, child.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn the_command_line_creates_circles_with_and_without_a_server() {
    let data = tempfile::tempdir().unwrap();
    let new = ["circle", "new", "--title", "Tuesday", "--order", "popcorn", "--json"];
    let (done, without, said) = run(data.path(), &new).await;
    assert!(done, "{said}");
    let found = links(&without);
    assert_eq!(found.len(), 5);
    assert!(found.iter().all(|link| link.starts_with("http://127.0.0.1:8080/c/")), "{found:?}");

    let (mut child, origin) = serve(data.path(), &["--who-may-create", "command_line"]).await;
    let (done, with, said) = run(data.path(), &new).await;
    assert!(done, "{said}");
    assert!(links(&with).iter().all(|link| link.starts_with(&format!("{origin}/c/"))), "{with}");

    // Over the network nobody can, not even from this machine.
    let (done, _, said) = run(data.path(), &[&new[..], &["--server", &origin]].concat()).await;
    assert!(!done && said.contains("hearth circle new"), "{said}");

    // A killed server leaves its file behind, but the database isn't in use any more.
    child.kill().await.unwrap();
    assert!(data.path().join("hearth-data/command-line.json").exists());
    let (done, _, said) = run(data.path(), &new).await;
    assert!(done, "{said}");

    // The next server has both circles.
    let (_child, origin) = serve(data.path(), &[]).await;
    for made in [&without, &with] {
        for link in links(made) {
            let (_, rest) = link.split_once("/c/").unwrap();
            let link = hearth_client::Link::parse(&format!("{origin}/c/{rest}")).unwrap();
            let door = hearth_client::look_at_door(&link).await.unwrap();
            assert_eq!(door.title, hearth_protocol::Text::plain("Tuesday"));
            assert_eq!(door.settings.order, hearth_protocol::round::Order::Popcorn);
        }
    }
}

#[tokio::test]
async fn a_circle_that_cannot_be_created_says_why() {
    let data = tempfile::tempdir().unwrap();
    let new = |more: &[&'static str]| [&["circle", "new", "--title", "Tuesday"][..], more].concat();
    for (args, remedy) in [
        (new(&["--server", "http://127.0.0.1:1"]), "check that the server runs"),
        (new(&["--server", "127.0.0.1"]), "https://host"),
        (new(&["--limit", "3"]), "between 15000 and 3600000"),
        (new(&["--lasts", "1"]), "between 300000 and 28800000"),
        (new(&["--next", "next Tuesday"]), "2027-01-05T19:00:00+01:00"),
        (new(&["--next", "2027-01-05T19:00:00"]), "date, time and offset"),
        (new(&["--next", "1969-12-31T23:00:00Z"]), "before 1970"),
        (new(&["--next", "1999-12-31T23:00:00Z"]), "in the past"),
        (new(&["--held-by", " "]), "held_by"),
        (new(&["--agreements-file", "/nowhere"]), "name another"),
        (new(&["--listen", "x"]), "`listen`"),
        (vec!["circle", "new", "--title", " "], "title"),
    ] {
        let (done, out, said) = run(data.path(), &args).await;
        assert!(!done && out.is_empty() && said.contains(remedy), "{args:?}: {said}");
    }
}

#[tokio::test]
async fn the_printed_links_say_what_each_is_for() {
    let data = tempfile::tempdir().unwrap();
    let new =
        ["circle", "new", "--title", "Tuesday", "--agreements", "Be kind.", "--pace", "brisk"];
    let (done, out, said) = run(data.path(), &new).await;
    assert!(done, "{said}");
    for role in ["keeper", "facilitator", "moderator", "participant", "listener"] {
        assert!(out.contains(&format!("\n{role} (")), "{out}");
    }
    assert_eq!(out.matches("/c/").count(), 5, "{out}");
}

#[tokio::test]
async fn a_circle_created_from_the_command_line_says_who_holds_it_and_when() {
    let data = tempfile::tempdir().unwrap();
    // Computed from the current time, because it must be in the future whenever the test runs.
    let clock = hearth::clock::Clock::system();
    let at = (clock.now() / 86_400_000 + 30) * 86_400_000;
    let hour = jiff::Timestamp::from_millisecond(at as i64).unwrap().to_string();
    let new = ["circle", "new", "--title", "Tuesday", "--held-by", "Fay and Mo", "--lasts", "90"];
    let new = [&new[..], &["--bell", "everyone", "--next", &hour, "--json"]].concat();
    let (done, without, said) = run(data.path(), &new).await;
    assert!(done, "{said}");
    let (_child, origin) = serve(data.path(), &[]).await;
    let (done, with, said) = run(data.path(), &new).await;
    assert!(done, "{said}");
    for made in [without, with] {
        let link = links(&made).remove(0);
        let (_, rest) = link.split_once("/c/").unwrap();
        let link = hearth_client::Link::parse(&format!("{origin}/c/{rest}")).unwrap();
        let door = hearth_client::look_at_door(&link).await.unwrap();
        assert_eq!(door.held_by, Some(hearth_protocol::Text::plain("Fay and Mo")));
        assert_eq!((door.lasts_ms, door.next_at), (Some(5_400_000), Some(at)));
        assert_eq!(door.settings.bell, hearth_protocol::silence::Bell::Everyone);
    }
}

#[tokio::test]
async fn an_operator_key_is_accepted_if_its_hash_is_configured() {
    let data = tempfile::tempdir().unwrap();
    let (_, printed, _) = run(data.path(), &["operator-key"]).await;
    let words: Vec<&str> =
        printed.split([' ', '"', '\n']).filter(|word| word.len() == 43).collect();
    let [key, hash] = words[..] else { panic!("{printed}") };
    let (_child, origin) =
        serve(data.path(), &["--who-may-create", "operator", "--operator-key-hash", hash]).await;
    let new = ["circle", "new", "--title", "Tuesday", "--server", &origin];
    let (done, _, said) = run(data.path(), &new).await;
    assert!(!done && said.contains("operator"), "{said}");
    let with_key = hearth(data.path(), &new).env("HEARTH_OPERATOR_KEY", key).output();
    let output = tokio::time::timeout(LONG, with_key).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_failed_start_says_why_and_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let (_child, origin) = serve(data.path(), &[]).await;
    let taken = origin.strip_prefix("http://").unwrap();
    for (args, remedy) in [
        (vec!["--listen", taken, "--data", "other"], "--listen"),
        (vec!["--listen", "127.0.0.1:0"], "--data"),
        (vec!["--config", "nowhere.toml"], "--config"),
        (vec!["--set", "limits.rooms_max=none"], "`limits.rooms_max`"),
    ] {
        let (done, _, said) = run(data.path(), &args).await;
        assert!(!done && said.contains(remedy), "{args:?}: {said}");
    }
}

#[tokio::test]
async fn the_configuration_is_printed_without_being_used() {
    let data = tempfile::tempdir().unwrap();
    let (done, printed, said) = run(data.path(), &["config", "--log", "json"]).await;
    assert!(done && printed.contains("log = \"json\"") && printed.contains("# a flag"), "{said}");
    assert!(!data.path().join("hearth-data").exists());
}
