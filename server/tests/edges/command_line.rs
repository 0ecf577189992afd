//! The command line in ordinary surroundings that are easy to forget: nobody reads its output, the
//! disk is full, a platform injects variables, a proxy is configured.

use crate::server::LONG;
use crate::stopping::{hearth, run, serve, signal};
use hearth_client::{Link, look_at_door, other_links};
use hearth_protocol::api::{About, LinkRole};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Child;

/// Standard outputs that can't be written to.
fn unusable() -> [(&'static str, Stdio); 2] {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    [("closed", Stdio::from(writer)), ("full", Stdio::from(full()))]
}

fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

async fn output_to(out: Stdio, data: &Path, args: &[&str]) -> Output {
    let mut command = hearth(data, args);
    let child = command.stdout(out).spawn().unwrap();
    tokio::time::timeout(LONG, child.wait_with_output()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_result_that_cannot_be_printed_is_an_error_and_never_a_panic() {
    let data = tempfile::tempdir().unwrap();
    for args in [
        &["config"][..],
        &["operator-key"],
        &["circle", "new", "--title", "Tuesday"],
        &["circle", "new", "--title", "Tuesday", "--json"],
        &["--help"],
        &["circle", "new", "--help"],
        &["--version"],
    ] {
        for (what, out) in unusable() {
            let output = output_to(out, data.path(), args).await;
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{what}: {args:?}: {said}");
            assert!(said.contains("can't write to the standard output"), "{args:?}: {said}");
            assert_eq!(said.lines().count(), 1, "{said}");
            let is_new = args.contains(&"Tuesday");
            assert_eq!(said.contains("create another one"), is_new || args == ["operator-key"]);
        }
    }
}

#[tokio::test]
async fn a_backup_and_a_restore_succeed_even_if_nobody_reads_their_report() {
    let data = tempfile::tempdir().unwrap();
    let (done, _, said) = run(data.path(), &["circle", "new", "--title", "Tuesday"]).await;
    assert!(done, "{said}");
    for (what, out) in unusable() {
        let output = output_to(out, data.path(), &["backup", "--to", what]).await;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    for (what, out) in unusable() {
        let args = ["restore", "--from", what, "--data", &format!("restored-{what}")];
        let output = output_to(out, data.path(), &args).await;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(data.path().join(format!("restored-{what}/hearth.db")).exists());
    }
}

#[tokio::test]
async fn an_error_that_nobody_can_read_still_has_its_exit_status() {
    let data = tempfile::tempdir().unwrap();
    for (args, status) in
        [(&["--listen", "x"][..], 1), (&["--no-such-flag"], 2), (&["backup", "--to", "x"], 1)]
    {
        for (what, err) in unusable() {
            let mut command = hearth(data.path(), args);
            let child = command.stdout(full()).stderr(err).spawn().unwrap();
            let output = tokio::time::timeout(LONG, child.wait_with_output()).await.unwrap();
            assert_eq!(output.unwrap().status.code(), Some(status), "{what}: {args:?}");
        }
    }
}

/// Waits until a server has written its address into the data folder, and returns the address.
async fn address_of(child: &mut Child, data: impl Fn() -> Option<PathBuf>) -> String {
    let listening = async {
        loop {
            assert_eq!(child.try_wait().unwrap(), None, "the server ended");
            let file = data().map(|data| data.join("command-line.json"));
            let text = file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
            if let Ok(access) = serde_json::from_str::<serde_json::Value>(&text) {
                return access["address"].as_str().unwrap().to_owned();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LONG, listening).await.unwrap()
}

/// Returns the body of the response to a request that must succeed.
async fn get(address: &str, path: &str) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(LONG, socket.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Checks that a server answers, and stops with success.
async fn still_serves(mut child: Child, address: &str) {
    get(address, "/healthz").await;
    signal(&child, "-TERM").await;
    let status = tokio::time::timeout(LONG, child.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn a_server_whose_output_and_log_nobody_reads_keeps_running() {
    for ((_, out), (_, err)) in unusable().into_iter().zip(unusable()) {
        let data = tempfile::tempdir().unwrap();
        let args = ["--listen", "127.0.0.1:0", "--log-level", "trace"];
        let mut child = hearth(data.path(), &args).stdout(out).stderr(err).spawn().unwrap();
        let folder = data.path().join("hearth-data");
        let address = address_of(&mut child, || Some(folder.clone())).await;
        still_serves(child, &address).await;
    }
}

#[tokio::test]
async fn a_demo_whose_output_nobody_reads_keeps_running() {
    for (_, out) in unusable() {
        let data = tempfile::tempdir().unwrap();
        let mut command = hearth(data.path(), &["demo", "--fast", "--listen", "127.0.0.1:0"]);
        let mut child = command.env("TMPDIR", data.path()).stdout(out).spawn().unwrap();
        let folder = || Some(std::fs::read_dir(data.path()).unwrap().next()?.unwrap().path());
        let address = address_of(&mut child, folder).await;
        let demo = demo_url(&address).await;
        let door = look_at_door(&Link::parse(&demo).unwrap()).await.unwrap();
        assert_eq!(door.role, LinkRole::Participant, "visitors of the start page take part");
        still_serves(child, &address).await;
    }
}

/// Waits until a server offers a demo circle, and returns the link to it.
async fn demo_url(address: &str) -> String {
    let offered = async {
        loop {
            let about: About = serde_json::from_str(&get(address, "/api/about").await).unwrap();
            if let Some(url) = about.demo_url {
                return url;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LONG, offered).await.unwrap()
}

#[tokio::test]
async fn variables_that_a_platform_injects_are_ignored_with_a_warning() {
    let data = tempfile::tempdir().unwrap();
    let injected = [("HEARTH_WEB_PORT", "tcp://10.0.0.1:80"), ("HEARTH_VERSION", "injected")];
    for args in [&["config"][..], &["circle", "new", "--title", "Tuesday"]] {
        let output = hearth(data.path(), args).envs(injected).output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        for (name, value) in injected {
            assert!(said.contains(name) && !said.contains(value), "{said}");
        }
    }
    let mut command = hearth(data.path(), &["--listen", "127.0.0.1:0"]);
    let mut child = command.envs(injected).stdout(Stdio::null()).spawn().unwrap();
    let folder = data.path().join("hearth-data");
    let address = address_of(&mut child, || Some(folder.clone())).await;
    let mut log = child.stderr.take().unwrap();
    still_serves(child, &address).await;
    let mut logged = String::new();
    log.read_to_string(&mut logged).await.unwrap();
    for (name, value) in injected {
        assert!(logged.contains(name) && !logged.contains(value), "{logged}");
    }
}

/// Creates a circle on the command line and returns its links.
async fn created(data: &Path) -> BTreeMap<LinkRole, Link> {
    let (done, out, said) = run(data, &["circle", "new", "--title", "Tuesday", "--json"]).await;
    assert!(done, "{said}");
    let made: serde_json::Value = serde_json::from_str(&out).unwrap();
    let link = |role: LinkRole| Link::parse(made["links"][role.name()].as_str().unwrap()).unwrap();
    LinkRole::ALL.into_iter().map(|role| (role, link(role))).collect()
}

#[tokio::test]
async fn hosts_find_the_links_they_may_pass_on_with_the_server_running_or_not() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    std::fs::write(data.path().join("hearth.toml"), format!("listen = \"{address}\"")).unwrap();
    let without_server = created(data.path()).await;
    let mut child = hearth(data.path(), &[]).spawn().unwrap();
    let folder = data.path().join("hearth-data");
    address_of(&mut child, || Some(folder.clone())).await;
    let with_server = created(data.path()).await;
    for links in [without_server, with_server] {
        for (role, link) in &links {
            let expected = match role {
                LinkRole::Keeper => links.iter().skip(1).collect(),
                LinkRole::Facilitator => {
                    vec![(&LinkRole::Participant, &links[&LinkRole::Participant])]
                }
                _ => vec![],
            };
            let found = other_links(link).await.unwrap();
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{role:?}");
        }
    }
    still_serves(child, &address).await;
}

#[tokio::test]
async fn the_operator_key_is_never_sent_in_plain_text_to_another_machine() {
    let data = tempfile::tempdir().unwrap();
    fn new(server: &str) -> [&str; 6] {
        ["circle", "new", "--title", "Tuesday", "--server", server]
    }
    for server in ["http://circles.example.org", "http://192.0.2.7:8080", "http://[2001:db8::7]"] {
        let command = hearth(data.path(), &new(server)).env("HEARTH_OPERATOR_KEY", "k").output();
        let output = tokio::time::timeout(LONG, command).await.unwrap().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{server}");
        assert!(said.contains("refusing to send the operator key") && said.contains("https://"));
    }
    let (_child, origin) = serve(data.path(), &[]).await;
    // On this machine it may be; and an empty variable is no key.
    for origin in [&origin.replace("127.0.0.1", "localhost"), &origin] {
        let command = hearth(data.path(), &new(origin)).env("HEARTH_OPERATOR_KEY", "").output();
        let output = tokio::time::timeout(LONG, command).await.unwrap().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test]
async fn keys_for_a_server_on_this_machine_do_not_pass_through_a_configured_proxy() {
    let data = tempfile::tempdir().unwrap();
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let (_child, _) = serve(data.path(), &[]).await;
    let mut command = hearth(data.path(), &["circle", "new", "--title", "Tuesday"]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, &url);
    }
    for name in ["no_proxy", "NO_PROXY"] {
        command.env_remove(name);
    }
    let creating = async { tokio::time::timeout(LONG, command.output()).await.unwrap().unwrap() };
    tokio::select! {
        _ = proxy.accept() => panic!("the proxy received the key"),
        output = creating => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[tokio::test]
async fn keys_and_hashes_that_start_with_a_hyphen_are_values_and_not_flags() {
    let data = tempfile::tempdir().unwrap();
    let hash = format!("-{}", "A".repeat(42));
    let (done, _, said) = run(data.path(), &["config", "--operator-key-hash", &hash]).await;
    assert!(done, "{said}");
    let new = ["circle", "new", "--title", "Tuesday", "--operator-key", &hash];
    let (done, _, said) = run(data.path(), &new).await;
    assert!(done, "{said}");
}

#[tokio::test]
async fn an_error_says_each_thing_once() {
    let damaged = |data: &Path| std::fs::create_dir_all(data.join("hearth.db-wal")).unwrap();
    let not_a_file = |data: &Path| std::fs::create_dir_all(data.join("hearth.db")).unwrap();
    let foreign = |data: &Path| std::fs::write(data.join("hearth.db"), "x".repeat(4096)).unwrap();
    for prepare in [damaged, not_a_file, foreign] as [fn(&Path); 3] {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("d2");
        std::fs::create_dir(&folder).unwrap();
        prepare(&folder);
        for args in [
            &["--listen", "127.0.0.1:0", "--data", "d2"][..],
            &["circle", "new", "--title", "Tuesday", "--data", "d2"],
            &["backup", "--to", "copy", "--data", "d2"],
            &["restore", "--from", "d2/hearth.db", "--data", "d3"],
        ] {
            let (done, _, said) = run(data.path(), args).await;
            assert!(!done && said.contains("d2"), "{args:?}: {said}");
            for phrase in
                ["cannot", "can't", "the store", "the data folder", "d2/hearth.db", "hearth:"]
            {
                // A remedy may name the data folder again.
                let cause = said.split(';').next().unwrap_or_default();
                assert!(cause.matches(phrase).count() <= 1, "{args:?}: {said}");
            }
        }
    }
}
