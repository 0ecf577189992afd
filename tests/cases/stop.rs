//! The server is asked to stop, and started again.

use hearth_client::{Happening, Join, LineState, NewLinks, make_circle};
use hearth_protocol::api::LinkRole;
use hearth_protocol::{CloseCode, Command, Text};
use hearth_tests::company::WITHIN;
use hearth_tests::process::Process;
use std::path::Path;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_it_says_come_back_ends_well_and_everybody_comes_back_by_themselves() {
    let data = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_hearth-under-test"));
    let mut server = Process::new(binary, data.path(), &[]);
    server.start().unwrap();
    let links = make_circle(&server.origin(), NewLinks::titled("Tuesday")).await.unwrap();
    let join = |role, name: &str| Join::by_link(&links.link(role)).name(name).come_in();
    let (fay, mut events) = join(LinkRole::Facilitator, "Fay").await.unwrap();
    let (ana, _) = join(LinkRole::Participant, "Ana").await.unwrap();
    let say = |text: &str| Command::Say { r#move: 0, text: Text::plain(text) };
    fay.command(say("Before.")).await.unwrap();

    let status = server.stop().unwrap();
    assert!(status.success(), "{status}: {}", server.logged());
    let code = events.find(WITHIN, |happening| match happening {
        Happening::Lost { code } => Some(*code),
        _ => None,
    });
    assert_eq!(code.await.unwrap(), Some(CloseCode::Restarting.code()));

    server.start().unwrap();
    for client in [&fay, &ana] {
        client.wait_for(WITHIN, |view| view.line == LineState::Open).await.unwrap();
    }
    fay.command(say("After.")).await.unwrap();
    ana.wait_for(WITHIN, |view| view.snapshot.said.len() == 2).await.unwrap();
    let said = |client: &hearth_client::Client| client.view().snapshot.said;
    assert_eq!(said(&fay), said(&ana));
}

#[test]
fn what_is_said_and_who_says_it_is_never_logged() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let data = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_hearth-under-test"));
    let everything = [("LOG_LEVEL", "trace"), ("LOG", "json")];
    let mut server = Process::new(binary, data.path(), &everything);
    server.start().unwrap();
    let secrets = runtime.block_on(async {
        let new = NewLinks::titled("A title that is nobody's business");
        let links = make_circle(&server.origin(), new).await.unwrap();
        let link = links.link(LinkRole::Facilitator);
        let (fay, _) = Join::by_link(&link).name("Fay of Nowhere").come_in().await.unwrap();
        let say = Command::Say { r#move: 0, text: Text::plain("my very own words") };
        fay.command(say).await.unwrap();
        let over = Command::Say { r#move: 0, text: Text::plain("x".repeat(5_000)) };
        fay.command(over).await.unwrap();
        [link.secret().encode(), link.secret().entry_key().encode()]
    });
    server.stop().unwrap();
    let logged = server.logged();
    assert!(logged.lines().count() > 3, "nothing was logged: {logged}");
    let texts = ["nobody's business", "Fay of Nowhere", "my very own words", "xxxxxxxx"];
    for hidden in texts.iter().copied().chain(secrets.iter().map(String::as_str)) {
        assert!(!logged.contains(hidden), "the log tells \"{hidden}\"");
    }
}
