//! The server is asked to stop, and started again.

use hearth_client::{CircleOptions, ConnectionState, Event, Join, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::{CloseCode, Text};
use hearth_tests::members::{WITHIN, words};
use hearth_tests::process::Process;
use std::path::Path;

fn say(words: impl Into<String>) -> MessageCommand {
    MessageCommand::Say { turn_id: 0, text: Text::plain(words) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_server_says_come_back_exits_with_success_and_everyone_reconnects() {
    let data = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_hearth-under-test"));
    let mut server = Process::new(binary, data.path(), &[]);
    server.start().unwrap();
    let links = make_circle(&server.origin(), CircleOptions::titled("Tuesday")).await.unwrap();
    let join = |role, name: &str| Join::by_link(&links.link(role)).name(name).connect();
    let (fay, mut events) = join(LinkRole::Facilitator, "Fay").await.unwrap();
    let (ana, _) = join(LinkRole::Participant, "Ana").await.unwrap();
    fay.command(say("Before.")).await.unwrap();

    let status = server.stop().unwrap();
    assert!(status.success(), "{status}: {}", server.logged());
    let code = events.find(WITHIN, |event| match event {
        Event::ConnectionLost { code } => Some(*code),
        _ => None,
    });
    assert_eq!(code.await.unwrap(), Some(CloseCode::Restarting.code()));

    server.start().unwrap();
    for client in [&fay, &ana] {
        let open = client.wait_for(WITHIN, |view| view.connection == ConnectionState::Open);
        open.await.unwrap();
    }
    fay.command(say("After.")).await.unwrap();
    ana.wait_for(WITHIN, |view| view.snapshot.messages.len() == 2).await.unwrap();
    assert_eq!(fay.with_view(words), ana.with_view(words));
}

#[test]
fn messages_names_and_keys_are_never_logged() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let data = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_hearth-under-test"));
    let everything = [("LOG_LEVEL", "trace"), ("LOG", "json")];
    let mut server = Process::new(binary, data.path(), &everything);
    server.start().unwrap();
    let secrets = runtime.block_on(async {
        let options = CircleOptions::titled("A title that is nobody's business");
        let links = make_circle(&server.origin(), options).await.unwrap();
        let link = links.link(LinkRole::Facilitator);
        let (fay, _) = Join::by_link(&link).name("Fay of Nowhere").connect().await.unwrap();
        fay.command(say("my very own words")).await.unwrap();
        let too_long = fay.command(say("x".repeat(5_000))).await;
        assert!(too_long.is_err());
        [link.secret().encode(), link.secret().entry_key().encode()]
    });
    server.stop().unwrap();
    let logged = server.logged();
    assert!(logged.lines().count() > 3, "nothing was logged: {logged}");
    let texts = ["nobody's business", "Fay of Nowhere", "my very own words", "xxxxxxxx"];
    for hidden in texts.iter().copied().chain(secrets.iter().map(String::as_str)) {
        assert!(!logged.contains(hidden), "the log contains \"{hidden}\"");
    }
}
