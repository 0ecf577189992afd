//! Frames that aren't commands, and commands that name something that doesn't exist.

use super::{Attacked, hello_text, refusal};
use hearth_protocol::limits::{DEPTH_MAX, MUTE_MS_MAX, SLOW_MS_MAX};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{CloseCode, Command, MessageNo, RefusalCode, SeatNo, Text};
use hearth_tests::members::command;
use hearth_tests::raw::Got;
use hearth_tests::server::TestServer;
use serde_json::{Value, json};
use uuid::Uuid;

const ID: &str = "0190a5e0-0000-7000-8000-000000000001";

fn server() -> TestServer {
    TestServer::with_system_clock(|_| {})
}

fn not_commands() -> Vec<(String, &'static str)> {
    let deep = DEPTH_MAX + 1;
    let nested = format!(
        r#"{{"id":"{ID}","share":{{"turn_id":1,"text":{}1{}}}}}"#,
        "[".repeat(deep),
        "]".repeat(deep)
    );
    vec![
        (String::new(), "malformed"),
        ("{".to_owned(), "malformed"),
        ("null".to_owned(), "malformed"),
        ("[]".to_owned(), "malformed"),
        (format!(r#"{{"id":"{ID}","raise":{{}}}} trailing"#), "malformed"),
        (r#"{"raise":{}}"#.to_owned(), "malformed"),
        (r#"{"id":"not an id","raise":{}}"#.to_owned(), "malformed"),
        (r#"{"id":7,"raise":{}}"#.to_owned(), "malformed"),
        (format!(r#"{{"id":"{ID}"}}"#), "unknown_command"),
        (format!(r#"{{"id":"{ID}","sing":{{}}}}"#), "unknown_command"),
        (format!(r#"{{"id":"{ID}","__proto__":{{}}}}"#), "unknown_command"),
        (format!(r#"{{"id":"{ID}","raise":{{}},"lower":{{}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{"turn_id":-1}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{"turn_id":1.5}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{"turn_id":"1"}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{"turn_id":1e400}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","mute":{{"seat":65536}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","stance":{{"stance":"dancing"}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","share":{{"turn_id":1,"text":"bare"}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","share":{{"turn_id":1,"text":{{"loud":"x"}}}}}}"#), "malformed"),
        (nested, "malformed"),
    ]
}

#[tokio::test]
async fn a_frame_that_is_not_a_command_is_refused_and_the_connection_stays_open() {
    let mut room = Attacked::open(server()).await;
    let mut stranger = room.stranger(9).await;
    for (text, code) in not_commands() {
        stranger.text(&text).await.unwrap();
        assert_eq!(refusal(&stranger.next().await).as_deref(), Some(code), "{text}");
        // A good command in between: single mistakes don't end a connection.
        stranger.text(&format!(r#"{{"id":"{}","lower":{{}}}}"#, Uuid::new_v4())).await.unwrap();
        assert_eq!(refusal(&stranger.next().await).as_deref(), Some("no_round"), "{text}");
    }
    room.is_unharmed().await;
}

#[tokio::test]
async fn a_second_hello_is_refused() {
    let mut room = Attacked::open(server()).await;
    let mut stranger = room.stranger(9).await;
    stranger.text(&hello_text(room.hello("Stranger", 9))).await.unwrap();
    assert_eq!(refusal(&stranger.next().await).as_deref(), Some("malformed"));
    room.is_unharmed().await;
}

#[tokio::test]
async fn a_client_that_sends_only_nonsense_is_disconnected() {
    let mut room = Attacked::open(server()).await;
    let mut stranger = room.stranger(9).await;
    for _ in 0..50 {
        if stranger.text("nonsense").await.is_err() {
            break;
        }
    }
    let (texts, end) = stranger.until_closed().await;
    assert_eq!(end, Got::Close(Some(CloseCode::BadFrame.code())));
    assert!(texts.len() < 50);
    room.is_unharmed().await;
}

#[tokio::test]
async fn seats_messages_and_numbers_that_do_not_exist_are_refused_with_the_reason() {
    let mut room = Attacked::open(server()).await;
    for seat in [SeatNo(0), SeatNo(77), SeatNo(u16::MAX)] {
        let samples = Command::samples().into_iter();
        let naming =
            samples.filter(|sample| sample.target().is_some() && sample.turn_id().is_none());
        let mut count = 0;
        for sample in naming {
            let mut fields = json!(sample)[sample.name()].clone();
            fields["seat"] = json!(seat);
            room.fay.is_refused(command(sample.name(), &fields), RefusalCode::NoSuchSeat).await;
            count += 1;
        }
        assert!(count >= 5, "mute, unmute, remove, set_name and set_role at least");
    }
    let (ana, message) = (room.ana.client.seat(), MessageNo(9_999));
    let mute = |ms: u64| command("mute", &json!({ "seat": ana, "for_ms": ms }));
    let round = |field: &str, value: Value| command("open_round", &json!({ field: value }));
    let gesture = json!({ "message": message, "kind": "heard", "on": true });
    for (asked, code) in [
        (mute(0), RefusalCode::OutOfRange),
        (mute(MUTE_MS_MAX + 1), RefusalCode::OutOfRange),
        (mute(u64::MAX), RefusalCode::OutOfRange),
        (round("limit", json!({ "ms": 0, "firm": false })), RefusalCode::OutOfRange),
        (round("limit", json!({ "ms": u64::MAX, "firm": true })), RefusalCode::OutOfRange),
        (round("slow_ms", json!(SLOW_MS_MAX + 1)), RefusalCode::OutOfRange),
        (round("start", json!({ "seat": 77 })), RefusalCode::NoSuchSeat),
        (MessageCommand::TakeBack { message }.into(), RefusalCode::NoSuchMessage),
        (MessageCommand::Page { before: message }.into(), RefusalCode::NoSuchMessage),
        (TurnCommand::Skip { turn_id: u64::MAX }.into(), RefusalCode::StaleTurn),
        (command("gesture", &gesture), RefusalCode::NoSuchMessage),
    ] {
        room.fay.is_refused(asked, code).await;
    }
    room.is_unharmed().await;
}

#[tokio::test]
async fn a_refusal_says_nothing_of_what_was_sent() {
    let mut room = Attacked::open(server()).await;
    let mut stranger = room.stranger(9).await;
    let secret = "my-very-own-words";
    for text in [
        format!(r#"{{"id":"{ID}","{secret}":{{}}}}"#),
        format!(r#"{{"id":"{ID}","share":{{"turn_id":0,"text":{{"plain":"{secret}"}}}}}}"#),
        format!(r#"{{"id":"{ID}","share":{{"turn_id":"{secret}"}}}}"#),
        secret.to_owned(),
    ] {
        stranger.text(&text).await.unwrap();
        let Got::Text(answer) = stranger.next().await else { panic!("no answer to {text}") };
        assert!(answer.contains("refused") && !answer.contains(secret), "{answer}");
    }
    let share = MessageCommand::Share { turn_id: room.ana.turn_id(), text: Text::plain(secret) };
    room.ana.is_refused(share, RefusalCode::NotYourTurn).await;
    room.is_unharmed().await;
}
